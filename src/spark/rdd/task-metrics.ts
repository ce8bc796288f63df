/**
 * What a task has counted so far, by Spark's names. Times are in ms, those of the CPU and of writing in ns, as in Spark.
 *
 * @see TaskMetrics.scala in Spark
 */
export interface TaskMetrics {
  /** To have the stage's functions and broadcasts there, before the first row. */
  executorDeserializeTime: number
  executorDeserializeCpuTime: number
  /** From the first row to the last, without the times before and behind. */
  executorRunTime: number
  /** Of the task's thread meanwhile; 0 where the system does not say. */
  executorCpuTime: number
  /** Bytes of what the task gives to the driver: its value, and what it adds to accumulators. */
  resultSize: number
  /** Of the garbage collector in the task's thread, while the task ran. */
  jvmGCTime: number
  resultSerializationTime: number
  /** The most bytes of execution memory at one time. */
  peakExecutionMemory: number
  inputBytes: number
  inputRecords: number
  outputBytes: number
  outputRecords: number
  shuffleReadBytes: number
  shuffleReadRecords: number
  /** Of shuffleReadBytes, those from other executors. */
  remoteBytesRead: number
  remoteBlocksFetched: number
  localBlocksFetched: number
  /** How long the task waited for blocks, until they were there and checked. */
  fetchWaitTime: number
  shuffleWriteBytes: number
  shuffleWriteRecords: number
  /** To sort, merge and write what is left when all rows are there. */
  shuffleWriteTime: number
  spills: number
  /** Of memory that spills have made free, as estimated. */
  memoryBytesSpilled: number
  /** That spills have written. */
  diskBytesSpilled: number
}

/** Counters at zero. */
export function emptyMetrics(): TaskMetrics {
  return {
    executorDeserializeTime: 0,
    executorDeserializeCpuTime: 0,
    executorRunTime: 0,
    executorCpuTime: 0,
    resultSize: 0,
    jvmGCTime: 0,
    resultSerializationTime: 0,
    peakExecutionMemory: 0,
    inputBytes: 0,
    inputRecords: 0,
    outputBytes: 0,
    outputRecords: 0,
    shuffleReadBytes: 0,
    shuffleReadRecords: 0,
    remoteBytesRead: 0,
    remoteBlocksFetched: 0,
    localBlocksFetched: 0,
    fetchWaitTime: 0,
    shuffleWriteBytes: 0,
    shuffleWriteRecords: 0,
    shuffleWriteTime: 0,
    spills: 0,
    memoryBytesSpilled: 0,
    diskBytesSpilled: 0,
  }
}
