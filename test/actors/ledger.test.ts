import test from 'ava'
import fc from 'fast-check'

import { ledgerImbalance, receive } from '../../src/actors/index.ts'
import { testSystem } from '../../src/actors/testkit/index.ts'
import { aProgram, Run } from './random-programs.ts'

test('whatever actors do, every message has one fate, order holds, and nothing is left behind', async (t) => {
  let played = 0
  await fc.assert(
    fc.asyncProperty(aProgram, fc.boolean(), async ({ kinds, steps }, interception) => {
      const run = new Run(testSystem({ interception }))
      await run.play(kinds, steps)
      played++
      if (run.violations.length > 0) throw new TypeError(run.violations.join('\n'))
    }),
    { numRuns: 300 },
  )
  t.is(played, 300)
})

test('the ledger is exact between turns, also while a batch is cut', async (t) => {
  const kit = testSystem({ interception: false })
  const actor = kit.spawn(receive<string>(() => undefined))
  for (let n = 0; n < 1_000; n++) {
    actor.tell('x')
    if (n % 100 === 0) t.is(ledgerImbalance(kit.system.ledger()), 0)
  }
  t.is(kit.system.ledger().inFlight, 1_000)
  await kit.settle()
  t.deepEqual(kit.system.ledger(), {
    sent: 1_000,
    handled: 1_000,
    failed: 0,
    stashed: 0,
    forwarded: 0,
    inFlight: 0,
    dropped: {},
  })
})

test('the counters of a mailbox wrap around without a miscount', async (t) => {
  const kit = testSystem({ interception: false })
  let handled = 0
  const actor = kit.spawn(receive<string>(() => void handled++))
  const counters = actor as unknown as { head: number; tail: number; counted: number }
  actor.tell('first')
  await kit.settle()
  counters.head = counters.tail = counters.counted = 2 ** 31 - 3
  for (let n = 0; n < 10; n++) actor.tell('x')
  await kit.settle()
  for (let n = 0; n < 10; n++) actor.tell('x')
  await kit.settle()
  t.is(handled, 21)
  t.true(kit.ledgerBalanced())
})
