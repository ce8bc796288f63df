import test from 'ava'
import { ActorSystem, ledgerImbalance, receive, startNode } from '../../../src/actors/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import {
  codeOf,
  joinedNodes,
  newWorld,
  spawnSeer,
  startTestNode,
  twoNodes,
} from './memory-nodes.ts'

interface Echo {
  readonly type: 'Echo'
  readonly value: unknown
  readonly replyTo: ActorRef<unknown>
}

const echo = receive<Echo>((message) => {
  message.replyTo.tell(message.value)
})

test('messages arrive in the order in which they were sent', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  const seer = spawnSeer<number>(b.system, 'seer')
  const ref = await world.until(peer.resolve<number>('/user/seer'))
  for (let n = 0; n < 3000; n++) ref.tell(n)
  await world.settle()
  t.deepEqual(
    seer.messages,
    Array.from({ length: 3000 }, (_, n) => n),
  )
  t.is(ledgerImbalance(a.system.ledger()), 0)
  t.is(ledgerImbalance(b.system.ledger()), 0)
  await world.advance(1500)
  const counts = peer.counts()
  t.is(counts.acknowledged, 3000)
  t.is(counts.sent, counts.acknowledged + counts.lost)
})

test('an actor that is watched across a link is reported behind its last messages', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  b.system.spawn(
    receive<{ to: ActorRef<string> }>(({ to }, ctx) => {
      to.tell('last words')
      ctx.stop()
    }),
    'mortal',
  )
  const mortal = await world.until(peer.resolve<{ to: ActorRef<string> }>('/user/mortal'))
  const order: string[] = []
  const watcher = a.system.spawn(
    receive<string>(
      (message, ctx) => {
        if (message === 'begin') ctx.watch(mortal)
        else order.push(message)
      },
      (signal) => {
        if (signal.type === 'Terminated') order.push(`terminated: ${signal.reason}`)
      },
    ),
  )
  watcher.tell('begin')
  mortal.tell({ to: watcher })
  await world.settle()
  t.deepEqual(order, ['last words', 'terminated: stopped'])
  t.is(
    await codeOf(
      t,
      world,
      mortal.ask((to) => ({ to })),
    ),
    'TROUPE_ASK_TARGET_TERMINATED',
  )
})

test('watching an actor that is gone already is answered at once', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  const short = b.system.spawn(echo, 'short')
  const ref = await world.until(peer.resolve<Echo>('/user/short'))
  await world.until(b.system.stop(short))
  const seer = spawnSeer(a.system, 'seer', ref)
  await world.settle()
  t.is(seer.terminated.length, 1)
})

test('a node whose process is killed is lost: watchers are told, asks fail at once', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  b.system.spawn(
    receive<Echo>(() => undefined),
    'silent',
  )
  const ref = await world.until(peer.resolve<Echo>('/user/silent'))
  const seer = spawnSeer(a.system, 'seer', ref)
  const ask = ref.ask((replyTo) => ({ type: 'Echo', value: 1, replyTo }), { timeoutMs: 600_000 })
  await world.settle()
  const startedAt = world.clock.now()
  world.kill('b')
  t.is(await codeOf(t, world, ask), 'TROUPE_NODE_LOST')
  t.true(world.clock.now() - startedAt < 5_000)
  await world.settle()
  t.deepEqual(
    seer.terminated.map(({ reason }) => reason),
    ['node-lost'],
  )
  t.regex(await world.until(peer.whenLost), /nobody listens/)
  t.is(
    await codeOf(
      t,
      world,
      ref.ask(() => ({}) as never),
    ),
    'TROUPE_NODE_LOST',
  )
  t.is(ledgerImbalance(a.system.ledger()), 0)
})

test('a node that stays out of reach is lost after its limit, and refused when it comes back', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { unreachableLimitMs: 10_000 })
  const b = await startTestNode(world, 'b', { unreachableLimitMs: 60_000 })
  b.system.spawn(echo, 'echo')
  const peer = await world.until(a.node.join(b.address))
  const ref = await world.until(peer.resolve<Echo>('/user/echo'))
  const seer = spawnSeer(a.system, 'seer', ref)
  await world.settle()
  world.network.cut('a', 'b')
  await world.advance(8_000)
  t.is(peer.state, 'unreachable')
  t.deepEqual(seer.terminated, [])
  await world.advance(20_000)
  t.is(peer.state, 'lost')
  t.is(seer.terminated.length, 1)
  world.network.heal()
  t.is(await codeOf(t, world, b.node.join(a.address)), 'TROUPE_NODE_QUARANTINED')
  await world.advance(10_000)
  t.deepEqual(b.node.nodes, [])
})

