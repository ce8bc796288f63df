import test from 'ava'
import fc from 'fast-check'

import {
  ColumnBatch,
  ColumnCombiner,
  decodeColumns,
  encodeColumns,
  hashPartitioned,
  type Column,
  type Form,
} from '../../../src/spark/columns/index.ts'
import { HashPartitioner } from '../../../src/spark/shuffle/index.ts'
import { drained, merging } from './drained.ts'
import { textColumn } from './text-column.ts'

function numbers(values: readonly number[]): Column {
  return { type: 'number', values: Float64Array.from(values) }
}

const text = fc
  .string({ maxLength: 6, unit: 'grapheme' })
  .map((each) => Buffer.from(each).toString())
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, NaN, 1e300))

test('a table of texts combines as a map would, whatever the keys', (t) => {
  const merges = [
    ['sum', (a: number, b: number): number => a + b],
    ['max', (a: number, b: number): number => Math.max(a, b)],
    ['min', (a: number, b: number): number => Math.min(a, b)],
  ] as const
  for (const [merge, f] of merges) {
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(text, number))), (batches) => {
        const combiner = new ColumnCombiner(merging(merge), 'map')
        const expected = new Map<string, number>()
        for (const rows of batches) {
          const columns = [
            textColumn(rows.map(([key]) => key)),
            numbers(rows.map(([, value]) => value)),
          ]
          if (!combiner.add(new ColumnBatch(rows.length, columns, [0, 1]))) t.fail('refused')
          for (const [key, value] of rows) {
            const before = expected.get(key)
            expected.set(key, before === undefined ? value : f(before, value))
          }
        }
        t.is(combiner.size, expected.size)
        const rows = drained(combiner)
        t.is(difference(rows as [string, number][], expected), undefined)
        t.is(combiner.size, 0)
      }),
    )
  }
})

test('texts that differ in one byte only, or in their length, are different keys', (t) => {
  const alike = fc
    .array(fc.constantFrom('\0', '\0', 'a', 'é'), { maxLength: 20 })
    .map((units) => units.join(''))
  fc.assert(
    fc.property(fc.array(alike, { maxLength: 200 }), (keys) => {
      const combiner = new ColumnCombiner(merging('sum'), 'map')
      const expected = new Map<string, number>()
      for (const key of keys) expected.set(key, (expected.get(key) ?? 0) + 1)
      const one = { type: 'constant', value: 1 } as const
      if (!combiner.add(new ColumnBatch(keys.length, [textColumn(keys), one], [0, 1]))) t.fail()
      const rows = drained(combiner)
      t.is(difference(rows as [string, number][], expected), undefined)
    }),
  )
})

test('a table of texts combines more keys than stay in the cache, long ones among them', (t) => {
  const combiner = new ColumnCombiner(merging('sum'), 'reduce')
  const expected = new Map<string, number>()
  for (let round = 0; round < 12; round += 1) {
    const keys = Array.from({ length: 50_000 }, (_, i) => {
      const key = `${(i * 7919 + round * 40_009) % 300_007}`
      return i % 1000 === 0 ? key.repeat(20) : key
    })
    const columns = [textColumn(keys), numbers(keys.map((_, i) => i))]
    t.true(combiner.add(new ColumnBatch(keys.length, columns, [0, 1])))
    keys.forEach((key, i) => expected.set(key, (expected.get(key) ?? 0) + i))
  }
  t.is(combiner.size, expected.size)
  const rows = drained(combiner)
  t.is(difference(rows as [string, number][], expected), undefined)
})

test('a table of integers combines many keys, and -0 is the key 0', (t) => {
  const combiner = new ColumnCombiner(merging('sum'), 'reduce')
  const expected = new Map<number, number>()
  for (let round = 0; round < 3; round += 1) {
    const keys = Array.from({ length: 20_000 }, (_, i) => ((i * 7919 + round) % 30_011) - 15_000)
    keys.push(-0, 0, 2 ** 31 - 1, -(2 ** 31))
    const batch = new ColumnBatch(
      keys.length,
      [numbers(keys), { type: 'constant', value: 2 }],
      [0, 1],
    )
    t.true(combiner.add(batch))
    for (const key of keys) expected.set(key + 0, (expected.get(key + 0) ?? 0) + 2)
  }
  t.is(difference(drained(combiner, 1000) as [number, number][], expected), undefined)
})

test('keys and values that the tables do not hold are refused, and nothing of them is kept', (t) => {
  const combiner = new ColumnCombiner(merging('sum'), 'map')
  const refused: [Column[], Form][] = [
    [
      [numbers([1.5]), numbers([1])],
      [0, 1],
    ],
    [
      [numbers([2 ** 31]), numbers([1])],
      [0, 1],
    ],
    [
      [textColumn(['a']), textColumn(['b'])],
      [0, 1],
    ],
    [[textColumn(['a'])], 0],
    [
      [textColumn(['a']), numbers([1]), numbers([2])],
      [0, [1, 2]],
    ],
  ]
  for (const [columns, form] of refused) t.false(combiner.add(new ColumnBatch(1, columns, form)))
  t.is(combiner.size, 0)
})

test('columns lie where the hash partitioner puts their rows, in their order', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(text, fc.constant('ab')), number)),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      (rows, numPartitions, byText) => {
        const all = rows.map(([key, value]): readonly unknown[] =>
          byText ? [key, value] : [value, key],
        )
        const keys = byText
          ? textColumn(rows.map(([key]) => key))
          : numbers(rows.map(([, value]) => value))
        const values = byText
          ? numbers(rows.map(([, value]) => value))
          : textColumn(rows.map(([key]) => key))
        const parts = hashPartitioned(
          new ColumnBatch(rows.length, [keys, values], [0, 1]),
          numPartitions,
        )
        const partitioner = new HashPartitioner(numPartitions)
        const expected = Array.from({ length: numPartitions }, (_, p) =>
          all.filter(([key]) => partitioner.getPartition(key) === p),
        )
        t.deepEqual(
          parts?.map((part) => part?.slice(0, part.rows) ?? []),
          expected,
        )
      },
    ),
  )
})

test('a frame gives back what was written, -0, NaN and long texts too', (t) => {
  const long = 'x'.repeat(70_000)
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: fc.constant(long) }),
          number,
        ),
      ),
      fc.oneof(fc.integer(), fc.double(), text),
      (rows, value) => {
        const columns: Column[] = [
          textColumn(rows.map(([key]) => key)),
          numbers(rows.map(([, each]) => each)),
          { type: 'constant', value },
        ]
        const batch = new ColumnBatch(rows.length, columns, [0, [1, 2]])
        const back = decodeColumns(encodeColumns(batch))
        t.deepEqual(
          back.slice(0, back.rows),
          rows.map(([key, each]) => [key, [each, value]]),
        )
      },
    ),
    { numRuns: 60 },
  )
})

/** The first pair that is not as expected, or the number of pairs when that is another. */
function difference<K>(
  pairs: readonly (readonly [K, number])[],
  expected: ReadonlyMap<K, number>,
): unknown {
  const wrong = pairs.find(([key, value]) => !Object.is(expected.get(key), value))
  return wrong ?? (pairs.length === expected.size ? undefined : pairs.length)
}
