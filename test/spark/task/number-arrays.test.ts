import test from 'ava'
import fc from 'fast-check'

import { withNumberArrays } from '../../../src/spark/task/number-arrays.ts'

test('decoded values are what they were, with arrays of numbers made anew', (t) => {
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(0, -0, NaN, 1.5, 'text', null, undefined, true, 7n),
      fc.array(fc.double()),
      fc.array(tie('value')),
      fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
      fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new Map(entries)),
    ),
  })).value
  fc.assert(
    fc.property(values, (value) => {
      t.deepEqual(withNumberArrays(structuredClone(value)), value)
    }),
  )
  const numbers = [1, 2.5]
  const row = { numbers }
  t.is(withNumberArrays(row), row)
  t.not(row.numbers, numbers)
})
