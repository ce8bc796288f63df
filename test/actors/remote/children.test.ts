import test from 'ava'
import { ledgerImbalance, receive, setup } from '../../../src/actors/index.ts'
import type {
  ActorRef,
  ChildFailed,
  Placement,
  SupervisorStrategy,
  Terminated,
} from '../../../src/actors/index.ts'
import { counter } from '../fixtures/travellers.ts'
import type { CounterMessage } from '../fixtures/travellers.ts'
import { newWorld, startTestNode } from './memory-nodes.ts'
import type { TestNode } from './memory-nodes.ts'

const get = (child: ActorRef<CounterMessage>): Promise<number> =>
  child.ask<number>((replyTo) => ({ type: 'Get', replyTo }), { timeoutMs: 60_000 })
const where = (child: ActorRef<CounterMessage>): Promise<string> =>
  child.ask<string>((replyTo) => ({ type: 'Where', replyTo }), { timeoutMs: 60_000 })

function failuresOf({ system }: TestNode): ChildFailed[] {
  const failures: ChildFailed[] = []
  system.eventStream.subscribe('ChildFailed', (failure) => failures.push(failure))
  return failures
}

const resume: SupervisorStrategy = {
  description: 'resume',
  start: () => ({
    decide: () => ({ directive: 'resume', scope: 'one', delayMs: 0, reason: 'always' }),
  }),
}

const stop: SupervisorStrategy = {
  description: 'stop',
  start: () => ({
    decide: () => ({ directive: 'stop', scope: 'one', delayMs: 0, reason: 'always' }),
  }),
}

/** A local parent with one remote child, which hands everything on to it. */
function spawnParent(
  { system }: TestNode,
  placement: { readonly placement: Placement },
  supervision: SupervisorStrategy,
): { parent: ActorRef<CounterMessage>; endings: Terminated[] } {
  const endings: Terminated[] = []
  const parent = system.spawn(
    setup<CounterMessage>((ctx) => {
      const child = ctx.spawn(counter({ from: 0 }), 'child', placement)
      ctx.watch(child)
      return receive<CounterMessage>(
        (message) => {
          child.tell(message)
        },
        (signal) => {
          if (signal.type === 'Terminated') endings.push(signal)
        },
      )
    }),
    'parent',
    { supervision },
  )
  return { parent, endings }
}

test('a child on another node: the ref is there at once, sends wait in order, restart keeps the ref', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const failures = failuresOf(a)
  const peer = await world.until(a.node.join(b.address))
  const child = a.system.spawn(counter({ from: 100 }), 'child', { placement: peer })
  for (let n = 0; n < 10; n++) child.tell({ type: 'Add', n })
  t.is(await world.until(get(child)), 145)
  t.is(await world.until(where(child)), 'b')
  child.tell({ type: 'Fail', how: 'plain' })
  child.tell({ type: 'Add', n: 1 })
  t.is(await world.until(get(child)), 101)
  t.is(failures.length, 1)
  t.true(failures[0]?.error instanceof TypeError)
  t.true(b.system.tree().some(({ path }) => path.includes('a:user:child')))
  await world.until(a.system.stop(child))
  await world.settle()
  t.false(b.system.tree().some(({ path }) => path.includes('a:user:child')))
  t.is(ledgerImbalance(a.system.ledger()), 0)
  t.is(ledgerImbalance(b.system.ledger()), 0)
})

test('the parent’s strategy acts across the link: resume keeps the state, stop ends the child as failed', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const peer = await world.until(a.node.join(b.address))
  const resumed = spawnParent(a, { placement: peer }, resume)
  resumed.parent.tell({ type: 'Add', n: 5 })
  resumed.parent.tell({ type: 'Fail', how: 'text' })
  t.is(await world.until(get(resumed.parent)), 5)
  t.deepEqual(resumed.endings, [])
  await world.until(a.system.stop(resumed.parent))
  const stopped = spawnParent(a, { placement: peer }, stop)
  stopped.parent.tell({ type: 'Fail', how: 'coded' })
  await world.settle()
  t.deepEqual(
    stopped.endings.map(({ reason, error }) => [reason, (error as Error).message]),
    [['failed', 'something odd']],
  )
})

test('a behavior that is not registered there is a failure of the child', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const failures = failuresOf(a)
  const peer = await world.until(a.node.join(b.address))
  const behavior = counter({ from: 1 })
  const unknown = { ...behavior, origin: { name: 'nobody', module: 'file:///x', props: {} } }
  spawnWith(a, unknown, peer)
  await world.settle()
  t.like(failures[0]?.error, { code: 'TROUPE_BEHAVIOR_NOT_REGISTERED' })
})

function spawnWith(
  { system }: TestNode,
  behavior: ReturnType<typeof counter>,
  placement: Placement,
): void {
  system.spawn(
    setup<never>((ctx) => {
      ctx.spawn(behavior, 'child', { placement })
      return receive<never>(() => undefined)
    }),
    undefined,
    { supervision: stop },
  )
}

test('after a lost node the child is started on another one, and what was sent meanwhile follows it', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const failures = failuresOf(a)
  await world.until(a.node.join(b.address))
  const child = a.system.spawn(counter({ from: 1 }), 'child', { placement: a.node.spread() })
  t.is(await world.until(where(child)), 'b')
  const ask = get(child)
  world.kill('b')
  await t.throwsAsync(world.until(ask), { code: 'TROUPE_NODE_LOST' })
  child.tell({ type: 'Add', n: 41 })
  await world.advance(1000)
  t.deepEqual(
    failures.map(({ error, directive }) => [(error as { code?: string }).code, directive]),
    [['TROUPE_NODE_LOST', 'restart']],
  )
  const c = await startTestNode(world, 'c')
  await world.until(a.node.join(c.address))
  t.is(await world.until(get(child)), 42)
  t.is(await world.until(where(child)), 'c')
})

