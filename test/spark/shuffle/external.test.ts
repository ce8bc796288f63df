import test from 'ava'
import fc from 'fast-check'

import { Batches } from '../../../src/spark/batches/index.ts'
import { ColumnBatch } from '../../../src/spark/columns/index.ts'
import { canonicalKey, compareKeys, hashKey } from '../../../src/spark/keys/index.ts'
import {
  ExternalCombiner,
  RecordSorter,
  combineValues,
  type Aggregator,
  type Pair,
} from '../../../src/spark/shuffle/index.ts'
import { RecordPage } from '../../../src/spark/shuffle/records/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'
import { boundedMemory, spilling } from './spilling.ts'

const latin = fc.oneof(
  fc.string({ maxLength: 9 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '\u0000', 'é'), maxLength: 12 }),
  fc
    .string({ unit: fc.constantFrom('x', 'y'), maxLength: 3 })
    .map((end) => 'prefix'.repeat(12) + end),
)
const texts = fc.oneof(
  latin,
  fc.string({
    unit: fc.constantFrom('a', 'é', 'ж', '\u0000', '\uffff', '\ud83d\ude00', '\ud800'),
    maxLength: 6,
  }),
)
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ max: 1, maxLength: 12 }),
  fc.uint8Array({ maxLength: 4 }).map((end) => Uint8Array.of(...Array<number>(70).fill(7), ...end)),
)
const numbers = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity),
)
const mixed = fc.oneof(
  latin,
  numbers,
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.constantFrom(null, undefined, true, 'ж', 3n),
  fc.uint8Array({ maxLength: 3 }),
  fc.tuple(fc.integer({ max: 3 }), fc.string({ maxLength: 2 })),
)
const values = fc.oneof(fc.nat(), fc.record({ at: fc.nat(), name: fc.string({ maxLength: 4 }) }))
const rowsOf = (key: fc.Arbitrary<unknown>): fc.Arbitrary<Pair[]> =>
  fc.array(
    fc.oneof(
      fc.tuple(key, values),
      key.map((each) => [each, each] as const),
    ),
    { maxLength: 120 },
  )

function pagesOf(rows: readonly Pair[], pageRows: number): Uint8Array[] {
  const pages: Uint8Array[] = []
  for (let at = 0; at < rows.length; at += pageRows) {
    const page = new RecordPage(rowCodec, 0, 64)
    for (const [key, value] of rows.slice(at, at + pageRows)) page.add(key, value)
    pages.push(page.take(64))
  }
  return pages
}