test('a connection that breaks is made again; what was on its way is counted as lost, no more', async (t) => {
  const { world, b, peer } = await joinedNodes()
  const seer = spawnSeer<number>(b.system, 'seer')
  const ref = await world.until(peer.resolve<number>('/user/seer'))
  world.network.setDelay(5)
  let sent = 0
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 50; i++) ref.tell(sent++)
    await world.advance(3)
    if (round % 5 === 2) world.network.reset('a', 'b')
    if (round % 5 === 2) world.network.reset('b', 'a')
    await world.advance(400)
  }
  await world.advance(10_000)
  t.is(peer.state, 'up')
  const counts = peer.counts()
  t.is(counts.accepted, sent)
  t.is(counts.acknowledged, seer.messages.length)
  t.is(counts.sent, counts.acknowledged + counts.lost)
  t.deepEqual(
    seer.messages,
    [...seer.messages].sort((x, y) => x - y),
  )
  t.is(new Set(seer.messages).size, seer.messages.length)
  t.true(seer.messages.length > sent / 2)
})

test('a watch set while the connection is broken is answered exactly once', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  const refs = []
  for (let n = 0; n < 20; n++) {
    const actor = b.system.spawn(echo, `actor-${String(n)}`)
    refs.push({ actor, ref: await world.until(peer.resolve<Echo>(`/user/actor-${String(n)}`)) })
  }
  world.network.setDelay({ minMs: 1, maxMs: 30 })
  const seers = []
  for (const [n, { actor, ref }] of refs.entries()) {
    seers.push(spawnSeer(a.system, `seer-${String(n)}`, ref))
    await world.advance(7)
    if (n % 3 === 0) world.network.reset('a', 'b')
    void b.system.stop(actor)
    await world.advance(7)
    if (n % 4 === 1) world.network.reset('b', 'a')
  }
  await world.advance(20_000)
  t.deepEqual(
    seers.map(({ terminated }) => terminated.length),
    seers.map(() => 1),
  )
})

test('a message that can’t be encoded becomes a dead letter; its neighbours arrive', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  const seer = spawnSeer<unknown>(b.system, 'seer')
  const ref = await world.until(peer.resolve<unknown>('/user/seer'))
  const dead: string[] = []
  a.system.eventStream.subscribe('DeadLetter', ({ reason }) => dead.push(reason))
  ref.tell({ shape: 'one', n: 1 })
  ref.tell({ other: { list: [1, () => 2] } })
  ref.tell({ third: 3 })
  const ask = ref.ask((replyTo) => ({ replyTo, it: Symbol('s') }))
  ref.tell({ shape: 'one', n: 4 })
  await world.settle()
  t.deepEqual(seer.messages, [{ shape: 'one', n: 1 }, { third: 3 }, { shape: 'one', n: 4 }])
  t.deepEqual(dead, ['unencodable', 'unencodable'])
  await t.throwsAsync(world.until(ask), {
    code: 'TROUPE_CODEC_UNENCODABLE',
    message: /message\.it/,
  })
  t.is(ledgerImbalance(a.system.ledger()), 0)
  ref.tell({ third: 5 })
  await world.settle()
  t.deepEqual(seer.messages.at(-1), { third: 5 })
})