test('a child whose parent is out of reach past its lease stops itself, and is started anew', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { unreachableLimitMs: 60_000 })
  const b = await startTestNode(world, 'b', { unreachableLimitMs: 60_000, leaseMs: 7_000 })
  const failures = failuresOf(a)
  const peer = await world.until(a.node.join(b.address))
  const child = a.system.spawn(counter({ from: 1 }), 'child', { placement: peer })
  t.is(await world.until(get(child)), 1)
  const isThere = (): boolean => b.system.tree().some(({ path }) => path.includes('child'))
  world.network.cut('a', 'b')
  await world.advance(5_500)
  t.true(isThere())
  await world.advance(2_000)
  t.false(isThere())
  child.tell({ type: 'Add', n: 5 })
  world.network.heal()
  await world.advance(10_000)
  t.is(peer.state, 'up')
  // To its parent that was a loss: the strategy started it anew.
  t.deepEqual(
    failures.map(({ error, directive }) => [(error as { code?: string }).code, directive]),
    [['TROUPE_NODE_LOST', 'restart']],
  )
  child.tell({ type: 'Add', n: 1 })
  t.is(await world.until(get(child)), 2)
})

test('a lease runs from when the parent was heard last, not from when its silence is noticed', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { unreachableLimitMs: 60_000 })
  const b = await startTestNode(world, 'b', { unreachableLimitMs: 60_000, leaseMs: 2_500 })
  const peer = await world.until(a.node.join(b.address))
  const child = a.system.spawn(counter({ from: 1 }), 'child', { placement: peer })
  t.is(await world.until(get(child)), 1)
  const isThere = (): boolean => b.system.tree().some(({ path }) => path.includes('child'))
  await world.advance(30_000)
  t.true(isThere())
  world.network.cut('a', 'b')
  await world.advance(2_600)
  t.false(isThere())
  t.is(peer.state, 'up')
  world.network.heal()
  await world.advance(10_000)
  child.tell({ type: 'Add', n: 1 })
  t.is(await world.until(get(child)), 2)
})

test('spawns, failures and endings are carried out once, however often the connection breaks', async (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const world = newWorld(seed)
    const a = await startTestNode(world, 'a')
    const b = await startTestNode(world, 'b')
    const peer = await world.until(a.node.join(b.address))
    world.network.setDelay({ minMs: 1, maxMs: 40 })
    const failures = failuresOf(a)
    const children: ActorRef<CounterMessage>[] = []
    for (let n = 0; n < 30; n++) {
      children.push(a.system.spawn(counter({ from: n }), undefined, { placement: peer }))
      await world.advance(11)
      if (n % 4 === 0) world.network.reset('a', 'b')
      if (n % 5 === 0) world.network.reset('b', 'a')
    }
    await world.advance(5_000)
    const sums = await world.until(Promise.all(children.map(get)))
    t.deepEqual(
      sums,
      children.map((_, n) => n),
    )
    t.deepEqual(failures, [])
    const remote = (): number =>
      b.system.tree().filter(({ path }) => path.includes('a:user:')).length
    t.is(remote(), 30)
    const stops = children.map((child) => a.system.stop(child))
    await world.advance(30)
    world.network.reset('a', 'b')
    await world.until(Promise.all(stops))
    await world.advance(5_000)
    t.is(remote(), 0)
    t.is(ledgerImbalance(a.system.ledger()), 0)
  }
})

test('a node that goes down in good order hands its guests back: they start on another one', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const c = await startTestNode(world, 'c')
  const failures = failuresOf(a)
  await world.until(a.node.join(b.address))
  const children = [1, 2, 3].map((from) =>
    a.system.spawn(counter({ from }), undefined, { placement: a.node.spread() }),
  )
  await world.until(Promise.all(children.map(get)))
  await world.until(a.node.join(c.address))
  const down = b.system.terminate()
  const report = await world.until(down)
  t.is(report.failure, undefined)
  t.deepEqual(await world.until(Promise.all(children.map(where))), ['c', 'c', 'c'])
  t.is(failures.length, 3)
  t.true(failures.every(({ error }) => (error as { code?: string }).code === 'TROUPE_NODE_LOST'))
})

test('options that are functions are refused for a child on another node, with the way out', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const placement = await world.until(a.node.join(b.address))
  t.throws(() => a.system.spawn(counter({ from: 0 }), 'x', { placement, supervision: stop }), {
    code: 'TROUPE_SPAWN_OPTION_LOCAL',
    message: /user\/x: the option supervision can't travel .* supervised/,
  })
  const mailbox = { capacityBytes: 10, sizeOf: () => 1 }
  t.throws(() => a.system.spawn(counter({ from: 0 }), 'x', { placement, mailbox }), {
    code: 'TROUPE_SPAWN_OPTION_LOCAL',
  })
  t.is(a.system.find('/user/x'), undefined)
})

test('a bound in bytes goes with the child, and counts what arrives', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const placement = await world.until(a.node.join(b.address))
  const child = a.system.spawn(counter({ from: 0 }), 'child', {
    placement,
    mailbox: { capacityBytes: 2_000, overflow: 'dropOldest' },
  })
  await world.settle()
  for (let i = 0; i < 500; i++) child.tell({ type: 'Add', n: 1 })
  const total = await world.until(get(child))
  t.true(total > 0 && total < 500, String(total))
  await world.settle()
  const { dropped } = b.system.ledger()
  t.is((dropped['dropped-oldest'] ?? 0) + total, 500)
  t.is(ledgerImbalance(b.system.ledger()), 0)
})
