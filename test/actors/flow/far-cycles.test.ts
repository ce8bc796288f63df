import test from 'ava'
import fc from 'fast-check'
import {
  ActorSystem,
  group,
  ledgerImbalance,
  runThread,
  threadPool,
} from '../../../src/actors/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import type { Environment, MemoryWorld } from '../../../src/platform/index.ts'
import { caller } from '../fixtures/callers.ts'
import type { Call } from '../fixtures/callers.ts'
import { newWorld, startTestNode } from '../remote/memory-nodes.ts'
import type { TestNode } from '../remote/memory-nodes.ts'

interface Nodes {
  readonly world: MemoryWorld
  readonly nodes: readonly TestNode[]
  /** The actor `to` as node `from` knows it; actors are dealt to nodes in turn. */
  readonly known: (from: number, to: number) => ActorRef<Call>
}

async function spread(count: number, actors: number, seed = 1, delayMs = 0): Promise<Nodes> {
  const world = newWorld(seed)
  if (delayMs > 0) world.network.setDelay({ minMs: 0, maxMs: delayMs })
  const nodes: TestNode[] = []
  for (let n = 0; n < count; n++) nodes.push(await startTestNode(world, `n${String(n)}`))
  for (let n = 0; n < actors; n++) {
    nodes[n % count]?.system.spawn(caller({ label: `a${String(n)}` }), `a${String(n)}`)
  }
  const refs: ActorRef<Call>[][] = []
  for (const [at, { node, system }] of nodes.entries()) {
    const row: ActorRef<Call>[] = []
    for (let n = 0; n < actors; n++) {
      const path = `/user/a${String(n)}`
      const home = nodes[n % count] as TestNode
      const peer = n % count === at ? undefined : await world.until(node.join(home.address))
      row.push(
        peer === undefined
          ? (system.find(path) as unknown as ActorRef<Call>)
          : await world.until(peer.resolve<Call>(path)),
      )
    }
    refs.push(row)
  }
  return { world, nodes, known: (from, to) => refs[from]?.[to] as ActorRef<Call> }
}

for (const count of [2, 3, 4]) {
  test(`a circle over ${String(count)} nodes fails long before its deadlines`, async (t) => {
    const { world, nodes, known } = await spread(count, count, 1, 5)
    const route = [...Array(count).keys()].slice(1).map((n) => known(0, n))
    const before = world.clock.now()
    const reply = known(0, 0).ask<string>((replyTo) => ({
      type: 'Call',
      route: [...route, known(0, 0)],
      replyTo,
    }))
    const names = [...Array(count).keys()].map((n) => `a${String(n)}`).join(' ')
    t.is(await world.until(reply), `${names} TROUPE_ASK_CYCLE`)
    t.true(world.clock.now() - before < 200)
    for (const { system } of nodes) t.is(ledgerImbalance(system.ledger()), 0)
  })
}

test('a circle over two nodes closes through a router, whoever asks last', async (t) => {
  const { world, nodes, known } = await spread(2, 2, 1, 5)
  const router = nodes[0]?.system.spawn(group([known(0, 1)]), 'router') as ActorRef<Call>
  const peer = await world.until((nodes[1] as TestNode).node.join((nodes[0] as TestNode).address))
  const farRouter = await world.until(peer.resolve<Call>('/user/router'))
  const before = world.clock.now()
  const there = known(0, 0).ask<string>((replyTo) => ({
    type: 'Call',
    route: [router, known(0, 0)],
    replyTo,
  }))
  t.is(await world.until(there), 'a0 a1 TROUPE_ASK_CYCLE')
  const back = known(1, 1).ask<string>((replyTo) => ({
    type: 'Call',
    route: [known(1, 0), farRouter],
    replyTo,
  }))
  t.is(await world.until(back), 'a1 a0 TROUPE_ASK_CYCLE')
  t.true(world.clock.now() - before < 400)
})

