import test from 'ava'
import type { ExecutionContext } from 'ava'
import {
  ActorSystem,
  ledgerImbalance,
  receive,
  runThread,
  startNode,
  threadPool,
} from '../../../src/actors/index.ts'
import type { ActorRef, MailboxOptions } from '../../../src/actors/index.ts'
import { Gate } from '../../../src/actors/testkit/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import type { Environment, MemoryWorld } from '../../../src/platform/index.ts'
import { newWorld, startTestNode } from '../remote/memory-nodes.ts'
import type { TestNode } from '../remote/memory-nodes.ts'
import { outcomes } from './outcomes.ts'

interface Slow {
  readonly ref: ActorRef<number>
  readonly handled: number[]
  readonly gate: Gate
  readonly depth: () => number
}

/** An actor that handles one number each time its gate lets it. */
function spawnSlow(
  system: ActorSystem,
  mailbox: MailboxOptions<number>,
  lane: 'messages' | 'bulk' = 'messages',
): Slow {
  const handled: number[] = []
  const gate = new Gate()
  const ref = system.spawn(
    receive<number>(async (n) => {
      await gate.pass()
      handled.push(n)
    }),
    'slow',
    { mailbox, lane },
  )
  return { ref, handled, gate, depth: () => (ref as unknown as { readonly depth: number }).depth }
}

interface Pair {
  readonly world: MemoryWorld
  readonly a: TestNode
  readonly b: TestNode
  readonly slow: Slow
  /** The slow one of `b`, as `a` knows it. */
  readonly ref: ActorRef<number>
}

async function pair(
  mailbox: MailboxOptions<number>,
  lane: 'messages' | 'bulk' = 'messages',
  seed = 1,
): Promise<Pair> {
  const world = newWorld(seed)
  const options = { unreachableLimitMs: 60_000, leaseMs: 60_000 }
  const a = await startTestNode(world, 'a', options)
  const b = await startTestNode(world, 'b', options)
  const slow = spawnSlow(b.system, mailbox, lane)
  const peer = await world.until(a.node.join(b.address))
  const ref = await world.until(peer.resolve<number>('/user/slow'))
  if (ref === undefined) throw new RangeError('no such actor')
  return { world, a, b, slow, ref }
}

function balanced(t: ExecutionContext, ...nodes: readonly TestNode[]): void {
  for (const { system } of nodes) t.is(ledgerImbalance(system.ledger()), 0)
}

