import test from 'ava'

import { simulate, type Fault, type FaultBounds } from '../../../src/actors/testkit/index.ts'
import { journal } from './journal.ts'

const to = { actor: '/user/store', node: 'store' }
const words: readonly Fault[] = [
  { type: 'fail', ...to, message: 'Put', nth: 1 },
  { type: 'delay', ...to, message: 'Put', every: 2, delayMs: 300 },
  { type: 'drop', ...to, message: 'Put', nth: 2 },
  { type: 'duplicate', ...to, message: 'Put', every: 2 },
  { type: 'fail-disk', node: 'store', operation: 'sync', nth: 1 },
  { type: 'slow-disk', node: 'store', delayMs: 40, forMs: 500 },
]

const always = (faults: readonly Fault[]): FaultBounds => ({
  atMost: 2,
  withinMs: [0, 400],
  kinds: faults.map((fault) => ({ type: 'exactly', fault: fault as never })),
})

for (const fault of words) {
  test(`a sound store holds under ${fault.type}, the same way each time`, async (t) => {
    const scenario = journal('none', always([fault]))
    for (const seed of [1, 2, 3, 4, 5]) {
      const { violations, injected, traceHash, commandLine } = await simulate(seed, scenario)
      t.deepEqual(violations, [], commandLine)
      t.true(injected.length > 0)
      t.is((await simulate(seed, scenario)).traceHash, traceHash)
    }
  })
}

test('a store that takes an entry twice is found by a duplicate', async (t) => {
  const scenario = journal('takes twice', always([{ type: 'duplicate', ...to, message: 'Put' }]))
  const { violations } = await simulate(1, scenario)
  t.is(violations[0]?.invariant, 'the result is that of the undisturbed run')
})

test('a message that arrives damaged is seen in the result', async (t) => {
  const fault: Fault = { type: 'corrupt', ...to, message: 'Put', field: 'id', value: 999 }
  const { violations } = await simulate(1, journal('none', always([fault])))
  t.is(violations[0]?.invariant, 'the result is that of the undisturbed run')
})

test('a store that appends behind a torn write loses what it acknowledges then', async (t) => {
  const scenario = journal('none', always([{ type: 'tear-write', node: 'store' }]))
  const { violations } = await simulate(1, scenario)
  t.is(violations[0]?.invariant, 'the result is that of the undisturbed run')
})
