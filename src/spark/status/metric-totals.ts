import type { TaskMetrics } from '../rdd/index.ts'

/** The metrics of a try as whole numbers, as Spark has them and as the event log keeps them. */
export function wholeMetrics(metrics: TaskMetrics): TaskMetrics {
  return {
    executorDeserializeTime: Math.floor(metrics.executorDeserializeTime),
    executorDeserializeCpuTime: Math.floor(metrics.executorDeserializeCpuTime),
    executorRunTime: Math.floor(metrics.executorRunTime),
    executorCpuTime: Math.floor(metrics.executorCpuTime),
    resultSize: metrics.resultSize,
    jvmGCTime: Math.floor(metrics.jvmGCTime),
    resultSerializationTime: Math.floor(metrics.resultSerializationTime),
    peakExecutionMemory: metrics.peakExecutionMemory,
    inputBytes: metrics.inputBytes,
    inputRecords: metrics.inputRecords,
    outputBytes: metrics.outputBytes,
    outputRecords: metrics.outputRecords,
    shuffleReadBytes: metrics.shuffleReadBytes,
    shuffleReadRecords: metrics.shuffleReadRecords,
    remoteBytesRead: metrics.remoteBytesRead,
    remoteBlocksFetched: metrics.remoteBlocksFetched,
    localBlocksFetched: metrics.localBlocksFetched,
    fetchWaitTime: Math.floor(metrics.fetchWaitTime),
    shuffleWriteBytes: metrics.shuffleWriteBytes,
    shuffleWriteRecords: metrics.shuffleWriteRecords,
    shuffleWriteTime: Math.floor(metrics.shuffleWriteTime),
    spills: metrics.spills,
    memoryBytesSpilled: Math.floor(metrics.memoryBytesSpilled),
    diskBytesSpilled: metrics.diskBytesSpilled,
  }
}

/** Adds what a try has counted, or counts anew, to a sum; `sign` -1 takes it back. */
export function addMetrics(sum: TaskMetrics, metrics: TaskMetrics, sign: 1 | -1 = 1): void {
  sum.executorDeserializeTime += sign * metrics.executorDeserializeTime
  sum.executorDeserializeCpuTime += sign * metrics.executorDeserializeCpuTime
  sum.executorRunTime += sign * metrics.executorRunTime
  sum.executorCpuTime += sign * metrics.executorCpuTime
  sum.resultSize += sign * metrics.resultSize
  sum.jvmGCTime += sign * metrics.jvmGCTime
  sum.resultSerializationTime += sign * metrics.resultSerializationTime
  sum.peakExecutionMemory += sign * metrics.peakExecutionMemory
  sum.inputBytes += sign * metrics.inputBytes
  sum.inputRecords += sign * metrics.inputRecords
  sum.outputBytes += sign * metrics.outputBytes
  sum.outputRecords += sign * metrics.outputRecords
  sum.shuffleReadBytes += sign * metrics.shuffleReadBytes
  sum.shuffleReadRecords += sign * metrics.shuffleReadRecords
  sum.remoteBytesRead += sign * metrics.remoteBytesRead
  sum.remoteBlocksFetched += sign * metrics.remoteBlocksFetched
  sum.localBlocksFetched += sign * metrics.localBlocksFetched
  sum.fetchWaitTime += sign * metrics.fetchWaitTime
  sum.shuffleWriteBytes += sign * metrics.shuffleWriteBytes
  sum.shuffleWriteRecords += sign * metrics.shuffleWriteRecords
  sum.shuffleWriteTime += sign * metrics.shuffleWriteTime
  sum.spills += sign * metrics.spills
  sum.memoryBytesSpilled += sign * metrics.memoryBytesSpilled
  sum.diskBytesSpilled += sign * metrics.diskBytesSpilled
}