for (const [kind, key] of [
  ['texts', latin],
  ['texts of all units', texts],
  ['bytes', bytes],
  ['numbers', numbers],
  ['keys of all kinds', mixed],
] as const) {
  test(`sorting gives what a stable sort gives, both ways, in any memory: ${kind}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        rowsOf(key),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1_500, 1 << 30),
        async (rows, isAscending, pageRows, memoryBytes) => {
          const { space, memory, disk, counts } = await spilling(memoryBytes)
          const sorter = new RecordSorter(space, memory, isAscending, 'sorter')
          for (const page of pagesOf(rows, pageRows)) await sorter.add([page])
          const sign = isAscending ? 1 : -1
          const expected = [...rows].sort((a, b) => sign * compareKeys(a[0], b[0]))
          t.deepEqual(await (await sorter.finish()).toArray(), expected)
          if (memoryBytes === 0) t.is(counts.spills, Math.ceil(rows.length / pageRows))
          t.deepEqual(await disk.list('/blocks'), [])
          t.is(memory.peakBytes > 0, memoryBytes > 0 && rows.length > 0)
        },
      ),
      { numRuns: 120 },
    )
  })
}

/** Pairs pulled as columns, where they come so. */
async function byColumns(sorted: Batches<Pair>): Promise<{ rows: Pair[]; columns: number }> {
  const rows: Pair[] = []
  let columns = 0
  await sorted.forEachAnyBatch((batch) => {
    if (batch instanceof ColumnBatch) columns += batch.rows
    const some = batch instanceof ColumnBatch ? batch.slice(0, batch.rows) : batch
    rows.push(...(some as Pair[]))
  })
  return { rows, columns }
}

test('records of texts and bytes come out as columns, among others that do not', async (t) => {
  const plain = fc.oneof(fc.string(), fc.uint8Array(), latin)
  const all = fc.array(
    fc.oneof(
      fc.tuple(plain, plain),
      plain.map((each) => [each, each] as const),
      fc.tuple(mixed, fc.oneof(plain, values)),
      fc.tuple(
        fc.string(),
        fc.uint8Array().map((each) => Buffer.from(each)),
      ),
    ),
    { maxLength: 60 },
  )
  let taken = 0
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(all, fc.array(fc.tuple(fc.string(), fc.string()))),
      fc.constantFrom(0, 1_500, 1 << 30),
      async (rows, memoryBytes) => {
        const { space, memory } = await spilling(memoryBytes)
        const sorter = new RecordSorter(space, memory, true, 'sorter')
        for (const page of pagesOf(rows, 7)) await sorter.add([page])
        const made = await byColumns(await sorter.finish())
        taken += made.columns
        t.deepEqual(
          made.rows,
          [...rows].sort((a, b) => compareKeys(a[0], b[0])),
        )
      },
    ),
    { numRuns: 300 },
  )
  t.true(taken > 0)
})

test('thousands of records come as columns of many batches, one of them longer than all room', async (t) => {
  const rows: Pair[] = Array.from({ length: 9_000 }, (_, i) => [
    `${(i * 7_919) % 9_000}`.padStart(5, '0'),
    'v'.repeat(i === 77 ? 700_000 : 90),
  ])
  const { space, memory } = await spilling(1 << 30)
  const sorter = new RecordSorter(space, memory, true, 'sorter')
  await sorter.add(pagesOf(rows, 500))
  const made = await byColumns(await sorter.finish())
  t.is(made.columns, 9_000)
  t.deepEqual(
    made.rows,
    [...rows].sort((a, b) => compareKeys(a[0], b[0])),
  )
})

test('thousands of texts with a long common beginning are sorted', async (t) => {
  const rows = Array.from(
    { length: 5_000 },
    (_, i) => [`${'common '.repeat(9)}${(i * 7_919) % 5_000}`, i] as const,
  )
  const { space, memory } = await spilling(1 << 30)
  const sorter = new RecordSorter(space, memory, true, 'sorter')
  await sorter.add(pagesOf(rows, 500))
  t.deepEqual(
    await (await sorter.finish()).toArray(),
    [...rows].sort((a, b) => compareKeys(a[0], b[0])),
  )
})

const sum: Aggregator = { type: 'reduce', merge: (a, b) => (a as number) + (b as number) }
const list: Aggregator = {
  type: 'combine',
  createCombiner: (value) => ({ all: [value] }),
  mergeValue: (combiner, value) => {
    ;(combiner as { all: unknown[] }).all.push(value)
    return combiner
  },
  mergeCombiners: (left, right) => {
    const { all } = left as { all: unknown[] }
    all.push(...(right as { all: unknown[] }).all)
    return left
  },
  isMapSide: true,
}

test('combining gives what a map of all rows gives, values of a key in order, in any memory', async (t) => {
  const rows = fc.array(fc.tuple(fc.oneof(mixed, fc.nat(20)), fc.nat(1000)), { maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.constantFrom(sum, list, { type: 'group' } as const),
      fc.constantFrom(1, 7, 0x7fff_ffff),
      async (some, aggregator, maxRecordsInMemory) => {
        const spills = await spilling(1 << 30, undefined, maxRecordsInMemory)
        const { space, memory, disk, counts } = spills
        const combining = combineValues(aggregator)
        const options = { space, memory, combining, name: 'combiner' }
        const combiner = new ExternalCombiner(options)
        for (let at = 0; at < some.length; at += 9) await combiner.add(some.slice(at, at + 9))
        const combined = await (await combiner.finish()).toArray()
        const groups = new Map<string, unknown[]>()
        for (const [key, value] of some) {
          const group = groups.get(canonicalKey(key))
          if (group === undefined) groups.set(canonicalKey(key), [value])
          else group.push(value)
        }
        t.is(combined.length, groups.size)
        for (const [key, value] of combined) {
          const group = groups.get(canonicalKey(key)) as number[]
          if (aggregator.type === 'group') t.deepEqual(value, group)
          else if (aggregator.type === 'combine') t.deepEqual(value, { all: group })
          else
            t.is(
              value,
              group.reduce((a, b) => a + b, 0),
            )
        }
        if (maxRecordsInMemory === 1 && some.length > 50) t.true(counts.spills > 1)
        t.deepEqual(await disk.list('/blocks'), [])
      },
    ),
    { numRuns: 200 },
  )
})

test('keys of one hash are kept apart in a merge', async (t) => {
  const { space, memory } = await spilling(1 << 30, undefined, 1)
  const combining = combineValues({ type: 'group' })
  const combiner = new ExternalCombiner({ space, memory, combining, name: 'combiner' })
  const seen = new Map<number, string>()
  let twins: readonly [string, string] | undefined
  for (let i = 0; twins === undefined; i += 1) {
    const key = `key ${i}`
    const hash = hashKey(key)
    const other = seen.get(hash)
    if (other === undefined) seen.set(hash, key)
    else twins = [other, key]
  }
  const [a, b] = twins
  await combiner.add([
    [a, 1],
    [b, 2],
  ])
  await combiner.add([
    [b, 3],
    [a, 4],
  ])
  await combiner.add([[a, 5]])
  const groups = await (await combiner.finish()).toArray()
  t.deepEqual(
    new Map(groups as [string, number[]][]),
    new Map([
      [a, [1, 4, 5]],
      [b, [2, 3]],
    ]),
  )
})

test('a table that grows beyond its memory is spilled, and what is spilled is counted', async (t) => {
  const { space, counts, disk } = await spilling(0)
  const memory = boundedMemory(400_000)
  const combining = combineValues(sum)
  const combiner = new ExternalCombiner({ space, memory, combining, name: 'combiner' })
  const rows = new Batches<Pair>(
    (() => {
      let at = 0
      return () => {
        if (at === 60_000) return undefined
        const batch = Array.from(
          { length: 3_000 },
          (_, i) => [`key ${(at + i) % 20_000}`, 1] as const,
        )
        at += 3_000
        return batch
      }
    })(),
  )
  await rows.forEachBatch((batch) => combiner.add(batch))
  const combined = await (await combiner.finish()).toArray()
  t.is(combined.length, 20_000)
  t.true(combined.every(([, count]) => count === 3))
  t.true(counts.spills >= 2)
  t.true(counts.memoryBytesSpilled > 400_000)
  t.true(counts.diskBytesSpilled > 100_000)
  t.true(memory.peakBytes <= 400_000)
  t.deepEqual(await disk.list('/blocks'), [])
})
