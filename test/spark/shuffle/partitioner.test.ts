import test from 'ava'
import fc from 'fast-check'

import { compareKeys } from '../../../src/spark/keys/index.ts'
import {
  FunctionPartitioner,
  HashPartitioner,
  RangePartitioner,
  boundKey,
  determineBounds,
  partitionerOf,
} from '../../../src/spark/shuffle/index.ts'

const keys = fc.array(fc.oneof(fc.integer(), fc.string()), { minLength: 1, maxLength: 50 })

test('a hash partitioner puts every key into one of its partitions, and so does its copy elsewhere', (t) => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 300 }), (list, n) => {
      const partitioner = new HashPartitioner(n)
      const copy = partitionerOf(structuredClone(partitioner.toSpec()))
      for (const key of list) {
        const partition = partitioner.getPartition(key)
        t.true(partition >= 0 && partition < n)
        t.is(copy.getPartition(key), partition)
      }
    }),
  )
})

test('range partitions are in order: no key of one is beyond a key of a later one', (t) => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 9 }), fc.boolean(), (list, n, isAscending) => {
      const bounds = determineBounds([{ keys: list, rows: list.length }], n)
      t.true(bounds.length <= n - 1)
      const partitioner = partitionerOf(new RangePartitioner(n, isAscending, bounds).toSpec())
      const placed = list.map((key) => [partitioner.getPartition(key), key] as const)
      for (const [p, a] of placed) {
        t.true(p >= 0 && p < n)
        for (const [q, b] of placed) {
          if (p < q) t.is(Math.sign(compareKeys(a, b)), isAscending ? -1 : 1)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('sampled bounds cut distinct keys about evenly, by the weight of their partitions', (t) => {
  const few = { keys: Array.from({ length: 100 }, (_, i) => i), rows: 100 }
  const many = { keys: Array.from({ length: 100 }, (_, i) => 100 + i), rows: 300 }
  const bounds = determineBounds([few, many], 4) as number[]
  t.is(bounds.length, 3)
  t.true(Math.abs((bounds[0] ?? 0) - 99) <= 1)
  t.true(Math.abs((bounds[1] ?? 0) - 133) <= 1)
  t.true(Math.abs((bounds[2] ?? 0) - 166) <= 1)
})

test('partitioners are equal when they put keys alike, as far as can be told', (t) => {
  const f = (): number => 0
  t.true(new HashPartitioner(2).equals(new HashPartitioner(2)))
  t.false(new HashPartitioner(2).equals(new HashPartitioner(3)))
  t.false(new RangePartitioner(2, true).equals(new RangePartitioner(2, true)))
  t.true(new FunctionPartitioner(2, f).equals(new FunctionPartitioner(2, f)))
  t.false(new FunctionPartitioner(2, f).equals(new HashPartitioner(2)))
})

test('a number of partitions that is none is refused with the value', (t) => {
  for (const n of [0, -1, 1.5, NaN, 2 ** 25]) {
    const error = t.throws(() => new HashPartitioner(n), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
    t.true(error.message.includes(String(n)))
  }
})

test('of a long text its beginning is the bound; a character is never cut in half', (t) => {
  t.is(boundKey('short'), 'short')
  t.is((boundKey('x'.repeat(60_000_000)) as string).length, 256)
  const cut = boundKey(`${'x'.repeat(255)}\u{1f3ad}${'x'.repeat(10)}`)
  t.is(cut, 'x'.repeat(255))
  t.deepEqual(boundKey([1, 'two']), [1, 'two'])
})
