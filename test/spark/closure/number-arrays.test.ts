import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import test from 'ava'
import fc from 'fast-check'

import { sumsOf, withNumberArrays } from '../../../src/spark/closure/number-arrays.ts'
import { travel } from './tools.ts'

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

test('an object that stands twice in a value stands twice in what is made of it, also one that reaches itself', (t) => {
  const numbers = [0.5, 2]
  const value: Record<string, unknown> = { one: numbers, other: numbers, nested: [[numbers]] }
  value['self'] = value
  const made = withNumberArrays(value, new Map()) as Record<string, unknown>
  t.is(made['self'], made)
  t.is(made['one'], made['other'])
  t.deepEqual(made['nested'], [[[0.5, 2]]])
  t.is((made['nested'] as unknown[][])[0]?.[0], made['one'])
  t.not(made['one'], numbers)
})

setFlagsFromString('--allow-natives-syntax')
const hasDoubles = runInThisContext('(array) => %HasDoubleElements(array)') as (
  array: unknown,
) => boolean
const hasIntegers = runInThisContext('(array) => %HasSmiElements(array)') as typeof hasDoubles

test('numbers are held without boxes, whatever was made of earlier arrays', async (t) => {
  const arrayOf = (length: number, value: number): number[] => Array.from({ length }, () => value)
  for (const length of [1, 3, 16, 17, 300]) {
    for (let i = 0; i < 20; i += 1) {
      for (const value of [1, 0.5]) {
        const made = withNumberArrays(arrayOf(length, value)) as unknown[]
        t.true(value === 1 ? hasIntegers(made) : hasDoubles(made))
        made[0] = {}
        made.push('text')
      }
    }
  }
  const centers = [arrayOf(10, 0.5), [-0, NaN, 1.5]]
  const everything = [{}, 'text', arrayOf(4, 7), [undefined], [null, 1.5]]
  const [held, others] = (await travel(() => [centers, everything]))()
  // Comparing changes the forms.
  t.true(held?.every(hasDoubles))
  t.true(hasIntegers(others?.[2]))
  t.deepEqual(held, centers)
  t.deepEqual(others, everything)
})

test('zeros that sums are added to are held as doubles from the start, other integers as they are', (t) => {
  const zero = { sums: [0, 0, 0], counts: [0, 1], none: [] as number[] }
  const made = withNumberArrays(structuredClone(zero), new Map(), sumsOf) as typeof zero
  t.true(hasDoubles(made.sums))
  t.true(hasIntegers(made.counts))
  t.deepEqual(made, zero)
  t.true(Object.is(sumsOf([-0])[0], -0))
})