test('the way round names the actors of all nodes', async (t) => {
  const { world, known, nodes } = await spread(2, 2)
  const got: unknown[] = []
  nodes[1]?.system.spawn(
    (state: number, call: Call, ctx) =>
      ctx
        .ask<Call, string>(known(1, 0), (replyTo) => ({ ...call, route: [], replyTo }))
        .catch((error: unknown) => {
          got.push(error)
        })
        .then(() => {
          call.replyTo.tell('done')
          return state
        }),
    'closing',
  )
  const peer = await world.until(nodes[0]!.node.join(nodes[1]!.address))
  const closing = await world.until(peer.resolve<Call>('/user/closing'))
  const reply = known(0, 0).ask<string>((replyTo) => ({ type: 'Call', route: [closing], replyTo }))
  t.is(await world.until(reply), 'a0 done')
  t.regex(
    (got[0] as Error).message,
    /troupe:\/\/n1\/user\/closing -> \(Call\) troupe:\/\/n0\/user\/a0 -> \(Call\) troupe:\/\/n1\/user\/closing /,
  )
})

test('a re-entrant ask lets the circle in over nodes as well', async (t) => {
  const { world, nodes, known } = await spread(3, 3, 1, 5)
  const reply = known(0, 0).ask<string>((replyTo) => ({
    type: 'Call',
    route: [known(0, 1), known(0, 2), known(0, 0)],
    replyTo,
    isReentrant: true,
  }))
  t.is(await world.until(reply), 'a0 a1 a2 a0')
  t.true(world.clock.now() < 1_000)
  for (const { system } of nodes) t.is(ledgerImbalance(system.ledger()), 0)
})

const ENTRY = new URL('memory:pool-thread.js')

test('a circle through children in threads is found', async (t) => {
  const world = memoryEnvironment({
    threads: {
      [ENTRY.href]: (environment: Environment) => {
        runThread(environment)
      },
    },
  })
  const system = ActorSystem.create('main', { environment: world.environment('main') })
  const pool = threadPool(system, { size: 2, entry: ENTRY })
  const [a, b] = ['a', 'b'].map((label) =>
    system.spawn(caller({ label }), label, { placement: pool }),
  ) as [ActorRef<Call>, ActorRef<Call>]
  const c = system.spawn(caller({ label: 'c' }), 'c')
  for (const route of [[b, a], [b, c, a], [c, a], [a]]) {
    const reply = a.ask<string>((replyTo) => ({ type: 'Call', route, replyTo }))
    t.regex(await world.until(reply), /^a .*TROUPE_ASK_CYCLE$/)
  }
  t.true(world.clock.now() < 5_000)
})

test('over nodes too, a circle is reported if and only if there is one', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000),
      fc.constantFrom(2, 3),
      fc.integer({ min: 2, max: 6 }).chain((actors) =>
        fc.tuple(
          fc.constant(actors),
          fc.array(fc.tuple(fc.nat(actors - 1), fc.nat(actors - 1), fc.boolean()), {
            maxLength: 8,
          }),
        ),
      ),
      async (seed, count, [actors, edges]) => {
        const { world, nodes, known } = await spread(count, actors, seed, 10)
        const replies: string[] = []
        // The model: each actor asks at most once, and waits on with that; who is asked while it waits never hears it.
        const waits = new Map<number, number>()
        const reaches = (from: number, goal: number): boolean => {
          let at: number | undefined = from
          for (let steps = 0; at !== undefined && steps <= actors; steps++) {
            if (at === goal) return true
            at = waits.get(at)
          }
          return false
        }
        let expected = false
        for (const [from, to, isHasty] of edges) {
          if (waits.has(from)) continue
          const home = from % count
          void known(home, from)
            .ask<string>(
              (replyTo) => ({
                type: 'Call',
                route: [known(home, to)],
                replyTo,
                isHeld: true,
                timeoutMs: 60_000,
              }),
              { timeoutMs: 120_000 },
            )
            .then(
              (reply) => replies.push(reply),
              () => undefined,
            )
          await world.settle()
          waits.set(from, to)
          if (reaches(to, from)) {
            expected = true
            break
          }
          // Sometimes the next one asks before anybody has heard of this one.
          if (!isHasty) await world.advance(100)
        }
        await world.advance(1_000)
        t.is(
          replies.some((reply) => reply.includes('TROUPE_ASK_CYCLE')),
          expected,
          JSON.stringify([...waits]),
        )
        for (const { system } of nodes) t.is(ledgerImbalance(system.ledger()), 0)
      },
    ),
    { numRuns: 40 },
  )
})
