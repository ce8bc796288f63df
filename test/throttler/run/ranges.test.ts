import test from 'ava'
import fc from 'fast-check'
import {
  countOf,
  split,
  union,
  without,
  type OperationRange,
} from '../../../src/throttler/run/index.ts'

const numbersOf = (ranges: readonly OperationRange[]): readonly number[] =>
  ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))

const rangesOf = (numbers: readonly number[]): readonly OperationRange[] =>
  numbers.reduce<readonly OperationRange[]>((all, first) => union(all, [{ first, count: 1 }]), [])

const aSet = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }))
  .map((numbers) => numbers.sort((a, b) => a - b))

test('ranges do what sets of numbers do', (t) => {
  fc.assert(
    fc.property(aSet, aSet, fc.nat(45), (one, other, count) => {
      const [a, b] = [rangesOf(one), rangesOf(other)]
      t.deepEqual(numbersOf(a), one)
      t.is(countOf(a), one.length)
      t.deepEqual(
        numbersOf(union(a, b)),
        [...new Set([...one, ...other])].sort((x, y) => x - y),
      )
      t.deepEqual(
        numbersOf(without(a, b)),
        one.filter((number) => !other.includes(number)),
      )
      const [taken, rest] = split(a, count)
      t.deepEqual(numbersOf(taken), one.slice(0, count))
      t.deepEqual(numbersOf(rest), one.slice(count))
    }),
  )
})

test('ranges that touch are one', (t) => {
  t.deepEqual(union([{ first: 1, count: 2 }], [{ first: 3, count: 1 }]), [{ first: 1, count: 3 }])
})
