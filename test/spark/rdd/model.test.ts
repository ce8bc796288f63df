import test from 'ava'
import fc from 'fast-check'

import { compareKeys } from '../../../src/spark/keys/index.ts'
import { RDD } from '../../../src/spark/rdd/index.ts'
import { FunctionPartitioner } from '../../../src/spark/shuffle/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 })
const slices = fc.integer({ min: 1, max: 7 })
const byText = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort()

test('narrow operators give what the methods of arrays give', async (t) => {
  await fc.assert(
    fc.asyncProperty(numbers, slices, async (rows, n) => {
      const rdd = new PureEngine()
        .parallelize(rows, n)
        .map((row) => row * 3)
        .filter((row) => row % 2 === 0)
        .flatMap((row) => [row, String(row)])
      const expected = rows
        .map((row) => row * 3)
        .filter((row) => row % 2 === 0)
        .flatMap((row) => [row, String(row)])
      t.deepEqual(await rdd.collect(), expected)
      t.is(await rdd.count(), expected.length)
    }),
    { numRuns: 50 },
  )
})

test('reduceByKey, groupByKey and combineByKey agree with a Map', async (t) => {
  await fc.assert(
    fc.asyncProperty(numbers, slices, slices, async (rows, n, reducers) => {
      const pairs = new PureEngine().parallelize(rows, n).map((row) => [row % 5, row])
      const groups = new Map<number, number[]>()
      for (const row of rows) groups.set((row % 5) + 0, [...(groups.get((row % 5) + 0) ?? []), row])
      const sums = [...groups].map(([key, values]) => [key, values.reduce((a, b) => a + b)])
      const reduced = await pairs.reduceByKey((a, b) => a + b, reducers).collect()
      t.deepEqual(byText(reduced), byText(sums))
      t.deepEqual(byText(await pairs.groupByKey(reducers).collect()), byText([...groups]))
      const counted = pairs.combineByKey(
        () => 1,
        (count) => count + 1,
        (a, b) => a + b,
        { partitioning: reducers },
      )
      const counts = [...groups].map(([key, values]) => [key, values.length])
      t.deepEqual(byText(await counted.collect()), byText(counts))
    }),
    { numRuns: 40 },
  )
})

