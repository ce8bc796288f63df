import test from 'ava'
import fc from 'fast-check'

import { defaultPartitioner, type Partitioned } from '../../../src/spark/rdd/partitioning.ts'
import type { RDD } from '../../../src/spark/rdd/index.ts'
import {
  FunctionPartitioner,
  HashPartitioner,
  LaterPartitioner,
  RangePartitioner,
  isSamePartitioner,
  type Pair,
} from '../../../src/spark/shuffle/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

const pairs = Array.from({ length: 60 }, (_, i): Pair<number, number> => [i % 7, i])

function engine(configuredParallelism?: number): PureEngine {
  const made = new PureEngine()
  return Object.assign(made, { configuredParallelism })
}

function over(numPartitions: number): Partitioned {
  return { partitioner: undefined, numPartitions }
}

function hashed(numPartitions: number): Partitioned {
  return { partitioner: new HashPartitioner(numPartitions, 0), numPartitions }
}

async function counted(rdd: RDD<never> | RDD<unknown>): Promise<number> {
  return rdd.getNumPartitions()
}

function add(a: number, b: number): number {
  return a + b
}

/** How many shuffles a lineage has. */
async function shuffles(rdd: { toDebugString(): Promise<string> }): Promise<number> {
  return (await rdd.toDebugString()).split('+-').length - 1
}

test('a default partitioner is chosen as Spark chooses it', (t) => {
  const rows: readonly [readonly Partitioned[], number | undefined, number][] = [
    [[over(5)], undefined, 5],
    [[over(5)], 3, 3],
    [[over(5), over(8)], undefined, 8],
    [[over(5), over(8)], 3, 3],
    [[hashed(4), over(8)], undefined, 4], // within an order of magnitude
    [[hashed(4), over(39)], undefined, 4],
    [[hashed(4), over(40)], undefined, 40],
    [[hashed(4), over(400)], 4, 4], // as many as are configured
    [[hashed(4), over(400)], 5, 5],
    [[hashed(4), hashed(6), over(2)], undefined, 6],
    [[over(0)], undefined, 0],
    [[hashed(0), over(3)], undefined, 3], // of no partition, so of no rows
    [[hashed(0), hashed(2)], 9, 2],
  ]
  for (const [rdds, configured, expected] of rows) {
    const chosen = defaultPartitioner(rdds, configured)
    t.is(chosen.numPartitions, expected)
    const own = rdds.find(({ partitioner }) => partitioner?.numPartitions === expected)
    if (own?.partitioner !== undefined) t.is(chosen, own.partitioner)
  }
})

test('a partitioner that is there is kept however many partitions are configured, if it is near the largest', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 4 }),
      fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined }),
      (own, others, configured) => {
        const most = Math.max(own, ...others)
        const chosen = defaultPartitioner([hashed(own), ...others.map(over)], configured)
        const isKept = most / own < 10 || own >= (configured ?? most)
        // The quotient and the difference of logarithms differ by rounding only at the bound itself.
        fc.pre(most !== own * 10)
        t.is(chosen.numPartitions, isKept ? own : (configured ?? most))
      },
    ),
  )
})

test('operations by key have as many partitions as the RDDs upstream, or as are configured', async (t) => {
  for (const [configured, expected] of [
    [undefined, 5],
    [2, 2],
  ] as const) {
    const sc = engine(configured)
    const rdd = sc.parallelize(pairs, 5)
    const few = sc.parallelize(pairs, 3)
    t.is(await counted(rdd.reduceByKey(add)), expected)
    t.is(await counted(rdd.groupByKey()), expected)
    t.is(await counted(rdd.groupBy(([key]) => key)), expected)
    t.is(await counted(few.join(rdd)), expected)
    t.is(await counted(few.cogroup([rdd])), expected)
    t.is(await counted(few.intersection(rdd)), expected)
    t.is(await counted(rdd.countApproxDistinctByKey()), expected)
    // As in Spark, these have the parent's number in either case.
    t.is(await counted(rdd.distinct()), 5)
    t.is(await counted(rdd.subtract(few)), 5)
    t.is(await counted(rdd.subtractByKey(few)), 5)
    t.is(await counted(rdd.sortByKey()), 5)
    t.is(await counted(rdd.sortBy(([, value]) => value)), 5)
  }
})

