import test from 'ava'
import fc from 'fast-check'
import { ledgerImbalance, receive, setup } from '../../../src/actors/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import { counter } from '../fixtures/travellers.ts'
import type { CounterMessage } from '../fixtures/travellers.ts'
import { newWorld, startTestNode } from './memory-nodes.ts'
import type { TestNode } from './memory-nodes.ts'

const NAMES = ['w1', 'w2', 'w3'] as const
type Name = (typeof NAMES)[number]

type Step =
  | { readonly type: 'kill' | 'start'; readonly name: Name }
  | { readonly type: 'cut'; readonly name: Name; readonly oneWay: boolean }
  | { readonly type: 'heal' | 'ask' }
  | { readonly type: 'wait'; readonly ms: number }

const name = fc.constantFrom(...NAMES)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('kill' as const), name }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('start' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('cut' as const), name, oneWay: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('heal' as const, 'ask' as const) }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(30_000) }) },
)

/** Restarts without end: how many nodes are lost is up to chance here. */
const patient = {
  description: 'restart',
  start: () => ({
    decide: () => ({
      directive: 'restart' as const,
      scope: 'one' as const,
      delayMs: 100,
      reason: 'always',
    }),
  }),
}

test('whichever nodes die, part and come back: each child lives once, each ask ends', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000),
      fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
      async (seed, steps) => {
        const world = newWorld(seed)
        world.network.setDelay({ minMs: 0, maxMs: 15 })
        const a = await startTestNode(world, 'a')
        const workers = new Map<Name, TestNode>()
        const start = async (it: Name): Promise<void> => {
          if (workers.has(it)) return
          // Always at the same port: a new incarnation at the address of the old one.
          const worker = await startTestNode(world, it, { port: 7000 + NAMES.indexOf(it) })
          workers.set(it, worker)
          // One that can't reach the driver yet is joined by it later.
          await world.until(worker.node.join(a.address).catch(() => undefined))
        }
        await start('w1')
        const children: ActorRef<CounterMessage>[] = []
        a.system.spawn(
          setup<never>((ctx) => {
            for (let from = 0; from < 6; from++) {
              children.push(ctx.spawn(counter({ from }), undefined, { placement: a.node.spread() }))
            }
            return receive<never>(() => undefined)
          }),
          'parent',
          { supervision: patient },
        )
        await world.settle()
        let asked = 0
        let ended = 0
        const ask = (): void => {
          for (const child of children) {
            asked++
            const end = (): void => {
              ended++
            }
            child.ask((replyTo) => ({ type: 'Get', replyTo })).then(end, end)
          }
        }
        for (const it of steps) {
          if (it.type === 'kill' && workers.delete(it.name)) world.kill(it.name)
          else if (it.type === 'start') await start(it.name)
          else if (it.type === 'cut') world.network.cut('a', it.name, { oneWay: it.oneWay })
          else if (it.type === 'heal') world.network.heal()
          else if (it.type === 'ask') ask()
          else if (it.type === 'wait') await world.advance(it.ms)
        }
        world.network.heal()
        ask()
        await world.advance(90_000)
        // Those that were given up start anew, as their operator would see to.
        for (const [it, worker] of [...workers]) {
          if (worker.node.nodes.length > 0) continue
          world.kill(it)
          workers.delete(it)
          await start(it)
        }
        await start('w1')
        await world.advance(30_000)
        t.is(ended, asked)
        const sums = await world.until(
          Promise.all(
            children.map((child) => child.ask<number>((replyTo) => ({ type: 'Get', replyTo }))),
          ),
        )
        t.deepEqual(sums, [0, 1, 2, 3, 4, 5])
        let alive = 0
        for (const { system } of workers.values()) {
          alive += system.tree().filter(({ path }) => path.includes('/system/remote/')).length
        }
        t.is(alive, 6)
        t.is(ledgerImbalance(a.system.ledger()), 0)
      },
    ),
    { numRuns: 25 },
  )
})
