import test from 'ava'
import fc from 'fast-check'

import { canonicalKey, compareKeys } from '../../../../src/spark/keys/index.ts'
import type { Pair } from '../../../../src/spark/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'
import { anyPairs, anyRows, grouped, multiset, slices } from '../operators/multiset.ts'

const invalid = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
const empty = { code: 'TROUPE_SPARK_EMPTY_COLLECTION' }

test('takeOrdered, top, min and max agree with a sorted array', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyRows, slices, fc.integer({ min: 0, max: 40 }), async (rows, n, limit) => {
      const rdd = new PureEngine().parallelize(rows, n)
      // In boxes: sort puts undefined last whatever the order says.
      const boxes = rows.map((row) => ({ row })).sort((a, b) => compareKeys(a.row, b.row))
      const sorted = boxes.map(({ row }) => row)
      const texts = (some: readonly unknown[]): string[] => some.map(canonicalKey)
      t.deepEqual(texts(await rdd.takeOrdered(limit)), texts(sorted.slice(0, limit)))
      t.deepEqual(texts(await rdd.top(limit)), texts([...sorted].reverse().slice(0, limit)))
      if (rows.length === 0) {
        await t.throwsAsync(rdd.min(), empty)
        await t.throwsAsync(rdd.max(), empty)
      } else {
        t.is(canonicalKey(await rdd.min()), canonicalKey(sorted[0]))
        t.is(canonicalKey(await rdd.max()), canonicalKey(sorted.at(-1)))
      }
    }),
    { numRuns: 50 },
  )
})

test('an order of the user holds, and rows equal in it stay in order of partition', async (t) => {
  const words = ['ccc', 'a', 'bb', 'd', 'ee', 'f']
  const rdd = new PureEngine().parallelize(words, 3)
  const compare = (a: string, b: string): number => a.length - b.length
  t.deepEqual(await rdd.takeOrdered(4, { compare }), ['a', 'd', 'f', 'bb'])
  t.deepEqual(await rdd.top(2, { compare }), ['ccc', 'bb'])
  t.is(await rdd.max({ compare }), 'ccc')
  await t.throwsAsync(rdd.top(-1), invalid)
  await t.throwsAsync(rdd.takeOrdered(1.5), invalid)
  await t.throwsAsync(rdd.top(1, { compare: 'length' as never }), invalid)
})

test('the first of very many rows are found without keeping all', async (t) => {
  const rdd = new PureEngine().range(0, 50_000, 1, 3).map((i) => (i * 7919) % 50_000)
  t.deepEqual(await rdd.takeOrdered(3), [0, 1, 2])
  t.deepEqual(await rdd.top(2), [49_999, 49_998])
})

test('takeSample has as many rows as were asked for, and the same for a seed', async (t) => {
  const rows = Array.from({ length: 200 }, (_, i) => i)
  const rdd = new PureEngine().parallelize(rows, 4)
  for (const n of [0, 1, 7, 150, 200, 300]) {
    const some = await rdd.takeSample(false, n, 11)
    t.is(some.length, Math.min(n, 200))
    t.is(new Set(some).size, some.length)
    t.deepEqual(await rdd.takeSample(false, n, 11), some)
    t.is((await rdd.takeSample(true, n, 11)).length, n)
  }
  t.notDeepEqual(await rdd.takeSample(false, 20, 1), await rdd.takeSample(false, 20, 2))
  t.deepEqual(await new PureEngine().emptyRDD().takeSample(true, 5), [])
  await t.throwsAsync(rdd.takeSample(false, -1), invalid)
})

test('countByValue, countByKey, collectAsMap and reduceByKeyLocally find keys by value', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyPairs, slices, async (rows, n) => {
      const pairs = new PureEngine().parallelize<Pair<unknown, number>>(rows, n)
      const groups = [...grouped(rows).values()]
      const counts = groups.map(([key, values]) => [key, values.length])
      t.deepEqual(multiset([...(await pairs.countByKey())]), multiset(counts))
      t.deepEqual(multiset([...(await pairs.keys().countByValue())]), multiset(counts))
      const asMap = await pairs.collectAsMap()
      t.is(asMap.size, groups.length)
      for (const [key, values] of groups) {
        t.is(asMap.get(key), values.at(-1))
        t.true(asMap.has(key))
        t.deepEqual((await pairs.lookup(key)).sort(), [...values].sort())
      }
      const add = (a: number, b: number): number => a + b
      const sums = await pairs.reduceByKeyLocally(async (a, b) => a + b)
      t.deepEqual(
        multiset([...sums.entries()]),
        multiset(groups.map(([key, values]) => [key, values.reduce(add)])),
      )
    }),
    { numRuns: 30 },
  )
})

test('lookup by a partitioner computes one partition', async (t) => {
  const engine = new PureEngine()
  const pairs = engine.range(0, 100, 1, 3).keyBy((i) => i % 10)
  const placed = pairs.partitionBy(5)
  await placed.count()
  const results = (): number => engine.launches.filter(({ isResult }) => isResult).length
  const before = results()
  t.is((await placed.lookup(3)).length, 10)
  t.is(results(), before + 1)
  t.deepEqual(await placed.lookup(77), [])
  const sorted = pairs.sortByKey(true, 4)
  t.is((await sorted.lookup(9)).length, 10)
})
