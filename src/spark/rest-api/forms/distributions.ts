import { metricsBy } from '../../events/index.ts'
import type { TaskMetrics } from '../../rdd/index.ts'
import {
  taskDuration,
  taskStatus,
  type ExecutorStageRecord,
  type StageRecord,
  type TaskRecord,
} from '../../status/index.ts'
import type { JsonFields } from '../pretty-json.ts'
import { pushed } from './peaks.ts'
import { gettingResultMs, schedulerDelay } from './task.ts'

/** The values at some quantiles, of values in no order: Spark takes those that are there, and means none. */
function atQuantiles(values: readonly number[], quantiles: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort()
  return quantiles.map((quantile) => {
    const at = Math.min(Math.floor(quantile * sorted.length), sorted.length - 1)
    return sorted[Math.max(0, at)] ?? 0
  })
}

/**
 * What the tries of a stage that have succeeded have counted; undefined when there are none.
 *
 * @param given quantiles of 0 to 1, in any order
 */
export function taskDistributions(
  stage: StageRecord,
  given: readonly number[],
): JsonFields | undefined {
  const tasks = [...stage.tasks.values()].filter(
    ({ info, metrics }) => metrics !== undefined && taskStatus(info) === 'SUCCESS',
  )
  if (tasks.length === 0) return undefined
  const quantiles = [...given].sort((a, b) => a - b)
  const of = (value: (task: TaskRecord) => number): number[] =>
    atQuantiles(tasks.map(value), quantiles)
  const sum = (value: (metrics: TaskMetrics) => number): number[] =>
    of(({ metrics }) => (metrics === undefined ? 0 : value(metrics)))
  const zeros = quantiles.map(() => 0)
  return {
    quantiles,
    duration: of(({ info }) => taskDuration(info, 0)),
    executorDeserializeTime: sum((one) => one.executorDeserializeTime),
    executorDeserializeCpuTime: sum((one) => one.executorDeserializeCpuTime),
    executorRunTime: sum((one) => one.executorRunTime),
    executorCpuTime: sum((one) => one.executorCpuTime),
    resultSize: sum((one) => one.resultSize),
    jvmGcTime: sum((one) => one.jvmGCTime),
    resultSerializationTime: sum((one) => one.resultSerializationTime),
    gettingResultTime: of((task) => gettingResultMs(task, 0)),
    schedulerDelay: of((task) => schedulerDelay(task, 0)),
    peakExecutionMemory: sum((one) => one.peakExecutionMemory),
    memoryBytesSpilled: sum((one) => one.memoryBytesSpilled),
    diskBytesSpilled: sum((one) => one.diskBytesSpilled),
    inputMetrics: {
      bytesRead: sum((one) => one.inputBytes),
      recordsRead: sum((one) => one.inputRecords),
    },
    outputMetrics: {
      bytesWritten: sum((one) => one.outputBytes),
      recordsWritten: sum((one) => one.outputRecords),
    },
    shuffleReadMetrics: {
      readBytes: sum((one) => one.shuffleReadBytes),
      readRecords: sum((one) => one.shuffleReadRecords),
      remoteBlocksFetched: sum((one) => one.remoteBlocksFetched),
      localBlocksFetched: sum((one) => one.localBlocksFetched),
      fetchWaitTime: sum((one) => one.fetchWaitTime),
      remoteBytesRead: sum((one) => one.remoteBytesRead),
      remoteBytesReadToDisk: zeros,
      totalBlocksFetched: sum((one) => one.remoteBlocksFetched + one.localBlocksFetched),
      remoteReqsDuration: zeros,
      shufflePushReadMetricsDist: pushed(zeros),
    },
    shuffleWriteMetrics: {
      writeBytes: sum((one) => one.shuffleWriteBytes),
      writeRecords: sum((one) => one.shuffleWriteRecords),
      writeTime: sum((one) => one.shuffleWriteTime),
    },
  }
}

/** What executors have done of a stage; undefined when none has. */
export function executorDistributions(
  stage: StageRecord,
  given: readonly number[],
): JsonFields | undefined {
  const executors = [...stage.executors.values()]
  if (executors.length === 0) return undefined
  const quantiles = [...given].sort((a, b) => a - b)
  const of = (value: (executor: ExecutorStageRecord) => number): number[] =>
    atQuantiles(executors.map(value), quantiles)
  return {
    quantiles,
    taskTime: of((one) => one.taskTime),
    failedTasks: of((one) => one.failedTasks),
    succeededTasks: of((one) => one.completedTasks),
    killedTasks: of((one) => one.killedTasks),
    inputBytes: of(({ metrics }) => metrics.inputBytes),
    inputRecords: of(({ metrics }) => metrics.inputRecords),
    outputBytes: of(({ metrics }) => metrics.outputBytes),
    outputRecords: of(({ metrics }) => metrics.outputRecords),
    shuffleRead: of(({ metrics }) => metrics.shuffleReadBytes),
    shuffleReadRecords: of(({ metrics }) => metrics.shuffleReadRecords),
    shuffleWrite: of(({ metrics }) => metrics.shuffleWriteBytes),
    shuffleWriteRecords: of(({ metrics }) => metrics.shuffleWriteRecords),
    memoryBytesSpilled: of(({ metrics }) => metrics.memoryBytesSpilled),
    diskBytesSpilled: of(({ metrics }) => metrics.diskBytesSpilled),
    peakMemoryMetrics: metricsBy((name) => of(({ peaks }) => peaks?.[name] ?? 0)),
  }
}
