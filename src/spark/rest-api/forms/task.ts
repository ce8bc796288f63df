import type { AccumulableInfo } from '../../events/index.ts'
import type { TaskMetrics } from '../../rdd/index.ts'
import { taskDuration, taskStatus, type TaskRecord } from '../../status/index.ts'
import { sparkDate } from '../dates.ts'
import type { JsonFields } from '../pretty-json.ts'
import { pushed } from './peaks.ts'

/** @param nowMs until when a try that runs has run */
export function taskJson(task: TaskRecord, nowMs: number): JsonFields {
  const { info, metrics } = task
  const duration = taskDuration(info, nowMs)
  return {
    taskId: info.taskId,
    index: info.index,
    attempt: info.attemptNumber,
    partitionId: info.partitionId,
    launchTime: sparkDate(info.launchTime),
    resultFetchStart: info.gettingResultTime === 0 ? undefined : sparkDate(info.gettingResultTime),
    duration: duration > 0 ? duration : undefined, // as in Spark
    executorId: info.executorId,
    host: info.host,
    status: taskStatus(info),
    taskLocality: info.taskLocality,
    speculative: info.speculative,
    accumulatorUpdates: accumulablesJson(info.accumulables),
    errorMessage: task.error,
    taskMetrics: metrics && metricsJson(metrics),
    executorLogs: {},
    schedulerDelay: schedulerDelay(task, nowMs),
    gettingResultTime: gettingResultMs(task, nowMs),
  }
}

/** How long the result was on its way by itself. */
export function gettingResultMs({ info }: TaskRecord, nowMs: number): number {
  if (info.gettingResultTime === 0) return 0
  const end = info.finishTime === 0 ? nowMs : info.finishTime
  return Math.floor(end) - Math.floor(info.gettingResultTime)
}

/** What of a try that is over nothing else accounts for. */
export function schedulerDelay(task: TaskRecord, nowMs: number): number {
  const { info, metrics } = task
  if (info.finishTime === 0 || metrics === undefined) return 0
  const busy =
    metrics.executorRunTime + metrics.executorDeserializeTime + metrics.resultSerializationTime
  const delay = taskDuration(info, nowMs) - busy - gettingResultMs(task, nowMs)
  return Math.max(0, delay)
}

/** Accumulators with a name. */
export function accumulablesJson(accumulables: readonly AccumulableInfo[]): JsonFields[] {
  return accumulables.map(({ id, name, update, value }) => ({ id, name, update, value }))
}

/** What running costs, by names that tasks and stages share. */
export function workJson(metrics: TaskMetrics): JsonFields {
  return {
    executorDeserializeTime: metrics.executorDeserializeTime,
    executorDeserializeCpuTime: metrics.executorDeserializeCpuTime,
    executorRunTime: metrics.executorRunTime,
    executorCpuTime: metrics.executorCpuTime,
    resultSize: metrics.resultSize,
    jvmGcTime: metrics.jvmGCTime,
    resultSerializationTime: metrics.resultSerializationTime,
    memoryBytesSpilled: metrics.memoryBytesSpilled,
    diskBytesSpilled: metrics.diskBytesSpilled,
    peakExecutionMemory: metrics.peakExecutionMemory,
  }
}

function metricsJson(metrics: TaskMetrics): JsonFields {
  return {
    ...workJson(metrics),
    inputMetrics: { bytesRead: metrics.inputBytes, recordsRead: metrics.inputRecords },
    outputMetrics: { bytesWritten: metrics.outputBytes, recordsWritten: metrics.outputRecords },
    shuffleReadMetrics: {
      remoteBlocksFetched: metrics.remoteBlocksFetched,
      localBlocksFetched: metrics.localBlocksFetched,
      fetchWaitTime: metrics.fetchWaitTime,
      remoteBytesRead: metrics.remoteBytesRead,
      remoteBytesReadToDisk: 0,
      localBytesRead: metrics.shuffleReadBytes - metrics.remoteBytesRead,
      recordsRead: metrics.shuffleReadRecords,
      remoteReqsDuration: 0,
      shufflePushReadMetrics: pushed(0),
    },
    shuffleWriteMetrics: {
      bytesWritten: metrics.shuffleWriteBytes,
      writeTime: metrics.shuffleWriteTime,
      recordsWritten: metrics.shuffleWriteRecords,
    },
  }
}
