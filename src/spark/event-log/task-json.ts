import type { BlockManagerId, ListenerTaskInfo, TaskListenerEvent } from '../events/index.ts'
import type { TaskMetrics } from '../rdd/index.ts'
import type { Json, JsonObject } from './json.ts'
import { stackFrames } from './stack-frames.ts'
import { accumulablesJson, whole } from './stage-json.ts'

type TaskEnd = Extract<TaskListenerEvent, { readonly type: 'SparkListenerTaskEnd' }>

/** One try of a task. */
export function taskInfoJson(info: ListenerTaskInfo): JsonObject {
  return {
    'Task ID': info.taskId,
    Index: info.index,
    Attempt: info.attemptNumber,
    'Partition ID': info.partitionId,
    'Launch Time': whole(info.launchTime),
    'Executor ID': info.executorId,
    Host: info.host,
    Locality: info.taskLocality,
    Speculative: info.speculative,
    'Getting Result Time': whole(info.gettingResultTime),
    'Finish Time': whole(info.finishTime),
    Failed: info.failed,
    Killed: info.killed,
    Accumulables: accumulablesJson(info.accumulables),
  }
}

/** Readers take whole numbers only. */
export function taskMetricsJson(metrics: TaskMetrics): JsonObject {
  return {
    'Executor Deserialize Time': whole(metrics.executorDeserializeTime),
    'Executor Deserialize CPU Time': whole(metrics.executorDeserializeCpuTime),
    'Executor Run Time': whole(metrics.executorRunTime),
    'Executor CPU Time': whole(metrics.executorCpuTime),
    'Peak Execution Memory': metrics.peakExecutionMemory,
    // Which of it was off the heap is not told apart.
    'Peak On Heap Execution Memory': 0,
    'Peak Off Heap Execution Memory': 0,
    'Result Size': metrics.resultSize,
    'JVM GC Time': whole(metrics.jvmGCTime),
    'Result Serialization Time': whole(metrics.resultSerializationTime),
    'Memory Bytes Spilled': whole(metrics.memoryBytesSpilled),
    'Disk Bytes Spilled': metrics.diskBytesSpilled,
    'Shuffle Read Metrics': {
      'Remote Blocks Fetched': metrics.remoteBlocksFetched,
      'Local Blocks Fetched': metrics.localBlocksFetched,
      'Fetch Wait Time': whole(metrics.fetchWaitTime),
      'Remote Bytes Read': metrics.remoteBytesRead,
      'Remote Bytes Read To Disk': 0,
      'Local Bytes Read': metrics.shuffleReadBytes - metrics.remoteBytesRead,
      'Total Records Read': metrics.shuffleReadRecords,
      'Remote Requests Duration': 0,
    },
    'Shuffle Write Metrics': {
      'Shuffle Bytes Written': metrics.shuffleWriteBytes,
      'Shuffle Write Time': whole(metrics.shuffleWriteTime),
      'Shuffle Records Written': metrics.shuffleWriteRecords,
    },
    'Input Metrics': { 'Bytes Read': metrics.inputBytes, 'Records Read': metrics.inputRecords },
    'Output Metrics': {
      'Bytes Written': metrics.outputBytes,
      'Records Written': metrics.outputRecords,
    },
    'Updated Blocks': [],
  }
}

/** How a try ended. @param addressOf where an executor keeps its blocks, if that is known */
export function taskEndReasonJson(
  { reason, stageId, taskInfo }: TaskEnd,
  addressOf: (executorId: string) => BlockManagerId | undefined,
): JsonObject {
  switch (reason.reason) {
    case 'Success':
      return { Reason: reason.reason }
    case 'FetchFailed': {
      const { failure, message } = reason
      const address = addressOf(failure.executorId)
      return {
        Reason: reason.reason,
        'Block Manager Address': address === undefined ? null : blockManagerIdJson(address),
        'Shuffle ID': failure.shuffleId,
        'Map ID': failure.mapAttempt,
        'Map Index': failure.mapPartition,
        'Reduce ID': failure.reducePartition,
        Message: message,
      }
    }
    case 'ExceptionFailure':
      return {
        Reason: reason.reason,
        'Class Name': reason.className,
        Description: reason.description,
        'Stack Trace': stackFrames(reason.fullStackTrace),
        'Full Stack Trace': reason.fullStackTrace,
        'Accumulator Updates': [],
      }
    case 'TaskKilled':
      return {
        Reason: reason.reason,
        'Kill Reason': reason.killReason,
        'Accumulator Updates': [],
      }
    case 'TaskCommitDenied':
      return {
        Reason: reason.reason,
        'Job ID': stageId,
        'Partition ID': taskInfo.partitionId,
        'Attempt Number': taskInfo.attemptNumber,
      }
    case 'ExecutorLostFailure':
      return {
        Reason: reason.reason,
        'Executor ID': reason.executorId,
        'Exit Caused By App': reason.exitCausedByApp,
        'Loss Reason': reason.lossReason,
      }
  }
}

export function blockManagerIdJson({ executorId, host, port }: BlockManagerId): Json {
  return { 'Executor ID': executorId, Host: host, Port: port }
}