test('an answer that can’t be encoded fails its ask at once, also behind a third node', async (t) => {
  const { world, a, b } = await twoNodes()
  const c = await startTestNode(world, 'c')
  type Question = { readonly replyTo: ActorRef<unknown> }
  c.system.spawn(
    receive<Question>(({ replyTo }) => {
      replyTo.tell({ answer: () => 42 })
    }),
    'mute',
  )
  const peer = await world.until(b.node.join(c.address))
  const mute = await world.until(peer.resolve<Question>('/user/mute'))
  b.system.spawn(
    receive<Question>((question) => {
      mute.tell(question)
    }),
    'between',
  )
  const other = await world.until(a.node.join(b.address))
  const relay = await world.until(other.resolve<Question>('/user/between'))
  const refused = { code: 'TROUPE_CODEC_UNENCODABLE', message: /message\.answer is a function/ }
  const { clock } = a.system.environment
  const began = clock.now()
  await t.throwsAsync(world.until(mute.ask((replyTo) => ({ replyTo }))), refused)
  await t.throwsAsync(world.until(relay.ask((replyTo) => ({ replyTo }))), refused)
  t.true(clock.now() - began < 1000, 'virtual time, far from the deadline')
  t.is(ledgerImbalance(c.system.ledger()), 0)
})

test('a message that throws when it is read harms nobody but itself', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  const seer = spawnSeer<unknown>(b.system, 'seer')
  const ref = await world.until(peer.resolve<unknown>('/user/seer'))
  const thrower = {
    get it(): never {
      throw new RangeError('not now')
    },
  }
  const ask = ref.ask((replyTo) => ({ replyTo, value: thrower }), { timeoutMs: 100 })
  ref.tell(new Map([[Object.create(null), () => 1]]))
  ref.tell('next')
  await world.settle()
  await t.throwsAsync(world.until(ask), {
    code: 'TROUPE_CODEC_UNENCODABLE',
    message: /message\.value .*not now/,
  })
  t.deepEqual(seer.messages, ['next'])
  t.is(ledgerImbalance(a.system.ledger()), 0)
})

for (const options of [
  { port: 70_000 },
  { heartbeatMs: Number.NaN },
  { leaseMs: -5 },
  { limits: { maxFrameBytes: 0 } },
  { limits: { maxQueuedMessages: 0 } },
  { limits: { maxUnacknowledged: -1 } },
]) {
  test(`a node with ${JSON.stringify(options)} is refused`, async (t) => {
    const system = ActorSystem.create('a', { environment: newWorld().environment('a') })
    await t.throwsAsync(startNode(system, options), { code: 'TROUPE_NODE_OPTION_INVALID' })
  })
}

test('refs travel: home, to a third node, and stay comparable', async (t) => {
  const { world, a, b } = await twoNodes()
  const c = await startTestNode(world, 'c')
  b.system.spawn(echo, 'echo')
  const seenByC = spawnSeer<ActorRef<Echo>>(c.system, 'seer')
  const bFromA = await world.until(a.node.join(b.address))
  const cFromA = await world.until(a.node.join(c.address))
  const echoFromA = await world.until(bFromA.resolve<Echo>('/user/echo'))
  const seerFromA = await world.until(cFromA.resolve<ActorRef<Echo>>('/user/seer'))
  const local = a.system.spawn(echo, 'local')
  const back = await world.until(
    echoFromA.ask((replyTo) => ({ type: 'Echo', value: [local, echoFromA], replyTo })),
  )
  t.is((back as unknown[])[0], local)
  t.is((back as unknown[])[1], echoFromA)
  seerFromA.tell(echoFromA)
  seerFromA.tell(echoFromA)
  await world.settle()
  const [first, second] = seenByC.messages
  t.is(first, second)
  const answer = await world.until(
    (first as ActorRef<Echo>).ask((replyTo) => ({ type: 'Echo', value: 'direct', replyTo })),
  )
  t.is(answer, 'direct')
  t.is(b.node.nodes.length, 2)
})

test('two nodes that join each other at the same time are linked once', async (t) => {
  for (let seed = 1; seed <= 10; seed++) {
    const world = newWorld(seed)
    world.network.setDelay({ minMs: 1, maxMs: 20 })
    const a = await startTestNode(world, 'a')
    const b = await startTestNode(world, 'b')
    a.system.spawn(echo, 'echo')
    b.system.spawn(echo, 'echo')
    const [ab, ba] = await world.until(
      Promise.all([a.node.join(b.address), b.node.join(a.address)]),
    )
    const fromA = await world.until(ab.resolve<Echo>('/user/echo'))
    const fromB = await world.until(ba.resolve<Echo>('/user/echo'))
    t.is(await world.until(fromA.ask((replyTo) => ({ type: 'Echo', value: 1, replyTo }))), 1)
    t.is(await world.until(fromB.ask((replyTo) => ({ type: 'Echo', value: 2, replyTo }))), 2)
    t.is(a.node.nodes.length, 1)
    t.is(b.node.nodes.length, 1)
  }
})