for (const lane of ['messages', 'bulk'] as const) {
  test(`offers over a link (${lane}) wait for the places of the mailbox over there`, async (t) => {
    const { world, a, b, slow, ref } = await pair({ capacity: 3 }, lane)
    const seen = outcomes(Array.from({ length: 10 }, (_, n) => ref.offer(n)))
    await world.advance(500)
    t.is(seen().filter((each) => each === 'taken').length, 4)
    t.is(slow.depth() <= 4, true)
    slow.gate.release(2)
    await world.advance(100)
    t.is(seen().filter((each) => each === 'taken').length, 5)
    for (let n = 0; n < 12; n++) {
      slow.gate.release()
      await world.advance(10)
    }
    t.deepEqual(new Set(seen()), new Set(['taken']))
    t.deepEqual(slow.handled, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    t.deepEqual(b.system.ledger().dropped, {})
    balanced(t, a, b)
  })
}

test('an offer that can’t travel is rejected, its place is free again, and the link lives on', async (t) => {
  const { world, a, b, slow, ref } = await pair({ capacity: 2 })
  slow.gate.open()
  const loose = ref as unknown as ActorRef<unknown>
  const seen = outcomes([loose.offer(() => 1), loose.offer(7), loose.offer(Symbol('no'))])
  await world.advance(100)
  t.deepEqual(seen(), ['TROUPE_CODEC_UNENCODABLE', 'taken', 'TROUPE_CODEC_UNENCODABLE'])
  t.deepEqual(slow.handled, [7])
  const more = outcomes(Array.from({ length: 6 }, (_, n) => ref.offer(n)))
  await world.advance(100)
  t.deepEqual(new Set(more()), new Set(['taken']))
  t.is(a.system.ledger().sent, a.system.ledger().forwarded)
  balanced(t, a, b)
})

test('deadline and signal end an offer over a link, also while there is no connection', async (t) => {
  const { world, a, b, slow, ref } = await pair({ capacity: 1 })
  await world.until(Promise.all([ref.offer(1), ref.offer(2)]))
  const abort = new AbortController()
  const seen = outcomes([
    ref.offer(3, { timeoutMs: 1_000 }),
    ref.offer(4, { signal: abort.signal }),
    ref.offer(5),
  ])
  world.network.cut('a', 'b')
  await world.advance(1_000)
  abort.abort()
  await world.settle()
  t.deepEqual(seen(), ['TROUPE_OFFER_TIMEOUT', 'TROUPE_OFFER_ABORTED', 'waits'])
  world.network.heal()
  slow.gate.open()
  await world.advance(30_000)
  t.deepEqual(seen(), ['TROUPE_OFFER_TIMEOUT', 'TROUPE_OFFER_ABORTED', 'taken'])
  t.deepEqual(slow.handled, [1, 2, 5])
  balanced(t, a, b)
})

test('offers that wait are rejected when the actor ends, and when its node is lost', async (t) => {
  const { world, a, b, slow, ref } = await pair({ capacity: 1 })
  const first = outcomes([1, 2, 3].map((n) => ref.offer(n)))
  await world.advance(100)
  t.deepEqual(first(), ['taken', 'taken', 'waits'])
  void b.system.kill(slow.ref)
  slow.gate.open()
  await world.advance(100)
  t.deepEqual(first()[2], 'TROUPE_OFFER_TARGET_TERMINATED')
  const late = outcomes([ref.offer(9)])
  await world.advance(100)
  t.deepEqual(late(), ['TROUPE_OFFER_TARGET_TERMINATED'])

  const second = spawnSlow(b.system, { capacity: 1 })
  const again = await world.until(
    (await world.until(a.node.join(b.address))).resolve<number>('/user/slow'),
  )
  const seen = outcomes([1, 2, 3].map((n) => again?.offer(n) ?? Promise.resolve()))
  await world.advance(100)
  t.deepEqual(seen(), ['taken', 'taken', 'waits'])
  world.network.cut('a', 'b')
  await world.advance(90_000)
  t.deepEqual(seen()[2], 'TROUPE_NODE_LOST')
  t.is(second.handled.length, 0)
  balanced(t, a)
})

test('credit that is not used goes back, so that others find the room', async (t) => {
  const { world, b, slow, ref } = await pair({ capacity: 64 })
  slow.gate.open()
  for (let n = 0; n < 200; n++) await world.until(ref.offer(n))
  await world.settle()
  const room = (): number => {
    const { extension } = slow.ref as unknown as {
      readonly extension: { readonly room: { readonly reserved: number } }
    }
    return extension.room.reserved
  }
  t.true(room() > 0)
  t.true(room() <= 32)
  await world.advance(3_000)
  t.is(room(), 0)
  await world.until(ref.offer(200))
  await world.settle()
  t.deepEqual(
    slow.handled,
    Array.from({ length: 201 }, (_, n) => n),
  )
  t.deepEqual(b.system.ledger().dropped, {})
})

test('many senders share one mailbox: local ones, and those of two nodes', async (t) => {
  const { world, a, b, slow, ref } = await pair({ capacity: 8 })
  const c = await startTestNode(world, 'c')
  const fromC = await world.until(
    (await world.until(c.node.join(b.address))).resolve<number>('/user/slow'),
  )
  let deepest = 0
  const run = async (to: ActorRef<number>, from: number): Promise<void> => {
    for (let n = 0; n < 200; n++) await to.offer(from + n)
  }
  const done = Promise.all([
    run(slow.ref, 0),
    run(ref, 1_000),
    run(fromC ?? slow.ref, 2_000),
    run(ref, 3_000),
  ])
  for (let n = 0; n < 900; n++) {
    slow.gate.release()
    await world.advance(1)
    deepest = Math.max(deepest, slow.depth())
  }
  await world.until(done)
  t.true(deepest <= 9)
  t.is(slow.handled.length, 800)
  for (const from of [0, 1_000, 2_000, 3_000]) {
    const mine = slow.handled.filter((n) => n >= from && n < from + 1_000)
    t.deepEqual(
      mine,
      Array.from({ length: 200 }, (_, n) => from + n),
    )
    // Nobody is left behind: each has its share of the first half.
    t.true(slow.handled.slice(0, 400).filter((n) => mine.includes(n)).length >= 40)
  }
  t.deepEqual(b.system.ledger().dropped, {})
  balanced(t, a, b, c)
})

test('a bound in bytes holds over links: places are given by the sizes seen of late', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const gate = new Gate()
  let handled = 0
  const slow = b.system.spawn(
    receive<Uint8Array>(async () => {
      await gate.pass()
      handled++
    }),
    'slow',
    { mailbox: { capacityBytes: 100_000 } },
  )
  const ref = await world.until(
    (await world.until(a.node.join(b.address))).resolve<Uint8Array>('/user/slow'),
  )
  const seen = outcomes(
    Array.from({ length: 60 }, () => ref?.offer(new Uint8Array(10_000)) ?? Promise.resolve()),
  )
  const bytes = (): number => {
    const { extension } = slow as unknown as {
      readonly extension: { readonly queuedBytes: number }
    }
    return extension.queuedBytes
  }
  let most = 0
  for (let n = 0; n < 80; n++) {
    await world.advance(10)
    most = Math.max(most, bytes())
    gate.release()
  }
  t.is(handled, 60)
  t.true(most <= 110_000, String(most))
  t.deepEqual(new Set(seen()), new Set(['taken']))
})

