import test from 'ava'

import { metricsBy, type ExecutorMetrics } from '../../../src/spark/events/index.ts'
import { GAUGE_BYTES, ThreadGauge } from '../../../src/spark/executor/metrics/index.ts'
import { StagePeaks } from '../../../src/spark/executor/metrics/stage-peaks.ts'
import { SparkContext, type SparkEvent } from '../../../src/spark/index.ts'
import { emptyMetrics } from '../../../src/spark/rdd/index.ts'

const memory = {
  heapBytes: 1,
  externalBytes: 2,
  bufferBytes: 3,
  minorCount: 4,
  minorMs: 5.5,
  majorCount: 6,
  majorMs: 7,
  incrementalCount: 8,
  incrementalMs: 9,
}

test('what one thread writes of itself another reads, with the try that runs or without', (t) => {
  const shared = new SharedArrayBuffer(GAUGE_BYTES)
  const [writer, reader] = [new ThreadGauge(shared), new ThreadGauge(shared)]
  t.is(reader.read(), undefined, 'nothing is there yet')
  writer.write(memory, undefined)
  t.deepEqual(reader.read(), { memory, running: undefined })
  const metrics = { ...emptyMetrics(), inputRecords: 2 ** 40, executorRunTime: 1.5 }
  const running = { taskAttemptId: 7, stageId: 3, stageAttempt: 1, metrics }
  writer.write(memory, running)
  t.deepEqual(reader.read(), { memory, running })
  writer.write(memory, undefined)
  t.deepEqual(reader.read(), { memory, running: undefined })
})

const heap = (bytes: number): ExecutorMetrics =>
  metricsBy((name) => (name === 'JVMHeapMemory' ? bytes : 0))
const key = (stageId: number): { stageId: number; stageAttempt: number } => ({
  stageId,
  stageAttempt: 0,
})

test('a reading counts for the stages that have tries, and is told once', (t) => {
  const peaks = new StagePeaks()
  const told = (): [number, number][] =>
    peaks.take().map(({ stageId, peaks: most }) => [stageId, most.JVMHeapMemory])
  t.deepEqual(told(), [])
  peaks.started(key(1))
  peaks.started(key(2))
  peaks.measured(heap(5), 0)
  peaks.measured(heap(3), 1)
  t.deepEqual(told(), [
    [1, 5],
    [2, 5],
  ])
  peaks.ended(key(1), 2)
  peaks.measured(heap(4), 2, key(1))
  t.deepEqual(told(), [
    [1, 4],
    [2, 4],
  ])
  peaks.measured(heap(6), 3)
  t.deepEqual(told(), [[2, 6]], 'the first has ended, and was told of')
})

test('a try that ends asks for a reading when there is none of late', (t) => {
  const peaks = new StagePeaks()
  for (let i = 0; i < 3; i += 1) peaks.started(key(1))
  t.true(peaks.ended(key(1), 10))
  peaks.measured(heap(1), 10, key(1))
  t.is(peaks.tell(key(1))?.JVMHeapMemory, 1)
  t.is(peaks.tell(key(1)), undefined, 'it was told')
  t.false(peaks.ended(key(1), 100))
  t.true(peaks.ended(key(1), 400))
  peaks.measured(heap(1), 400, key(1))
  t.is(peaks.tell(key(1))?.JVMHeapMemory, 1)
  peaks.started(key(2))
  t.false(peaks.ended(key(2), 401))
  t.is(peaks.tell(key(2))?.JVMHeapMemory, 1, 'what is not old counts for a stage without any')
})

test('an executor tells of tries that run, also in a thread that is busy, and of its memory', async (t) => {
  t.timeout(120_000)
  const events: SparkEvent[] = []
  const sc = await SparkContext.create({
    master: 'local[1]',
    appName: 'beats',
    conf: {
      'spark.executor.heartbeatInterval': '200ms',
      'spark.executor.processTreeMetrics.enabled': true,
      'spark.executor.metrics.pollingInterval': '50ms',
    },
  })
  t.teardown(() => sc.stop())
  const told = new Promise<Extract<SparkEvent, { type: 'SparkListenerExecutorMetricsUpdate' }>>(
    (resolve) => {
      sc.addListener((event) => {
        events.push(event)
        if (event.type !== 'SparkListenerExecutorMetricsUpdate') return
        const [first] = event.accumUpdates
        if (first !== undefined && first[3].executorRunTime > 0 && first[3].jvmGCTime >= 0)
          resolve(event)
      })
    },
  )
  const endless = sc.parallelize([1], 1).mapPartitions(function* () {
    for (let n = 0; ; n += 1) yield { n }
  })
  const job = t.throwsAsync(endless.count(), { code: 'TROUPE_SPARK_JOB_CANCELLED' })
  const { execId, accumUpdates, executorUpdates } = await told
  sc.cancelAllJobs()
  await job
  t.is(execId, 'driver')
  const started = events.find(({ type }) => type === 'SparkListenerTaskStart')
  t.like(started, { taskInfo: { taskId: accumUpdates[0]?.[0] } })
  const [stageId, , peaks] = executorUpdates[0] ?? []
  t.is(stageId, 0)
  for (const name of ['JVMHeapMemory', 'JVMOffHeapMemory', 'DirectPoolMemory'] as const)
    t.true((peaks?.[name] ?? 0) > 0, name)
  if (process.platform === 'linux') t.true((peaks?.ProcessTreeJVMRSSMemory ?? 0) > 1e7)
  t.is(await sc.parallelize([1], 1).count(), 1)
  const end = events.find(
    (event) => event.type === 'SparkListenerTaskEnd' && event.reason.reason === 'Success',
  ) as Extract<SparkEvent, { type: 'SparkListenerTaskEnd' }> | undefined
  t.true((end?.taskExecutorMetrics?.JVMHeapMemory ?? 0) > 0, 'each stage has a reading')
})