test('wrong secret, no secret and one’s own address are refused with their codes', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b', { secret: 'other' })
  const c = await startTestNode(world, 'c', { host: '127.0.0.1', secret: undefined as never })
  t.is(await codeOf(t, world, b.node.join(a.address)), 'TROUPE_NODE_WRONG_SECRET')
  t.is(await codeOf(t, world, a.node.join(b.address)), 'TROUPE_NODE_WRONG_SECRET')
  t.is(await codeOf(t, world, c.node.join(a.address)), 'TROUPE_NODE_WRONG_SECRET')
  t.is(await codeOf(t, world, a.node.join(c.address)), 'TROUPE_NODE_WRONG_SECRET')
  t.is(await codeOf(t, world, a.node.join(a.address)), 'TROUPE_NODE_ITSELF')
  t.is(await codeOf(t, world, a.node.join('nowhere')), 'TROUPE_NODE_ADDRESS_ILLEGAL')
  t.is(await codeOf(t, world, a.node.join('a:1', { timeoutMs: 500 })), 'TROUPE_NODE_UNREACHABLE')
  t.deepEqual(
    [a, b, c].flatMap(({ node }) => node.nodes),
    [],
  )
})

test('a token is proved only by those who know it', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { tokens: { app: 'right' } })
  const b = await startTestNode(world, 'b', { tokens: { app: 'right', more: '1' } })
  const c = await startTestNode(world, 'c', { tokens: { app: 'wrong' } })
  const ab = await world.until(a.node.join(b.address))
  const ac = await world.until(a.node.join(c.address))
  t.true(ab.hasProved('app'))
  t.false(ab.hasProved('more'))
  t.false(ac.hasProved('app'))
  t.true(b.node.nodes[0]?.hasProved('app'))
  t.false(c.node.nodes[0]?.hasProved('app'))
})

test('a node that leaves is lost at once on the other side', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  await world.until(b.node.close())
  t.is(await world.until(peer.whenLost), 'it has left')
  t.is(
    await codeOf(t, world, a.node.join(b.address, { timeoutMs: 100 })),
    'TROUPE_NODE_UNREACHABLE',
  )
})

test('a guarded actor takes messages only from nodes that have proved its token', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { tokens: { app: 'right' } })
  const friend = await startTestNode(world, 'b', { tokens: { app: 'right' } })
  const other = await startTestNode(world, 'c', { tokens: { app: 'wrong' } })
  const seer = spawnSeer<string>(a.system, 'executor')
  a.node.guard(seer.ref, 'app')
  for (const { node } of [friend, other]) {
    const peer = await world.until(node.join(a.address))
    const ref = await world.until(peer.resolve<string>('/user/executor'))
    ref.tell(`code from ${node === friend.node ? 'a friend' : 'a stranger'}`)
  }
  await world.settle()
  t.deepEqual(seer.messages, ['code from a friend'])
  t.is(a.system.ledger().dropped['not-proved'], 1)
  t.is(ledgerImbalance(a.system.ledger()), 0)
  seer.ref.tell('local')
  await world.settle()
  t.is(seer.messages.length, 2)
})

test('what finds no room in a link is a dead letter, and its ask fails', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { limits: { maxQueuedMessages: 10 } })
  const b = await startTestNode(world, 'b')
  const seer = spawnSeer<number>(b.system, 'seer')
  const peer = await world.until(a.node.join(b.address))
  const ref = await world.until(peer.resolve<unknown>('/user/seer'))
  for (let n = 0; n < 15; n++) ref.tell(n)
  await t.throwsAsync(world.until(ref.ask((replyTo) => ({ replyTo }))), {
    code: 'TROUPE_LINK_FULL',
  })
  await world.settle()
  t.is(seer.messages.length, 10)
  t.is(a.system.ledger().dropped['link-full'], 6)
  t.is(ledgerImbalance(a.system.ledger()), 0)
})

