import test from 'ava'
import fc from 'fast-check'

import type { BytesColumn } from '../../../src/spark/columns/index.ts'
import { compareKeys } from '../../../src/spark/keys/index.ts'
import {
  FunctionPartitioner,
  HashPartitioner,
  RangePartitioner,
  boundKey,
  determineBounds,
  partitionerOf,
} from '../../../src/spark/shuffle/index.ts'
import { textColumn } from '../columns/text-column.ts'

/** Bytes as a column, end to end. */
function bytesColumn(all: readonly Uint8Array[]): BytesColumn {
  const ends = Int32Array.from(all, ({ length }) => length)
  for (let i = 1; i < ends.length; i += 1) ends[i] = (ends[i] ?? 0) + (ends[i - 1] ?? 0)
  const starts = Int32Array.from(all, ({ length }, i) => (ends[i] ?? 0) - length)
  return { type: 'bytes', bytes: Buffer.concat(all), starts, ends }
}

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

const units = fc.constantFrom('a', 'b', '\u0000', 'é', 'ж', '\ud7ff', '\ue000', '\uffff', '😀', '𐀀')
const texts = fc.oneof(
  fc.string({ unit: units, maxLength: 9 }),
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 }),
)
const bytes = fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ min: 254, maxLength: 9 }))

test('a column of keys is put where its keys are put one by one, texts in the order of UTF-16', (t) => {
  const made = fc.tuple(
    fc.oneof(fc.array(texts, { minLength: 1 }), fc.array(bytes, { minLength: 1 })),
    fc.integer({ min: 1, max: 6 }),
    fc.boolean(),
  )
  fc.assert(
    fc.property(made, ([list, n, isAscending]) => {
      const bounds = determineBounds([{ keys: list.slice(0, 9), rows: list.length }], n)
      const partitioner = new RangePartitioner(n, isAscending, bounds)
      const areTexts = list.every((key) => typeof key === 'string')
      const column = areTexts ? textColumn(list) : bytesColumn(list)
      const found = partitioner.partitionsOf(column, list.length)
      t.deepEqual(
        [...(found ?? [])],
        list.map((key) => partitioner.getPartition(key)),
      )
      for (const key of list) {
        const less = bounds.filter((bound) => compareKeys(key, bound) > 0).length
        t.is(partitioner.getPartition(key), isAscending ? less : bounds.length - less)
      }
    }),
    { numRuns: 500 },
  )
})

test('keys of other kinds than the bounds, and bounds without UTF-8, are looked at one by one', (t) => {
  const numbers = { type: 'number', values: Float64Array.of(1) } as const
  t.deepEqual(new RangePartitioner(2, true, ['a']).partitionsOf(numbers, 1), Int32Array.of(0))
  t.deepEqual(new RangePartitioner(3, false, [0, 9]).partitionsOf(numbers, 1), Int32Array.of(1))
  t.is(new RangePartitioner(2, true, ['\ud800']).partitionsOf(textColumn(['a']), 1), undefined)
  t.is(new RangePartitioner(3, true, ['a', 1]).partitionsOf(textColumn(['a']), 1), undefined)
  t.deepEqual(new RangePartitioner(1, true).partitionsOf(numbers, 1), Int32Array.of(0))
  t.is(new RangePartitioner(2, true, ['b']).getPartition(Uint8Array.of(1)), 1)
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
