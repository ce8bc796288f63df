import test, { type ExecutionContext } from 'ava'

import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import { LocalBackend, type SchedulerBackend } from '../../../src/spark/backend/index.ts'
import { SparkContext } from '../../../src/spark/context/index.ts'
import { InlineTaskRunner } from '../../../src/spark/executor/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

function start(t: ExecutionContext): { readonly kit: TestSystem; readonly sc: SparkContext } {
  const kit = testSystem({ name: 'driver' })
  const backend = new LocalBackend(
    1,
    (slots, environment, { stages }) =>
      new InlineTaskRunner(slots, environment, (binary) => stages.unpack(binary)),
    1,
  )
  const sc = new SparkContext({ master: 'local', appName: 'jobs', system: kit.system, backend })
  t.teardown(() => kit.until(sc.stop()))
  return { kit, sc }
}

test('a job of a function answers for each partition, and tells of each as it comes', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.range(0, 10, 1, 5)
  const seen: unknown[] = []
  const sums = await engine.submitJob(
    rdd,
    async (rows, { partitionId }) => [partitionId, (await rows.toArray()).length],
    { partitions: [3, 1], onResult: (partition, value) => seen.push([partition, value]) },
  )
  t.deepEqual(sums, [
    [3, 2],
    [1, 2],
  ])
  t.deepEqual(seen.sort(), [
    [1, [1, 2]],
    [3, [3, 2]],
  ])
})

test('approximate actions are exact when the job is done in time', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.range(0, 100, 1, 4)
  const count = await rdd.countApprox(1000)
  t.true(count.isInitialValueFinal)
  t.deepEqual(count.initialValue, { mean: 100, confidence: 1, low: 100, high: 100 })
  t.is((await rdd.sumApprox(1000)).initialValue.mean, 4950)
  t.is((await rdd.meanApprox(1000)).initialValue.mean, 49.5)
  const byValue = await rdd.map((i) => i % 2).countByValueApprox(1000)
  t.is(byValue.initialValue.get(1)?.mean, 50)
  const byKey = await rdd.keyBy((i) => [i % 5]).countByKeyApprox(1000)
  t.is(byKey.initialValue.get([3])?.high, 20)
  await t.throwsAsync(rdd.countApprox(-1), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  await t.throwsAsync(rdd.countApprox(1, { confidence: 1 }), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
  })
})

test('an approximate count answers when its time is over, and comes to its end later', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.range(0, 40, 1, 4)
  let isOver: () => void = () => {}
  const answered = new Promise<void>((resolve) => {
    isOver = resolve
  })
  engine.beforeTask = async ({ partition }) => {
    if (partition !== 2) return
    await engine.advance(50)
    await answered
  }
  const partial = await rdd.countApprox(50)
  t.false(partial.isInitialValueFinal)
  // This engine tells of results when the stage is over: nothing is known yet.
  t.deepEqual(partial.initialValue, { mean: 0, confidence: 0, low: 0, high: Infinity })
  isOver()
  t.deepEqual(await partial.finalValue, { mean: 40, confidence: 1, low: 40, high: 40 })
})

test('an action that was started can be cancelled by what it answered', async (t) => {
  const { kit, sc } = start(t)
  const rdd = sc.range(0, 40, 1, 4)
  const counted = rdd.countAsync()
  t.false(counted.isCompleted)
  t.is(await kit.until(counted.finally()), 40)
  t.true(counted.isCompleted)
  counted.cancel()
  t.false(counted.isCancelled)
  const cancelled = rdd.collectAsync()
  sc.addListener((event) => {
    if (event.type === 'task-start') cancelled.cancel()
  })
  await kit.until(
    t.throwsAsync(async () => await cancelled, { code: 'TROUPE_SPARK_JOB_CANCELLED' }),
  )
  t.true(cancelled.isCancelled)
  t.deepEqual(await kit.until(rdd.takeAsync(2).finally()), [0, 1])
})

