import test from 'ava'
import fc from 'fast-check'
import { ledgerImbalance, receive } from '../../../src/actors/index.ts'
import type { ActorRef, RemoteNode } from '../../../src/actors/index.ts'
import { counter } from '../fixtures/travellers.ts'
import type { CounterMessage } from '../fixtures/travellers.ts'
import { newWorld, spawnSeer, startTestNode } from './memory-nodes.ts'
import type { Seen } from './memory-nodes.ts'

/** What may happen between two nodes, one thing after another. */
type Step =
  | {
      readonly type: 'tell'
      readonly from: 'a' | 'b'
      readonly to: 'seer' | 'bulk'
      readonly times: number
    }
  | { readonly type: 'ask'; readonly from: 'a' | 'b' }
  | { readonly type: 'spawn' | 'stop' | 'kill' | 'fail' | 'watch' }
  | { readonly type: 'reset'; readonly from: 'a' | 'b' }
  | { readonly type: 'cut'; readonly oneWay: boolean; readonly forMs: number }
  | { readonly type: 'wait'; readonly ms: number }

const side = fc.constantFrom('a' as const, 'b' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('tell'),
      from: side,
      to: fc.constantFrom('seer', 'bulk'),
      times: fc.nat(600),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('ask'), from: side }) },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constantFrom('spawn', 'stop', 'kill', 'fail', 'watch') }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reset'), from: side }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('cut'),
      oneWay: fc.boolean(),
      forMs: fc.nat(14_000),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.nat(300) }) },
)

interface Numbered {
  readonly n: number
}

function isRising(messages: readonly Numbered[]): boolean {
  return messages.every(({ n }, i) => i === 0 || n > (messages[i - 1]?.n ?? -1))
}

test('cuts and resets lose messages at most: order, endings, asks and accounts hold', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000),
      fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
      async (seed, steps) => {
        const world = newWorld(seed)
        world.network.setDelay({ minMs: 0, maxMs: 25 })
        const options = { unreachableLimitMs: 60_000, leaseMs: 60_000 }
        const a = await startTestNode(world, 'a', options)
        const b = await startTestNode(world, 'b', options)
        const seers = {
          a: spawnSeer<Numbered>(a.system, 'seer'),
          b: spawnSeer<Numbered>(b.system, 'seer'),
        }
        const bulkSeers = {
          a: spawnSeer<Numbered>(a.system, 'bulk', undefined, 'bulk'),
          b: spawnSeer<Numbered>(b.system, 'bulk', undefined, 'bulk'),
        }
        for (const { system } of [a, b]) {
          system.spawn(
            receive<{ replyTo: ActorRef<string> }>(({ replyTo }) => {
              replyTo.tell('here')
            }),
            'echo',
          )
        }
        const peers: Record<'a' | 'b', RemoteNode> = {
          a: await world.until(a.node.join(b.address)),
          b: await world.until(b.node.join(a.address)),
        }
        const refs = {
          a: {
            seer: await world.until(peers.a.resolve<Numbered>('/user/seer')),
            bulk: await world.until(peers.a.resolve<Numbered>('/user/bulk')),
          },
          b: {
            seer: await world.until(peers.b.resolve<Numbered>('/user/seer')),
            bulk: await world.until(peers.b.resolve<Numbered>('/user/bulk')),
          },
        }
        const echoes = {
          a: await world.until(peers.a.resolve<{ replyTo: ActorRef<string> }>('/user/echo')),
          b: await world.until(peers.b.resolve<{ replyTo: ActorRef<string> }>('/user/echo')),
        }
        const sent = { a: 0, b: 0 }
        let asked = 0
        let answered = 0
        let cutLeftMs = 40_000
        const children: ActorRef<CounterMessage>[] = []
        const watchers: Seen<unknown>[] = []
        let failures = 0
        a.system.eventStream.subscribe('ChildFailed', () => failures++)
        const run: Record<string, (it: never) => void | Promise<void>> = {
          tell({ from, to, times }: { from: 'a' | 'b'; to: 'seer' | 'bulk'; times: number }) {
            for (let i = 0; i < times; i++) refs[from][to].tell({ n: sent[from]++ })
          },
          ask({ from }: { from: 'a' | 'b' }) {
            asked++
            const settled = (): void => {
              answered++
            }
            echoes[from].ask<string>((replyTo) => ({ replyTo })).then(settled, settled)
          },
          spawn() {
            const from = children.length
            children.push(a.system.spawn(counter({ from }), undefined, { placement: peers.a }))
          },
          stop() {
            const child = children.at(-1)
            if (child !== undefined) void a.system.stop(child)
          },
          kill() {
            const child = children.at(0)
            if (child !== undefined) void a.system.kill(child)
          },
          fail() {
            children.at(-1)?.tell({ type: 'Fail', how: 'coded' })
          },
          watch() {
            const child = children.at(-1)
            if (child === undefined) return
            watchers.push(spawnSeer(b.system, `watcher-${String(watchers.length)}`))
            const watcher = spawnSeer<unknown>(
              a.system,
              `watcher-${String(watchers.length)}`,
              child,
            )
            watchers.push(watcher)
          },
          reset({ from }: { from: 'a' | 'b' }) {
            world.network.reset(from, from === 'a' ? 'b' : 'a')
          },
          async cut({ oneWay, forMs }: { oneWay: boolean; forMs: number }) {
            // In all well below the limit: cuts that follow each other closely are one to the nodes.
            const ms = Math.min(forMs, cutLeftMs)
            cutLeftMs -= ms
            world.network.cut('a', 'b', { oneWay })
            await world.advance(ms)
            world.network.heal()
          },
          async wait({ ms }: { ms: number }) {
            await world.advance(ms)
          },
        }
        for (const it of steps) await run[it.type]?.(it as never)
        await world.advance(30_000)
        t.is(peers.a.state, 'up')
        t.is(answered, asked)
        t.true(isRising(seers.a.messages))
        t.true(isRising(seers.b.messages))
        t.true(isRising(bulkSeers.a.messages))
        t.true(isRising(bulkSeers.b.messages))
        const stops = children.map((child) => a.system.stop(child))
        await world.until(Promise.all(stops))
        await world.advance(5_000)
        t.false(b.system.tree().some(({ path }) => path.includes('/system/remote/')))
        for (const { terminated } of watchers.filter((_, i) => i % 2 === 1)) {
          t.is(terminated.length, 1)
        }
        for (const [mine, theirs] of [
          [a, b],
          [b, a],
        ] as const) {
          t.is(ledgerImbalance(mine.system.ledger()), 0)
          const [counts] = mine.node.nodes.map((node) => node.counts())
          const [back] = theirs.node.nodes.map((node) => node.counts())
          t.is(counts?.sent, (counts?.acknowledged ?? 0) + (counts?.lost ?? 0))
          t.is(counts?.acknowledged, back?.received)
          t.is(counts?.queued, 0)
          t.is(counts?.accepted, counts?.sent)
          t.is(mine.system.ledger().inFlight, 0)
          // Asks and stopped children leave nothing behind: the seers and the echo are known, no more.
          t.true(mine.system.core.exports.size <= 3)
        }
        await world.until(a.system.terminate())
        await world.until(b.system.terminate())
        t.true(failures >= 0)
      },
    ),
    { numRuns: 60 },
  )
})