test('a node that is joined by another of its addresses is the same node', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  const again = await world.until(a.node.join(`127.0.0.1:${String(b.node.address?.port)}`))
  t.is(again, peer)
  t.is(await world.until(a.node.join(b.address)), peer)
  t.is(b.node.nodes.length, 1)
})

test('no key of a message can spoil the messages beside it', async (t) => {
  const { world, b, peer } = await joinedNodes()
  const seer = spawnSeer<unknown>(b.system, 'seer')
  const ref = await world.until(peer.resolve<unknown>('/user/seer'))
  const messages = [
    { a: 0 },
    { a: 1, __keys__: 2 },
    { a: 3 },
    { __keys__: { a: 4 } },
    {},
    { b: '__keys__', a: 5 },
    { a: 6 },
  ]
  for (const message of messages) ref.tell(message)
  await world.settle()
  for (const message of messages) {
    ref.tell(message)
    await world.settle()
  }
  t.deepEqual(seer.messages, [...messages, ...messages])
  t.is(peer.counts().refused, 0)
})

test('a ref of a node that has just died ends soon, also where that node was never linked', async (t) => {
  const { world, a, b } = await twoNodes()
  const c = await startTestNode(world, 'c')
  b.system.spawn(echo, 'echo')
  const seenByC = spawnSeer<ActorRef<Echo>>(c.system, 'seer')
  const ref = await world.until(
    (await world.until(a.node.join(b.address))).resolve<Echo>('/user/echo'),
  )
  const seer = await world.until(
    (await world.until(a.node.join(c.address))).resolve<ActorRef<Echo>>('/user/seer'),
  )
  world.kill('b')
  seer.tell(ref)
  await world.settle()
  const [orphan] = seenByC.messages
  const startedAt = world.clock.now()
  const ask = orphan?.ask((replyTo) => ({ type: 'Echo', value: 1, replyTo }), { timeoutMs: 60_000 })
  t.is(await codeOf(t, world, ask ?? Promise.resolve()), 'TROUPE_NODE_LOST')
  t.true(world.clock.now() - startedAt < 3_000)
  t.is(ledgerImbalance(c.system.ledger()), 0)
})

test('a system that is going down does not become a node, and leaves no listener', async (t) => {
  const world = newWorld()
  const system = ActorSystem.create('late', { environment: world.environment('late') })
  await world.until(system.terminate())
  const start = startNode(system, { host: 'late', port: 7_077, secret: 'hush' })
  t.is(await codeOf(t, world, start), 'TROUPE_SHUTDOWN_UNDER_WAY')
  const next = ActorSystem.create('next', { environment: world.environment('late') })
  const node = await world.until(startNode(next, { host: 'late', port: 7_077, secret: 'hush' }))
  t.is(node.address?.port, 7_077)
})

test('a system that ends while its node begins to listen leaves no listener', async (t) => {
  const world = newWorld()
  const system = ActorSystem.create('late', { environment: world.environment('late') })
  const start = startNode(system, { host: 'late', port: 7_077, secret: 'hush' })
  await world.until(Promise.allSettled([start, system.terminate()]))
  const next = ActorSystem.create('next', { environment: world.environment('late') })
  const node = await world.until(startNode(next, { host: 'late', port: 7_077, secret: 'hush' }))
  t.is(node.address?.port, 7_077)
})

test('a system is one node at a time', async (t) => {
  const world = newWorld()
  const { system, node } = await startTestNode(world, 'a')
  const again = (): ReturnType<typeof startNode> => startNode(system, { host: 'a', secret: 'hush' })
  t.is(await codeOf(t, world, again()), 'TROUPE_NODE_STARTED')
  await world.until(node.close())
  t.not((await world.until(again())).address, undefined)
})

test('a node that can not listen may be started once more', async (t) => {
  const world = newWorld()
  const first = await startTestNode(world, 'a')
  const second = ActorSystem.create('b', { environment: world.environment('a') })
  const options = { host: 'a', port: first.node.address?.port ?? 0, secret: 'hush' }
  t.is(await codeOf(t, world, startNode(second, options)), 'TROUPE_PLATFORM_ADDRESS_IN_USE')
  t.not((await world.until(startNode(second, { ...options, port: 0 }))).address, undefined)
})
