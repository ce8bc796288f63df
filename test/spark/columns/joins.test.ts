import test from 'ava'
import fc from 'fast-check'

import { Batches, columnBatches, type AnyBatch } from '../../../src/spark/batches/index.ts'
import { ColumnBatch, type Column, type JoinType } from '../../../src/spark/columns/index.ts'
import { canonicalKey } from '../../../src/spark/keys/index.ts'
import { TaskMemoryManager, boundlessMemory } from '../../../src/spark/memory/index.ts'
import type { TaskContext } from '../../../src/spark/rdd/index.ts'
import { joinPartitions } from '../../../src/spark/rdd/operators/join-partitions.ts'
import type { Pair } from '../../../src/spark/shuffle/index.ts'
import { textColumn } from './text-column.ts'

/** Of a task of its own. */
function contextWith(memory: object = new TaskMemoryManager(1, boundlessMemory)): TaskContext {
  return { memory, throwIfCancelled: () => {} } as unknown as TaskContext
}

/** Pairs in batches, each as columns or as rows. */
interface Part {
  readonly pairs: readonly Pair[]
  readonly isColumns: boolean
}

function columnOf(values: readonly unknown[]): Column {
  const [first] = values
  if (values.every((value) => Object.is(value, first)) && typeof first !== 'object') {
    return { type: 'constant', value: first as string | number }
  }
  if (values.every((value) => typeof value === 'number')) {
    return { type: 'number', values: Float64Array.from(values) }
  }
  return textColumn(values as readonly string[])
}

/** Columns hold numbers or texts that are the same as UTF-8; what they can't hold stays rows. */
function batchesOf({ pairs, isColumns }: Part): AnyBatch<Pair>[] {
  const alike = (index: 0 | 1): boolean => {
    const kinds = new Set(pairs.map((pair) => typeof pair[index]))
    const texts = new Set(pairs.map((pair) => pair[index]))
    if (kinds.has('string') && texts.has('\ud83d') && texts.size > 1) return false
    return kinds.size === 1 && (kinds.has('string') || kinds.has('number'))
  }
  if (!isColumns || !alike(0) || !alike(1)) return [pairs]
  const columns = [columnOf(pairs.map(([key]) => key)), columnOf(pairs.map(([, value]) => value))]
  return [new ColumnBatch(pairs.length, columns, [0, 1])]
}

function source(parts: readonly Part[]): Batches<Pair> {
  const batches = parts.flatMap(batchesOf)
  let at = 0
  return columnBatches<Pair>(() => batches[at++])
}

/** What a join is, pair by pair. */
function expected(left: readonly Pair[], right: readonly Pair[], type: JoinType): Pair[] {
  const made: Pair[] = []
  const same = (a: Pair, b: Pair): boolean => canonicalKey(a[0]) === canonicalKey(b[0])
  for (const one of left) {
    const beside = right.filter((other) => same(one, other))
    for (const other of beside) made.push([one[0], [one[1], other[1]]])
    if (beside.length === 0 && type !== 'inner' && type !== 'right') {
      made.push([one[0], [one[1], undefined]])
    }
  }
  if (type === 'inner' || type === 'left') return made
  for (const other of right) {
    if (!left.some((one) => same(one, other))) made.push([other[0], [undefined, other[1]]])
  }
  return made
}

function shown(rows: readonly Pair[]): string[] {
  return rows
    .map(([key, value]) => {
      const [one, other] = value as readonly [unknown, unknown]
      return [key, one, other].map((each) => canonicalKey(each)).join(' ')
    })
    .sort()
}

const texts = fc.constantFrom('', 'a', 'ab', 'campaign-of-a-long-name', 'é', '\ud83d')
const integers = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-0, 2 ** 31 - 1))
const keys = fc.oneof(texts, integers, fc.constantFrom(NaN, 1.5, -1.5, 2 ** 31, null, undefined))
const values = fc.oneof(texts, fc.double())
const kinds: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ['texts', texts],
  ['integers', integers],
  ['all kinds', keys],
]

