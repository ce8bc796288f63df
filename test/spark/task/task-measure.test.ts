import test from 'ava'

import { emptyMetrics } from '../../../src/spark/rdd/index.ts'
import { TaskMeasure } from '../../../src/spark/task/index.ts'
import { startDriver, eventsOf } from '../context/driver.ts'

test('the phases of a task are measured one by one, the garbage collector over all', async (t) => {
  const at = { ms: 100, cpuNs: 7, collectionMs: 50 }
  const measure = new TaskMeasure({
    nowMs: () => at.ms,
    cpuNs: () => at.cpuNs,
    collectionMs: () => at.collectionMs,
    turn: () => {
      at.collectionMs = 54 // what V8 tells late
      return Promise.resolve()
    },
  })
  const metrics = emptyMetrics()
  Object.assign(at, { ms: 110, cpuNs: 1007 })
  measure.loaded(metrics)
  Object.assign(at, { ms: 140, cpuNs: 5007, collectionMs: 53 })
  measure.computed(metrics)
  Object.assign(at, { ms: 142, cpuNs: 6007 })
  await measure.ended(metrics)
  t.like(metrics, {
    executorDeserializeTime: 10,
    executorDeserializeCpuTime: 1000,
    executorRunTime: 30,
    executorCpuTime: 4000,
    resultSerializationTime: 2,
    jvmGCTime: 4,
  })
})

test('without a meter nothing is measured', async (t) => {
  const metrics = emptyMetrics()
  const measure = new TaskMeasure(undefined)
  measure.loaded(metrics)
  measure.computed(metrics)
  await measure.ended(metrics)
  t.deepEqual(metrics, emptyMetrics())
})

test('a task counts the blocks it reads, and what it gives and writes', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 2 })
  const rows = Array.from({ length: 400 }, (_, i): [number, number] => [i % 40, i])
  const sums = sc.parallelize(rows, 4).reduceByKey((a, b) => a + b, 2)
  await kit.until(sums.map((pair) => pair.join(' ')).saveAsTextFile('/out'))
  const ends = eventsOf(events, 'SparkListenerTaskEnd')
  const reduces = ends.filter(({ taskType }) => taskType === 'ResultTask')
  t.is(reduces.length, 2)
  for (const { taskMetrics } of reduces) {
    if (taskMetrics === undefined) return t.fail('no metrics')
    t.is(taskMetrics.localBlocksFetched + taskMetrics.remoteBlocksFetched, 4)
    t.is(taskMetrics.remoteBytesRead > 0, taskMetrics.remoteBlocksFetched > 0)
    t.true(taskMetrics.remoteBytesRead <= taskMetrics.shuffleReadBytes)
    t.true(taskMetrics.resultSize > 0)
  }
  const written = reduces.reduce(
    (sum, { taskMetrics }) => sum + (taskMetrics?.outputRecords ?? 0),
    0,
  )
  t.is(written, 40)
})
