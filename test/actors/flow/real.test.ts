import test from 'ava'
import type { ExecutionContext } from 'ava'
import {
  ActorSystem,
  ledgerImbalance,
  receive,
  startNode,
  stopped,
  threadPool,
} from '../../../src/actors/index.ts'
import type { ActorRef, LinkCounts, PoolThreadInfo } from '../../../src/actors/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { sink } from '../fixtures/sinks.ts'
import type { SinkMessage, SinkReport } from '../fixtures/sinks.ts'

const TOTAL = 200_000
const CAPACITY = 256
/** Offers that the sender makes before it waits for one. */
const AT_ONCE = 512

function start(t: ExecutionContext, name: string): ActorSystem {
  const system = ActorSystem.create(name, { environment: nodeEnvironment() })
  t.teardown(() => system.terminate())
  return system
}

/** Offers 0, 1, 2 … and looks at what is held on this side meanwhile. */
async function flood(ref: ActorRef<SinkMessage>, counts: () => LinkCounts): Promise<number> {
  let most = 0
  const waiting: Promise<void>[] = []
  for (let n = 0; n < TOTAL;) {
    for (let i = 0; i < AT_ONCE; i++) waiting.push(ref.offer({ type: 'Put', n: n++ }))
    const { queued } = counts()
    most = Math.max(most, queued)
    await Promise.all(waiting.splice(0))
  }
  return most
}

/** What the sink has got; offered, since a full mailbox drops what it is told. */
function reportOf(system: ActorSystem, ref: ActorRef<SinkMessage>): Promise<SinkReport> {
  return new Promise((resolve) => {
    const replyTo = system.spawn(
      receive<SinkReport>((report) => {
        resolve(report)
        return stopped
      }),
    )
    void ref.offer({ type: 'Report', replyTo })
  })
}

async function proven(
  t: ExecutionContext,
  system: ActorSystem,
  ref: ActorRef<SinkMessage>,
  counts: () => LinkCounts,
): Promise<void> {
  await reportOf(system, ref)
  const most = await flood(ref, counts)
  const sent = Math.ceil(TOTAL / AT_ONCE) * AT_ONCE
  const report = await reportOf(system, ref)
  t.is(report.count, sent)
  t.true(report.inOrder)
  // The mailbox over there, its mark among it, and what waited here.
  t.true(report.deepest <= CAPACITY + 1, String(report.deepest))
  t.true(most <= AT_ONCE + 1, String(most))
}

for (const line of ['port', 'ring'] as const) {
  test(`200,000 offers to a slow actor in a thread (${line}) stay within its bounds and arrive in order`, async (t) => {
    t.timeout(300_000)
    const system = start(t, 'main')
    const pool = threadPool(system, { size: 1, line })
    const ref = system.spawn(sink({ every: 100 }), 'sink', {
      placement: pool,
      mailbox: { capacity: CAPACITY },
    })
    await proven(t, system, ref, () => (pool.threads[0] as PoolThreadInfo).counts)
    t.is(ledgerImbalance(system.ledger()), 0)
  })
}

for (const lane of ['messages', 'bulk'] as const) {
  test(`200,000 offers to a slow actor over TCP (${lane}) stay within its bounds and arrive in order`, async (t) => {
    t.timeout(300_000)
    const [a, b] = [start(t, 'a'), start(t, 'b')]
    const [nodeA, nodeB] = [await startNode(a), await startNode(b)]
    b.spawn(sink({ every: 100 }), 'sink', { mailbox: { capacity: CAPACITY }, lane })
    const peer = await nodeA.join(`127.0.0.1:${String(nodeB.address?.port)}`)
    await proven(t, a, await peer.resolve<SinkMessage>('/user/sink'), () => peer.counts())
    t.deepEqual(b.ledger().dropped, {})
    t.is(ledgerImbalance(a.ledger()), 0)
    t.is(ledgerImbalance(b.ledger()), 0)
  })
}

test('a flood of tells to a slow actor over TCP is dropped there, counted, and heartbeats pass', async (t) => {
  t.timeout(300_000)
  const [a, b] = [start(t, 'a'), start(t, 'b')]
  const heartbeats = { heartbeatMs: 20, detector: { acceptablePauseMs: 10_000 } }
  const nodeA = await startNode(a, heartbeats)
  const nodeB = await startNode(b, heartbeats)
  const events: string[] = []
  for (const system of [a, b]) {
    system.eventStream.subscribe('NodeUnreachable', ({ type }) => events.push(type))
  }
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let handled = 0
  const slow = b.spawn(
    receive<Uint8Array>(async () => {
      await held
      handled++
    }),
    'slow',
    { mailbox: { capacity: 100 } },
  )
  const peer = await nodeA.join(`127.0.0.1:${String(nodeB.address?.port)}`)
  const ref = await peer.resolve<Uint8Array>('/user/slow')
  const total = 40_000
  const body = new Uint8Array(4_096)
  let most = 0
  for (let n = 0; n < total;) {
    for (let i = 0; i < 500; i++, n++) ref.tell(body)
    most = Math.max(most, peer.counts().queued)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { depth } = slow as unknown as { readonly depth: number }
  t.true(depth <= 100)
  // Everything that left has arrived once a question behind it is answered.
  t.is(await peer.resolve('/user/slow'), ref as never)
  release()
  while (handled < 101) await new Promise((resolve) => setImmediate(resolve))
  const counts = peer.counts()
  t.is(counts.accepted, total - (a.ledger().dropped['link-full'] ?? 0))
  t.is(counts.lost, 0)
  t.is((b.ledger().dropped['mailbox-full'] ?? 0) + handled, counts.sent)
  t.deepEqual(events, [])
  t.true(most <= 262_144)
  t.is(ledgerImbalance(a.ledger()), 0)
  t.is(ledgerImbalance(b.ledger()), 0)
})

test('what a thread does not get to is bounded on this side, and control messages pass once it does', async (t) => {
  t.timeout(300_000)
  const system = start(t, 'main')
  const pool = threadPool(system, {
    size: 1,
    line: 'port',
    limits: { maxQueuedBytes: 4 * 1024 * 1024 },
  })
  const ref = system.spawn(sink({}), 'sink', { placement: pool, mailbox: { capacity: 64 } })
  await ref.ask<SinkReport>((replyTo) => ({ type: 'Report', replyTo }), { timeoutMs: 60_000 })
  const body = 'x'.repeat(16_384)
  const total = 4_000
  // In one turn: the thread's answers are not read meanwhile, so nothing is acknowledged.
  for (let n = 0; n < total; n++) {
    ref.tell({ type: 'Put', n, body } as SinkMessage)
  }
  await new Promise((resolve) => setImmediate(resolve))
  const { accepted, queued, sent, acknowledged } = (pool.threads[0] as PoolThreadInfo).counts
  const bytes = (messages: number): number => messages * body.length
  t.true(bytes(sent - acknowledged) <= 8 * 1024 * 1024 + 2 ** 22, String(sent - acknowledged))
  t.true(bytes(queued) <= 4 * 1024 * 1024 + 2 ** 22, String(queued))
  const dropped = system.ledger().dropped['link-full'] ?? 0
  t.is(accepted + dropped, total + 1)
  t.true(dropped > 0)
  await system.stop(ref)
  t.is(ledgerImbalance(system.ledger()), 0)
})
