import test from 'ava'
import fc from 'fast-check'

import { preferredHosts } from '../../../src/spark/rdd/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

test('range counts up and down, in any number of slices', async (t) => {
  const bound = fc.integer({ min: -50, max: 50 })
  const step = fc.integer({ min: -7, max: 7 }).filter((n) => n !== 0)
  await fc.assert(
    fc.asyncProperty(
      bound,
      bound,
      step,
      fc.integer({ min: 1, max: 9 }),
      async (from, to, by, n) => {
        const expected: number[] = []
        for (let i = from; by > 0 ? i < to : i > to; i += by) expected.push(i)
        const rdd = new PureEngine().range(from, to, by, n)
        t.deepEqual(await rdd.collect(), expected)
        t.is((await rdd.partitions()).length, n)
      },
    ),
    { numRuns: 50 },
  )
  t.deepEqual(await new PureEngine().range(3).collect(), [0, 1, 2])
})

test('what is no range is refused by the name of what is wrong', (t) => {
  const engine = new PureEngine()
  const invalid = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  t.throws(() => engine.range(0, 10, 0), { ...invalid, message: /step/ })
  t.throws(() => engine.range(0.5), { ...invalid, message: /end/ })
  t.throws(() => engine.range(0, Infinity), { ...invalid, message: /end/ })
  t.throws(() => engine.range(0, 1, 1, 0), invalid)
  t.throws(() => engine.parallelize('rows' as never), invalid)
  t.throws(() => engine.makeRDD('rows' as never, { preferredHosts: () => [] }), invalid)
})

test('rows with hosts are a partition each, which is best computed there, also after narrow steps', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.makeRDD(['a', 'b', 'c'], { preferredHosts: (row) => [`host-${row}`] })
  t.is((await rdd.partitions()).length, 3)
  const mapped = rdd.map((row) => row).filter(() => true)
  await mapped.partitions()
  t.deepEqual(preferredHosts(mapped, 1), ['host-b'])
  const union = engine.parallelize(['x'], 2).union(mapped)
  await union.partitions()
  t.deepEqual(preferredHosts(union, 0), [])
  t.deepEqual(preferredHosts(union, 4), ['host-c'])
  const crossed = rdd.cartesian(engine.parallelize([1, 2], 2))
  await crossed.partitions()
  t.deepEqual(preferredHosts(crossed, 3), ['host-b'])
  const few = rdd.coalesce(2)
  await few.partitions()
  t.deepEqual(
    [0, 1].map((i) => preferredHosts(few, i).length),
    [1, 1],
  )
  t.deepEqual(await rdd.collect(), ['a', 'b', 'c'])
  t.deepEqual(await engine.makeRDD([1, 2]).collect(), [1, 2])
})

test('an RDD without partitions goes through every kind of operator', async (t) => {
  const engine = new PureEngine()
  const none = engine.emptyRDD<number>()
  t.deepEqual(await none.collect(), [])
  t.is(await none.count(), 0)
  const pairs = none.keyBy((row) => row)
  t.deepEqual(await pairs.reduceByKey((a, b) => a + b).collect(), [])
  t.deepEqual(await pairs.join(engine.parallelize([1]).keyBy((row) => row)).collect(), [])
  t.deepEqual(await pairs.sortByKey().collect(), [])
  t.deepEqual(await none.union(engine.parallelize([1])).collect(), [1])
  t.deepEqual(await engine.union([none, engine.parallelize([2]), none]).collect(), [2])
  t.deepEqual(await engine.union([]).collect(), [])
  t.deepEqual(await none.zipWithIndex().collect(), [])
  t.deepEqual(await none.cartesian(none).collect(), [])
  t.deepEqual(await none.coalesce(3).collect(), [])
  t.is(await none.fold(0, (a, b) => a + b), 0)
  t.is(
    await none.treeAggregate(
      7,
      (a, b) => a + b,
      (a, b) => a + b,
    ),
    7,
  )
  t.deepEqual(await none.top(3), [])
})

test('a union of very many RDDs, one by one, does not overflow the stack', async (t) => {
  const engine = new PureEngine()
  let all = engine.parallelize([0], 1)
  for (let i = 1; i < 300; i += 1) all = all.union(engine.parallelize([i], 1))
  t.is((await all.collect()).length, 300)
})

test('runJob calls a plain function with the rows of the partitions that are asked for', async (t) => {
  const sc = new PureEngine()
  const rdd = sc.parallelize(['a', 'b', 'c', 'd'], 4)
  const told: [number, string][] = []
  const where = 'in'
  const answers = await sc.runJob(
    rdd,
    async (rows, context) => {
      const all: string[] = []
      await rows.forEachBatch((batch) => {
        all.push(...batch)
      })
      return `${all.join('')} ${where} ${context.partitionId}`
    },
    [2, 0],
    { onResult: (partition, answer) => told.push([partition, answer]) },
  )
  t.deepEqual(answers, ['c in 2', 'a in 0'])
  t.deepEqual(
    told.sort(([a], [b]) => a - b),
    [
      [0, 'a in 0'],
      [2, 'c in 2'],
    ],
  )
  t.deepEqual(await sc.runJob(rdd, (_, context) => context.numPartitions), [4, 4, 4, 4])
  t.deepEqual(await sc.runJob(rdd, () => 1, []), [])
})

test('runJob refuses what is no function and no list of partitions', (t) => {
  const sc = new PureEngine()
  const invalid = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  t.throws(() => sc.runJob(sc.range(3), 'count' as never), invalid)
  t.throws(() => sc.runJob(sc.range(3), () => 1, [0.5]), invalid)
  t.throws(() => sc.runJob(sc.range(3), () => 1, 2 as never), invalid)
})
