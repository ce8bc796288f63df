import test from 'ava'
import fc from 'fast-check'

import { canonicalKey } from '../../../../src/spark/keys/index.ts'
import { HashPartitioner } from '../../../../src/spark/shuffle/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'
import { anyRows, multiset, slices } from './multiset.ts'

const runs = { numRuns: 40 }
const has = (rows: readonly unknown[], row: unknown): boolean =>
  rows.some((each) => canonicalKey(each) === canonicalKey(row))
const once = (rows: readonly unknown[]): unknown[] =>
  rows.filter((row, i) => !has(rows.slice(0, i), row))

test('distinct, intersection and subtract compare rows as keys are compared', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyRows, anyRows, slices, slices, async (left, right, n, reducers) => {
      const engine = new PureEngine()
      const ours = engine.parallelize(left, n)
      const theirs = engine.parallelize(right, reducers)
      t.deepEqual(multiset(await ours.distinct().collect()), multiset(once(left)))
      t.is((await ours.distinct(reducers).partitions()).length, reducers)
      t.deepEqual(
        multiset(await ours.intersection(theirs, reducers).collect()),
        multiset(once(left.filter((row) => has(right, row)))),
      )
      t.deepEqual(
        multiset(await ours.subtract(theirs).collect()),
        multiset(left.filter((row) => !has(right, row))),
      )
    }),
    runs,
  )
})

test('union has the rows of all in order, cartesian every row beside every row', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyRows, anyRows, slices, slices, async (left, right, n, m) => {
      const engine = new PureEngine()
      const [ours, theirs] = [engine.parallelize(left, n), engine.parallelize(right, m)]
      const all = ours.union(theirs, ours)
      t.deepEqual(await all.collect(), [...left, ...right, ...left])
      t.is((await all.partitions()).length, n + m + n)
      const crossed = ours.cartesian(theirs)
      t.is((await crossed.partitions()).length, n * m)
      t.deepEqual(
        multiset(await crossed.collect()),
        multiset(left.flatMap((a) => right.map((b) => [a, b]))),
      )
    }),
    runs,
  )
})

test('cartesian of partitions with more rows than a batch keeps to the bound of batches', async (t) => {
  const engine = new PureEngine()
  const rows = engine.parallelize(
    Array.from({ length: 5000 }, (_, i) => i),
    1,
  )
  const sizes = rows.cartesian(engine.parallelize([1, 2, 3], 1)).mapPartitions(async (batches) => {
    const lengths: number[] = []
    await batches.forEachBatch((batch) => {
      lengths.push(batch.length)
    })
    return lengths
  })
  const lengths = await sizes.collect()
  t.is(
    lengths.reduce((a, b) => a + b),
    15_000,
  )
  t.true(lengths.every((length) => length <= 4096))
})

test('a union of RDDs that lie by one partitioner keeps it, and adds no partition', async (t) => {
  const engine = new PureEngine()
  const pairs = (rows: readonly number[]) =>
    engine
      .parallelize(rows, 2)
      .keyBy((row) => row % 3)
      .partitionBy(3)
  const all = pairs([1, 2, 3]).union(pairs([4, 5, 6]))
  t.true(all.partitioner?.equals(new HashPartitioner(3)))
  t.is((await all.partitions()).length, 3)
  t.deepEqual(multiset(await all.values().collect()), multiset([1, 2, 3, 4, 5, 6]))
  const sums = all.reduceByKey((a, b) => a + b)
  t.regex(await sums.toDebugString(), /CombinePartitionsRDD/)
  t.deepEqual(
    multiset(await sums.collect()),
    multiset([
      [0, 9],
      [1, 5],
      [2, 7],
    ]),
  )
})

test('coalesce keeps the order of rows and never makes more partitions', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyRows, slices, slices, async (rows, n, m) => {
      const rdd = new PureEngine().parallelize(rows, n).coalesce(m)
      t.deepEqual(await rdd.collect(), rows)
      t.is((await rdd.partitions()).length, Math.min(n, m))
      t.is((await rdd.coalesce(9, { shuffle: true }).partitions()).length, 9)
    }),
    runs,
  )
})

test('coalesce by a coalescer of the user puts together what it says, and refuses one that loses partitions', async (t) => {
  const rdd = new PureEngine().parallelize([0, 1, 2, 3], 4)
  const evenOdd = rdd.coalesce(2, {
    partitionCoalescer: () => [
      { host: undefined, members: [0, 2] },
      { host: 'b', members: [1, 3] },
    ],
  })
  t.deepEqual(await evenOdd.glom().collect(), [
    [0, 2],
    [1, 3],
  ])
  const lost = rdd.coalesce(2, { partitionCoalescer: () => [{ host: undefined, members: [0] }] })
  await t.throwsAsync(lost.collect(), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})

test('glom has a row for each partition, an empty one too', async (t) => {
  t.deepEqual(await new PureEngine().parallelize([1, 2], 3).glom().collect(), [[], [1], [2]])
})

test('groupBy has the rows of each value of its function', async (t) => {
  const rows = [1, 2, 3, 4, 5]
  const groups = await new PureEngine()
    .parallelize(rows, 2)
    .groupBy((row) => row % 2 === 0)
    .collect()
  t.deepEqual(
    multiset(groups),
    multiset([
      [true, [2, 4]],
      [false, [1, 3, 5]],
    ]),
  )
})
