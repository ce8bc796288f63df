import test from 'ava'
import fc from 'fast-check'
import { ledgerImbalance, receive } from '../../../src/actors/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import { newWorld, startTestNode } from '../remote/memory-nodes.ts'

/** What happens between two nodes while offers flow. */
type Step =
  | { readonly type: 'reset' }
  | { readonly type: 'cut'; readonly oneWay: boolean; readonly forMs: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'tell'; readonly times: number }

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('reset') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('cut'),
      oneWay: fc.boolean(),
      forMs: fc.nat(14_000),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.nat(120) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('tell'), times: fc.nat(200) }) },
)

test('offers arrive exactly once and in order through delays, cuts and resets, and no queue outgrows its bound', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000),
      fc.constantFrom(1, 3, 16),
      fc.constantFrom('messages' as const, 'bulk' as const),
      fc.array(aStep, { minLength: 5, maxLength: 25, size: 'max' }),
      async (seed, capacity, lane, steps) => {
        const world = newWorld(seed)
        world.network.setDelay({ minMs: 0, maxMs: 20 })
        world.network.setSegments('random')
        const limits = { unreachableLimitMs: 120_000, leaseMs: 120_000 }
        const a = await startTestNode(world, 'a', limits)
        const b = await startTestNode(world, 'b', limits)
        const got: number[] = []
        const slow = b.system.spawn(
          receive<number>(async (n, ctx) => {
            await new Promise<void>((resolve) => {
              ctx.environment.clock.setTimer(n % 7, resolve)
            })
            if (n >= 0) got.push(n)
          }),
          'slow',
          { mailbox: { capacity }, lane },
        )
        const depth = (): number => (slow as unknown as { readonly depth: number }).depth
        const peer = await world.until(a.node.join(b.address))
        const ref = await world.until(peer.resolve<number>('/user/slow'))
        const senders = 3
        const each = 60
        const accepted: number[] = []
        const send = async (to: ActorRef<number>, from: number): Promise<void> => {
          for (let n = 0; n < each; n++) {
            await to.offer(from + n)
            accepted.push(from + n)
          }
        }
        const all = Promise.all(Array.from({ length: senders }, (_, at) => send(ref, at * each)))
        let deepest = 0
        const watch = (): void => {
          deepest = Math.max(deepest, depth())
        }
        for (const step of steps) {
          if (step.type === 'reset') world.network.reset('a', 'b')
          else if (step.type === 'cut') {
            world.network.cut('a', 'b', { oneWay: step.oneWay })
            await world.advance(step.forMs)
            world.network.heal()
          } else if (step.type === 'wait') await world.advance(step.ms)
          else for (let n = 0; n < step.times; n++) ref.tell(-1)
          watch()
        }
        await world.until(all)
        for (let n = 0; n < 30; n++) {
          await world.advance(1_000)
          watch()
        }
        t.is(accepted.length, senders * each)
        t.is(got.length, senders * each)
        for (let at = 0; at < senders; at++) {
          const mine = got.filter((n) => Math.floor(n / each) === at)
          t.deepEqual(
            mine,
            Array.from({ length: each }, (_, n) => at * each + n),
          )
        }
        t.true(deepest <= capacity + 1)
        const counts = peer.counts()
        t.is(counts.accepted, counts.sent + counts.queued + counts.refused + counts.dropped)
        t.is(counts.sent, counts.acknowledged + counts.lost)
        t.is(ledgerImbalance(a.system.ledger()), 0)
        t.is(ledgerImbalance(b.system.ledger()), 0)
      },
    ),
    { numRuns: 25 },
  )
})
