import test, { type ExecutionContext } from 'ava'

import { SparkContext } from '../../../src/spark/index.ts'
import type { TaskMetrics } from '../../../src/spark/rdd/index.ts'
import { startDriver } from './driver.ts'

/** The metrics of the tries of a map stage that fails in its third row, by whether the try has succeeded. */
async function metricsOfTries(
  t: ExecutionContext,
  sc: SparkContext,
  until: <T>(promise: Promise<T>) => Promise<T>,
): Promise<readonly (TaskMetrics | undefined)[]> {
  const failed: (TaskMetrics | undefined)[] = []
  sc.addSparkListener({
    onTaskEnd({ reason, taskMetrics }) {
      if (reason.reason !== 'Success') failed.push(taskMetrics)
    },
  })
  const pairs = sc.parallelize([1, 2, 3, 4], 1).map((n) => [n % 2, n] as const)
  const failing = pairs.groupByKey(1).map(([key, values]) => {
    if (key === 0) throw new RangeError('no zeros')
    return values.length
  })
  await until(t.throwsAsync(failing.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  return failed
}

test('a try that fails tells what it has counted', async (t) => {
  const { kit, sc } = startDriver(t, { conf: { 'spark.task.maxFailures': 2 } })
  const failed = await metricsOfTries(t, sc, (promise) => kit.until(promise))
  t.is(failed.length, 2)
  for (const metrics of failed) {
    t.is(metrics?.shuffleReadRecords, 4)
    t.is(metrics?.resultSize, 0)
  }
})

test('a try that fails in a task thread tells what it has counted, and how long it took', async (t) => {
  const sc = await SparkContext.create({ master: 'local[1,2]', appName: 'failed tries' })
  t.teardown(() => sc.stop())
  const failed = await metricsOfTries(t, sc, (promise) => promise)
  t.is(failed.length, 2)
  for (const metrics of failed) {
    t.is(metrics?.shuffleReadRecords, 4)
    t.true((metrics?.executorDeserializeTime ?? 0) + (metrics?.executorRunTime ?? 0) > 0)
  }
})

test('a try whose thread ends tells nothing, since nobody knows', async (t) => {
  const sc = await SparkContext.create({ master: 'local[1]', appName: 'ended' })
  t.teardown(() => sc.stop())
  const failed: unknown[] = []
  sc.addSparkListener({
    onTaskEnd({ taskMetrics }) {
      failed.push(taskMetrics)
    },
  })
  const exiting = sc.parallelize([1], 1).map(() => process.exit(3))
  await t.throwsAsync(exiting.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.deepEqual(failed, [undefined])
})