test('sortBy gives what a stable sort gives, over any number of ranges, both ways', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      numbers,
      slices,
      slices,
      fc.boolean(),
      async (rows, n, ranges, isAscending) => {
        const tagged = rows.map((row, at) => ({ row, at }))
        const sorted = await new PureEngine()
          .parallelize(tagged, n)
          .sortBy(({ row }) => row, isAscending, ranges)
          .collect()
        const sign = isAscending ? 1 : -1
        t.deepEqual(
          sorted,
          [...tagged].sort((a, b) => sign * compareKeys(a.row, b.row)),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('keys are compared by value through a shuffle', async (t) => {
  const keys = [
    1,
    '1',
    null,
    undefined,
    NaN,
    NaN,
    0,
    -0,
    [1, 'a'],
    [1, 'a'],
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    1n,
  ]
  const counts = await new PureEngine()
    .parallelize(keys, 4)
    .map((key) => [key, 1])
    .reduceByKey((a, b) => a + b)
    .collect()
  const values = counts.map(([, count]) => count).sort()
  t.is(counts.length, 9)
  t.deepEqual(values, [1, 1, 1, 1, 1, 2, 2, 2, 2])
})

test('take runs over as few partitions as it needs', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.parallelize(
    Array.from({ length: 100 }, (_, i) => i),
    10,
  )
  t.deepEqual(await rdd.take(3), [0, 1, 2])
  t.is(engine.launches.length, 1)
  t.deepEqual(
    await rdd.take(25),
    Array.from({ length: 25 }, (_, i) => i),
  )
  t.is(engine.launches.length, 1 + 1 + 3)
  t.deepEqual(await rdd.take(0), [])
  await t.throwsAsync(rdd.take(-1), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})

test('take gives more rows than a call takes arguments', async (t) => {
  const rdd = new PureEngine()
    .parallelize([0], 1)
    .flatMap(() => Array.from({ length: 200_000 }).keys())
  t.is((await rdd.take(150_000)).length, 150_000)
})

test('mapPartitionsWithIndex counts the partitions of its own RDD, also in a union', async (t) => {
  const engine = new PureEngine()
  const indexed = engine.parallelize(['a', 'b'], 2).mapPartitionsWithIndex((index) => [index])
  t.deepEqual(await engine.parallelize([9], 3).union(indexed).collect(), [9, 0, 1])
})

test('repartition deals the rows of a partition out evenly', async (t) => {
  const rows = Array.from({ length: 100 }, (_, i) => i)
  const dealt = new PureEngine().parallelize(rows, 2).repartition(10)
  const sizes = dealt.mapPartitions(async (each) => [(await each.toArray()).length])
  t.deepEqual(
    await sizes.collect(),
    Array.from({ length: 10 }, () => 10),
  )
  t.deepEqual(
    (await dealt.collect()).sort((a, b) => a - b),
    rows,
  )
})

test('reduce, first, union, repartition and mapPartitions work on rows of every partition', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.parallelize([5, 3, 9], 5)
  t.is(await rdd.reduce((a, b) => Math.max(a, b)), 9)
  t.is(await rdd.first(), 5)
  t.deepEqual(await rdd.union(engine.parallelize([1], 1)).collect(), [5, 3, 9, 1])
  t.deepEqual((await rdd.repartition(2).collect()).sort(), [3, 5, 9])
  const sums = rdd.mapPartitions(async function* (rows) {
    let sum = 0
    for await (const row of rows) sum += row
    yield sum
  })
  t.deepEqual(await sums.filter((sum) => sum > 0).collect(), [5, 3, 9])
  const indexed = rdd.mapPartitionsWithIndex((index) => [index])
  t.deepEqual(await indexed.collect(), [0, 1, 2, 3, 4])
  await t.throwsAsync(
    engine.parallelize<number>([], 2).reduce((a) => a),
    {
      code: 'TROUPE_SPARK_EMPTY_COLLECTION',
    },
  )
  await t.throwsAsync(engine.parallelize([]).first(), { code: 'TROUPE_SPARK_EMPTY_COLLECTION' })
})

test('a partitioner that is known saves the second shuffle', async (t) => {
  const engine = new PureEngine()
  const pairs = engine.parallelize([1, 2, 3, 4], 2).map((row) => [row % 2, row])
  const once = pairs.reduceByKey((a, b) => a + b)
  const twice = once.mapValues((sum) => sum * 2).reduceByKey((a, b) => a + b)
  t.deepEqual(
    byText(await twice.collect()),
    byText([
      [1, 8],
      [0, 12],
    ]),
  )
  const shuffles = new Set(
    engine.effects.flatMap((effect) => (effect.type === 'add-shuffle' ? [effect.shuffleId] : [])),
  )
  t.is(shuffles.size, 1)
  t.is(once.partitionBy(2), once)
})

test('partitionBy a function puts keys where it says, and refuses a place that is none', async (t) => {
  const engine = new PureEngine()
  const pairs = engine.parallelize([0, 1, 2], 1).keyBy((row) => row)
  const placed = pairs.partitionBy(new FunctionPartitioner(3, (key: number) => 2 - key)).values()
  t.deepEqual(await placed.collect(), [2, 1, 0])
  const nowhere = pairs.partitionBy(new FunctionPartitioner(2, () => 7)).values()
  await t.throwsAsync(nowhere.collect(), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})

test('an RDD of the user is a class with two methods, and may give any iterable', async (t) => {
  class Countdown extends RDD<number> {
    readonly from: number
    constructor(engine: PureEngine, from: number) {
      super(engine, [])
      this.from = from
    }
    getPartitions(): { index: number }[] {
      return [{ index: 0 }, { index: 1 }]
    }
    async *compute(split: { index: number }): AsyncIterable<number> {
      for (let n = this.from + split.index; n > 0; n -= 1) yield n
    }
  }
  const rdd = new Countdown(new PureEngine(), 3)
  t.deepEqual(await rdd.map((n) => n * 10).collect(), [30, 20, 10, 40, 30, 20, 10])
})

test('a lineage of 2,000 maps is described and computed without overflowing the stack', async (t) => {
  let rdd: RDD<number> = new PureEngine().parallelize([0, 1], 2)
  for (let i = 0; i < 2000; i += 1) rdd = rdd.map((n) => n + 1)
  t.deepEqual(await rdd.collect(), [2000, 2001])
})

test('toDebugString shows one line an RDD and an indentation a shuffle', async (t) => {
  const rdd = new PureEngine()
    .parallelize(['a b'], 2)
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b, 4)
    .setName('counts')
  t.is(
    (await rdd.cache().toDebugString()).replaceAll(/model\.test\.[jt]s:\d+/g, 'here'),
    [
      '(4) counts ShuffledRDD[3] at reduceByKey at here [Memory Deserialized 1x Replicated]',
      ' +-(2) MapRDD[2] at map at here []',
      '   |   FlatMapRDD[1] at flatMap at here []',
      '   |   ParallelCollectionRDD[0] at parallelize at here []',
    ].join('\n'),
  )
})

test('texts far longer than a bound are sorted by all of their characters', async (t) => {
  const words = Array.from({ length: 40 }, (_, i) => 'x'.repeat(1000 + (i % 7)) + String(i))
  const sorted = await new PureEngine()
    .parallelize(words, 3)
    .sortBy((word) => word, true, 4)
    .collect()
  t.deepEqual(sorted, [...words].sort())
})