test('results are the same over as many partitions as upstream', async (t) => {
  const sc = engine()
  const rdd = sc.parallelize(pairs, 5)
  const sums = [0, 1, 2, 3, 4, 5, 6].map((key): Pair<number, number> => [
    key,
    pairs.filter((pair) => pair[0] === key).reduce((sum, pair) => sum + pair[1], 0),
  ])
  t.deepEqual(await rdd.reduceByKey(add).sortByKey().collect(), sums)
  const joined = rdd.reduceByKey(add).join(rdd.reduceByKey(add))
  t.deepEqual(
    await joined.sortByKey().collect(),
    sums.map(([key, sum]) => [key, [sum, sum]] as const),
  )
})

test('RDDs that turn out to lie by the same number are joined without another shuffle', async (t) => {
  const sc = engine()
  const left = sc.parallelize(pairs, 4).reduceByKey(add)
  const right = sc.parallelize(pairs, 4).groupByKey()
  const joined = left.join(right)
  t.is(await shuffles(joined), 2)
  t.is((await joined.collect()).length, 7)
  const other = sc.parallelize(pairs, 3).reduceByKey(add)
  t.is(await shuffles(left.join(other)), 3)
  t.is(await shuffles(left.join(sc.parallelize(pairs, 6))), 2) // the one that lies by nothing
  t.is(await shuffles(left.subtractByKey(right)), 2)
  t.is(await counted(left.subtractByKey(right)), 4)
})

test('a shuffle is left out where the keys turn out to lie by what was asked for', async (t) => {
  const sc = engine()
  const sums = sc.parallelize(pairs, 4).reduceByKey(add)
  t.is(await shuffles(sums.partitionBy(4)), 1)
  t.is(await shuffles(sums.reduceByKey(add, 4)), 1)
  t.is(await shuffles(sums.groupByKey(3)), 2)
  t.deepEqual((await sums.partitionBy(4).collect()).sort(), (await sums.collect()).sort())
  const again = await sums
    .mapValues((sum) => sum + 1)
    .reduceByKey(add, new HashPartitioner(4))
    .collect()
  t.deepEqual(
    again.sort(),
    (await sums.collect()).map(([key, sum]): Pair<number, number> => [key, sum + 1]).sort(),
  )
  t.is(await shuffles(sums.repartitionAndSortWithinPartitions(4)), 2)
})

test('a union of RDDs that turn out to lie by one partitioner has its partitions', async (t) => {
  const sc = engine()
  const [a, b] = [
    sc.parallelize(pairs, 4).reduceByKey(add),
    sc.parallelize(pairs, 4).reduceByKey(add),
  ]
  const both = a.union(b)
  t.is(await counted(both), 4)
  t.deepEqual(both.partitioner?.toSpec(), { type: 'hash', numPartitions: 4 })
  const sums = both.reduceByKey(add)
  t.is(await shuffles(sums), 2)
  t.is((await sums.collect()).length, 7)
  t.is(await counted(a.union(sc.parallelize(pairs, 3).reduceByKey(add))), 7)
})

test('distinct looks for equal pairs in place where they lie by a partitioner', async (t) => {
  const sc = engine()
  const placed = sc.parallelize([...pairs, ...pairs], 4).partitionBy(3)
  const distinct = placed.distinct()
  t.is(distinct.partitioner, placed.partitioner)
  t.is(await shuffles(distinct), 1)
  t.deepEqual((await distinct.collect()).sort(), [...pairs].sort())
})