test('every kind of action ends by its signal', async (t) => {
  const { kit, sc } = start(t)
  const rdd = sc.range(0, 8, 1, 4)
  const signal = AbortSignal.abort()
  const add = (a: number, b: number): number => a + b
  const actions: (() => Promise<unknown>)[] = [
    () => rdd.take(1, { signal }),
    () => rdd.first({ signal }),
    () => rdd.isEmpty({ signal }),
    () => rdd.reduce(add, { signal }),
    () => rdd.fold(0, add, { signal }),
    () => rdd.aggregate(0, add, add, { signal }),
    () => rdd.treeReduce(add, { signal }),
    () => rdd.treeAggregate(0, add, add, { signal }),
    () => rdd.foreachPartition(() => {}, { signal }),
    () => rdd.foreach(() => {}, { signal }),
    () => rdd.top(1, { signal }),
    () => rdd.min({ signal }),
    () => rdd.takeSample(false, 2, 1, { signal }),
    () => rdd.countByValue({ signal }),
    () => rdd.sum({ signal }),
    () => rdd.stats({ signal }),
    () => rdd.histogram(2, { signal }),
    () => rdd.percentiles([50], { signal }),
    () => rdd.countApproxDistinct(0.05, { signal }),
    () => rdd.countApprox(10_000, { signal }),
    () => rdd.toLocalIterator({ signal }).next(),
    () => rdd.keyBy((i) => i).lookup(1, { signal }),
    () => rdd.keyBy((i) => i).collectAsMap({ signal }),
    () => rdd.keyBy((i) => i).countByKey({ signal }),
    () => rdd.keyBy((i) => i).reduceByKeyLocally(add, { signal }),
    () => sc.submitJob(rdd, () => 1, { signal }).finally(),
  ]
  for (const action of actions) {
    await kit.until(
      t.throwsAsync(action(), { code: 'TROUPE_SPARK_JOB_CANCELLED' }, action.toString()),
    )
  }
})

test('what the engine makes of zeros, sketches and orders travels by capture', async (t) => {
  const { kit, sc } = start(t)
  const pairs = sc.range(0, 20, 1, 3).keyBy((i) => i % 3)
  const lists = pairs.aggregateByKey<number, number, number[]>(
    [],
    (list, i) => [...list, i],
    (a, b) => [...a, ...b],
  )
  t.is((await kit.until(lists.lookup(0))).flat().length, 7)
  t.is(await kit.until(sc.parallelize([1, 1, 2]).distinct().count()), 2)
  const both = sc.parallelize([1, 2, 3]).intersection(sc.parallelize([2, 3, 4]))
  t.deepEqual((await kit.until(both.collect())).sort(), [2, 3])
  t.deepEqual(await kit.until(pairs.topByKey(1).lookup(1)), [[19]])
  t.deepEqual(await kit.until(sc.range(5).top(2, { compare: (a, b) => b - a })), [0, 1])
  t.is(await kit.until(sc.range(0, 100, 1, 20).treeReduce((a, b) => a + b)), 4950)
  t.deepEqual(await kit.until(sc.range(4).cartesian(sc.range(2)).count()), 8)
  t.is(await kit.until(pairs.join(pairs.partitionBy(2)).count()), 49 + 49 + 36)
})

test('a backend that gives up ends the wait for the first executor', async (t) => {
  const kit = testSystem({ name: 'refused' })
  const backend: SchedulerBackend = {
    defaultParallelism: 1,
    start: (context) => {
      context.refused('there is no room for it')
      return Promise.resolve()
    },
    killExecutor: () => {},
    stop: () => Promise.resolve(),
  }
  const options = { master: 'local', appName: 'none', system: kit.system, backend }
  await kit.until(
    t.throwsAsync(SparkContext.create(options), {
      code: 'TROUPE_SPARK_NO_EXECUTORS',
      message: /there is no room for it/,
    }),
  )
  t.true(kit.system.environment.clock.now() < 10_000)
})