test('a guarded actor takes offers of proven nodes only', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const c = await startTestNode(world, 'c', { tokens: { app: 'key' } })
  const b = await startTestNode(world, 'b', { tokens: { app: 'key' } })
  const slow = spawnSlow(b.system, {})
  slow.gate.open()
  b.node.guard(slow.ref, 'app')
  const offers = []
  for (const { node } of [a, c]) {
    const peer = await world.until(node.join(b.address))
    const ref = await world.until(peer.resolve<number>('/user/slow'))
    offers.push(ref?.offer(1) ?? Promise.resolve())
  }
  const seen = outcomes(offers)
  await world.advance(100)
  t.deepEqual(seen(), ['TROUPE_OFFER_REFUSED', 'taken'])
  t.deepEqual(slow.handled, [1])
})

const ENTRY = new URL('memory:pool-thread.js')

test('offers go by way of a third node, which grants what it was granted; also to children in threads', async (t) => {
  const { sink } = await import('../fixtures/sinks.ts')
  const world = memoryEnvironment({
    threads: {
      [ENTRY.href]: (environment: Environment) => {
        runThread(environment)
      },
    },
  })
  const a = ActorSystem.create('a', { environment: world.environment('a') })
  const b = ActorSystem.create('b', { environment: world.environment('b') })
  const nodeA = await world.until(startNode(a, { host: 'a', secret: 's' }))
  const nodeB = await world.until(startNode(b, { host: 'b', secret: 's' }))
  const pool = threadPool(b, { size: 1, entry: ENTRY })
  const child = b.spawn(sink({}), 'deep', { placement: pool, mailbox: { capacity: 4 } })
  const near = outcomes([child.offer({ type: 'Put', n: 0 })])
  const peer = await world.until(nodeA.join(`b:${String(nodeB.address?.port)}`))
  const deep = await world.until(peer.resolve<Parameters<typeof child.tell>[0]>('/user/deep'))
  const seen = outcomes(
    Array.from(
      { length: 500 },
      (_, n) => deep?.offer({ type: 'Put', n: n + 1 }) ?? Promise.resolve(),
    ),
  )
  await world.advance(5_000)
  t.deepEqual(near(), ['taken'])
  t.deepEqual(new Set(seen()), new Set(['taken']))
  const report = await world.until(
    child.ask<{ readonly count: number; readonly inOrder: boolean; readonly deepest: number }>(
      (replyTo) => ({ type: 'Report', replyTo }),
    ),
  )
  t.is(report.count, 501)
  t.true(report.inOrder)
  t.true(report.deepest <= 5)
  t.is(ledgerImbalance(a.ledger()), 0)
  t.is(ledgerImbalance(b.ledger()), 0)
})