test('how many partitions a partitioner has is known with the partitions', async (t) => {
  const sc = engine()
  const sums = sc.parallelize(pairs, 4).reduceByKey(add)
  const kept = sums.mapValues(String)
  const { partitioner } = kept
  t.true(partitioner instanceof LaterPartitioner)
  t.throws(() => partitioner?.numPartitions, { code: 'TROUPE_SPARK_PARTITIONS_LATER' })
  t.false(isSamePartitioner(partitioner, new HashPartitioner(4)))
  t.is(await kept.getNumPartitions(), 4)
  t.is(partitioner?.numPartitions, 4)
  t.true(partitioner?.equals(new HashPartitioner(4)))
  t.true(kept.partitioner instanceof HashPartitioner)
  t.is(partitioner?.getPartition('a'), kept.partitioner?.getPartition('a'))
})

test('a partitioner is chosen once, and again after a failure', async (t) => {
  let calls = 0
  const later = new LaterPartitioner(() => {
    calls += 1
    if (calls === 1) return Promise.reject(new RangeError('no such file'))
    return Promise.resolve(new RangePartitioner(2, true, [5]))
  })
  await t.throwsAsync(later.choose(), { message: 'no such file' })
  const [one, other] = await Promise.all([later.choose(), later.choose()])
  t.is(one, other)
  t.is(calls, 2)
  t.is(later.getPartition(9), 1)
})

test("a user's own partitioner of one RDD is that of the next operation", async (t) => {
  const sc = engine(9)
  const own = new FunctionPartitioner(2, (key: number) => key % 2)
  const placed = sc.parallelize(pairs, 6).partitionBy(own)
  t.is(placed.reduceByKey(add).partitioner, own)
  const joined = placed.join(sc.parallelize(pairs, 6))
  t.is(await counted(joined), 2)
  t.is(joined.partitioner, own)
  t.is(await counted(placed.join(sc.parallelize(pairs, 60))), 9)
})

test('rows of no partition come out of a shuffle in none, and sorted in one range', async (t) => {
  const sc = engine()
  const none = sc.emptyRDD<Pair<number, number>>()
  t.is(await counted(none.reduceByKey(add)), 0)
  t.is(await counted(none.distinct()), 0)
  t.is(await counted(none.groupByKey().mapValues((values) => values.length)), 0)
  t.is(await counted(none.sortByKey()), 1)
  t.deepEqual(await none.reduceByKey(add).collect(), [])
  t.deepEqual(await none.reduceByKey(add).sortByKey().collect(), [])
  t.is(await none.reduceByKey(add).reduceByKey(add).count(), 0)
})

test('rows of no partition are joined and united with others as those lie', async (t) => {
  const sc = engine()
  const none = sc.emptyRDD<Pair<number, number>>()
  const some = sc.parallelize(pairs, 3)
  const empty = none.reduceByKey(add)
  t.is(await counted(empty.join(some)), 3)
  t.deepEqual(await empty.join(some).collect(), [])
  t.is((await some.subtractByKey(empty).collect()).length, pairs.length)
  t.is(await empty.union(some).count(), pairs.length)
  t.is(await counted(empty.fullOuterJoin(some.reduceByKey(add))), 3)
})

test('nobody may ask for no partitions', (t) => {
  const sc = engine()
  const refused = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  t.throws(() => new HashPartitioner(0), refused)
  t.throws(() => sc.parallelize(pairs, 2).reduceByKey(add, 0), refused)
})

function thousandOperations(): RDD<Pair<number, number>> {
  let rdd: RDD<Pair<number, number>> = engine().parallelize(pairs, 2)
  for (let i = 0; i < 1000; i += 1)
    rdd = rdd.map(([key, value]) => [key, value] as const).reduceByKey(add)
  return rdd
}

test('a thousand operations by key have their partitions counted without an overflow', async (t) => {
  t.is(await thousandOperations().getNumPartitions(), 2)
})

test('a thousand operations by key have partitions without an overflow, asked from the last one', async (t) => {
  t.is((await thousandOperations().partitions()).length, 2)
})
