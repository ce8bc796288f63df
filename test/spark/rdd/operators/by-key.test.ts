import test from 'ava'
import fc from 'fast-check'

import { compareKeys } from '../../../../src/spark/keys/index.ts'
import type { Pair } from '../../../../src/spark/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'
import { anyPairs, grouped, multiset, slices } from './multiset.ts'

test('aggregateByKey and foldByKey start each key from a zero of its own', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyPairs, slices, slices, async (rows, n, m) => {
      const pairs = new PureEngine().parallelize<Pair<unknown, number>>(rows, n)
      const groups = [...grouped(rows).values()]
      const lists = pairs.aggregateByKey<unknown, number, number[]>(
        [],
        (list, value) => (list.push(value), list),
        (a, b) => [...a, ...b],
        m,
      )
      t.deepEqual(multiset(await lists.collect()), multiset(groups))
      const sums = groups.map(([key, values]) => [key, values.reduce((a, b) => a + b)])
      t.deepEqual(multiset(await pairs.foldByKey(0, (a, b) => a + b).collect()), multiset(sums))
    }),
    { numRuns: 40 },
  )
})

test('a zero that can not be copied is refused', (t) => {
  class Sum {
    readonly total = 0
  }
  const pairs = new PureEngine().parallelize<Pair<number, number>>([[1, 1]])
  for (const zero of [new Sum(), { add: () => 0 }, () => 0, Symbol('s')]) {
    t.throws(
      () =>
        pairs.aggregateByKey<number, number, unknown>(
          zero,
          (a) => a,
          (a) => a,
        ),
      { code: 'TROUPE_SPARK_ARGUMENT_INVALID' },
    )
  }
})

test('flatMapValues keeps the keys and the partitioner', async (t) => {
  const pairs = new PureEngine()
    .parallelize<Pair<string, number>>([
      ['a', 2],
      ['b', 0],
      ['c', 1],
    ])
    .partitionBy(2)
  const repeated = pairs.flatMapValues((n) => Array.from({ length: n }, (_, i) => i))
  t.is(repeated.partitioner, pairs.partitioner)
  t.deepEqual(
    multiset(await repeated.collect()),
    multiset([
      ['a', 0],
      ['a', 1],
      ['c', 0],
    ]),
  )
})

test('repartitionAndSortWithinPartitions orders each partition, filterByRange takes both ends', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 40 }),
      slices,
      fc.boolean(),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      async (rows, n, isAscending, lower, upper) => {
        const pairs = new PureEngine().parallelize(rows, n).keyBy((row) => row)
        const sign = isAscending ? 1 : -1
        const parts = pairs.repartitionAndSortWithinPartitions(n, isAscending).keys().glom()
        for (const keys of await parts.collect()) {
          t.deepEqual(
            keys,
            [...keys].sort((a, b) => sign * compareKeys(a, b)),
          )
        }
        const wanted = rows.filter((row) => lower <= row && row <= upper)
        t.deepEqual(
          multiset(await pairs.filterByRange(lower, upper).values().collect()),
          multiset(wanted),
        )
        const sorted = pairs.sortByKey(isAscending, n).filterByRange(lower, upper).values()
        t.deepEqual(
          await sorted.collect(),
          wanted.sort((a, b) => sign * (a - b)),
        )
      },
    ),
    { numRuns: 40 },
  )
})

test('filterByRange of a sorted RDD computes only the partitions that may have such keys', async (t) => {
  const engine = new PureEngine()
  const rows = Array.from({ length: 100 }, (_, i) => i)
  const sorted = engine
    .parallelize(rows, 4)
    .keyBy((row) => row)
    .sortByKey(true, 10)
  const few = sorted.filterByRange(42, 44)
  t.deepEqual(await few.values().collect(), [42, 43, 44])
  t.true((await few.partitions()).length <= 2)
})