function parts(key: fc.Arbitrary<unknown>): fc.Arbitrary<Part[]> {
  const rows = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Pair[]> =>
    fc.array(fc.tuple(key, value), { maxLength: 8 })
  const pairs = fc.oneof(rows(fc.double()), rows(texts), rows(values))
  return fc.array(fc.record({ pairs, isColumns: fc.boolean() }), { maxLength: 4 })
}

for (const [what, key] of kinds) {
  for (const type of ['inner', 'left', 'right', 'full'] as const) {
    test(`a ${type} join by keys that are ${what} gives what it says, from columns and rows`, async (t) => {
      await fc.assert(
        fc.asyncProperty(parts(key), parts(key), async (left, right) => {
          const byGroups = (): Batches<Pair> => t.fail('there is memory')
          const context = contextWith()
          const joining = { type, operation: 'join', context, byGroups }
          const joined = await joinPartitions(source(left), source(right), joining)
          const rows = await joined.toArray()
          const all = (side: readonly Part[]): Pair[] => side.flatMap(({ pairs }) => pairs)
          t.deepEqual(shown(rows), shown(expected(all(left), all(right), type)))
          t.false(rows.some(([each]) => Object.is(each, -0)))
        }),
      )
    })
  }
}

test('a key of many rows on both sides is joined in batches that are bounded', async (t) => {
  const many = (count: number): Part => ({
    pairs: Array.from({ length: count }, (_, i): Pair => [i % 2, i]),
    isColumns: true,
  })
  const byGroups = (): Batches<Pair> => t.fail('there is memory')
  const joining = {
    type: 'full',
    operation: 'fullOuterJoin',
    context: contextWith(),
    byGroups,
  } as const
  const joined = await joinPartitions(source([many(400)]), source([many(600)]), joining)
  let rows = 0
  await joined.forEachAnyBatch((batch) => {
    const length = batch instanceof ColumnBatch ? batch.rows : batch.length
    t.true(batch instanceof ColumnBatch && length <= 32_768)
    rows += length
  })
  t.is(rows, (400 * 600) / 2)
})

test('a side that does not fit goes by groups, and nothing of it is lost', async (t) => {
  const memory = { acquire: () => 0, release: () => {} }
  const full = contextWith(memory)
  for (const isColumns of [true, false]) {
    const part = (from: number): Part => ({
      pairs: Array.from({ length: 10 }, (_, i): Pair => [from + (i % 7), i]),
      isColumns,
    })
    const right = [part(0), part(20)]
    const groups: Pair[] = []
    const byGroups = (_left: Batches<Pair>, rest: Batches<Pair>): Batches<Pair> => {
      let isDone = false
      return new Batches<Pair>(async () => {
        if (isDone) return undefined
        isDone = true
        groups.push(...(await rest.toArray()))
        return []
      })
    }
    const joining = { type: 'inner', operation: 'join', context: full, byGroups } as const
    await (await joinPartitions(source([part(0)]), source(right), joining)).toArray()
    const key = ([a, b]: Pair): string => `${String(a)} ${String(b)}`
    t.deepEqual(groups.map(key).sort(), right.flatMap(({ pairs }) => pairs.map(key)).sort())
  }
})

test('rows that are no pairs are refused by the name of the method', async (t) => {
  const byGroups = (): Batches<Pair> => t.fail('there is memory')
  const joining = { type: 'inner', operation: 'join', context: contextWith(), byGroups } as const
  const pairs: Part = { pairs: [[1, 2]], isColumns: true }
  const none = (): Batches<Pair> => {
    let at = 0
    const batch = new ColumnBatch(1, [columnOf(['text'])], 0)
    return columnBatches<Pair>(() => (at++ === 0 ? batch : undefined))
  }
  const left = async (): Promise<unknown> =>
    (await joinPartitions(none(), source([pairs]), joining)).toArray()
  const right = async (): Promise<unknown> =>
    (await joinPartitions(source([pairs]), none(), joining)).toArray()
  for (const failing of [left, right]) {
    const error = await t.throwsAsync(failing())
    t.regex(error.message, /join got the row "text", which is no pair/)
  }
})
