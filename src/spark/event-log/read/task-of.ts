import { metricsBy } from '../../events/index.ts'
import type {
  ExecutorMetrics,
  ListenerTaskInfo,
  LocalityLevel,
  TaskEndReason,
  TaskListenerEvent,
} from '../../events/index.ts'
import type { TaskMetrics } from '../../rdd/index.ts'
import type { Fields } from './fields.ts'
import { accumulablesOf } from './stage-of.ts'

type TaskEnd = Extract<TaskListenerEvent, { readonly type: 'SparkListenerTaskEnd' }>

/** Figures that were measured. */
export function executorMetricsOf(fields: Fields): ExecutorMetrics {
  return metricsBy((name) => fields.number(name))
}

export function taskEndOf(fields: Fields): TaskEnd {
  const executorMetrics = fields.of('Task Executor Metrics')
  return {
    type: 'SparkListenerTaskEnd',
    stageId: fields.number('Stage ID'),
    stageAttemptId: fields.number('Stage Attempt ID'),
    taskType: fields.text('Task Type') === 'ResultTask' ? 'ResultTask' : 'ShuffleMapTask',
    reason: reasonOf(fields.of('Task End Reason')),
    taskInfo: taskOf(fields.of('Task Info')),
    ...(executorMetrics.names().length === 0
      ? {}
      : { taskExecutorMetrics: executorMetricsOf(executorMetrics) }),
    ...(fields.has('Task Metrics') ? { taskMetrics: metricsOf(fields.of('Task Metrics')) } : {}),
  }
}

export function taskOf(fields: Fields): ListenerTaskInfo {
  const index = fields.number('Index')
  return {
    taskId: fields.number('Task ID'),
    index,
    attemptNumber: fields.number('Attempt'),
    partitionId: fields.number('Partition ID', index),
    launchTime: fields.number('Launch Time'),
    executorId: fields.text('Executor ID'),
    host: fields.text('Host'),
    taskLocality: fields.text('Locality', 'ANY') as LocalityLevel,
    speculative: fields.flag('Speculative'),
    gettingResultTime: fields.number('Getting Result Time'),
    finishTime: fields.number('Finish Time'),
    failed: fields.flag('Failed'),
    killed: fields.flag('Killed'),
    accumulables: accumulablesOf(fields),
  }
}

function reasonOf(fields: Fields): TaskEndReason {
  const reason = fields.text('Reason')
  switch (reason) {
    case 'Success':
      return { reason }
    case 'TaskKilled':
      return { reason, killReason: fields.text('Kill Reason', 'unknown reason') }
    case 'TaskCommitDenied':
      return { reason, message: '' }
    case 'FetchFailed':
      return {
        reason,
        message: fields.text('Message'),
        failure: {
          kind: 'missing',
          shuffleId: fields.number('Shuffle ID'),
          mapPartition: fields.number('Map Index'),
          mapAttempt: fields.number('Map ID'),
          reducePartition: fields.number('Reduce ID'),
          executorId: fields.of('Block Manager Address').text('Executor ID'),
        },
      }
    case 'ExecutorLostFailure':
      return {
        reason,
        executorId: fields.text('Executor ID'),
        exitCausedByApp: fields.flag('Exit Caused By App'),
        lossReason: fields.text('Loss Reason'),
      }
    default: {
      const description = fields.text('Description', reason)
      return {
        reason: 'ExceptionFailure',
        className: fields.text('Class Name', reason),
        description,
        fullStackTrace: fields.text('Full Stack Trace', description),
      }
    }
  }
}

function metricsOf(fields: Fields): TaskMetrics {
  const read = fields.of('Shuffle Read Metrics')
  const written = fields.of('Shuffle Write Metrics')
  const input = fields.of('Input Metrics')
  const output = fields.of('Output Metrics')
  const remoteBytesRead = read.number('Remote Bytes Read')
  return {
    executorDeserializeTime: fields.number('Executor Deserialize Time'),
    executorDeserializeCpuTime: fields.number('Executor Deserialize CPU Time'),
    executorRunTime: fields.number('Executor Run Time'),
    executorCpuTime: fields.number('Executor CPU Time'),
    resultSize: fields.number('Result Size'),
    jvmGCTime: fields.number('JVM GC Time'),
    resultSerializationTime: fields.number('Result Serialization Time'),
    peakExecutionMemory: fields.number('Peak Execution Memory'),
    inputBytes: input.number('Bytes Read'),
    inputRecords: input.number('Records Read'),
    outputBytes: output.number('Bytes Written'),
    outputRecords: output.number('Records Written'),
    shuffleReadBytes: remoteBytesRead + read.number('Local Bytes Read'),
    shuffleReadRecords: read.number('Total Records Read'),
    remoteBytesRead,
    remoteBlocksFetched: read.number('Remote Blocks Fetched'),
    localBlocksFetched: read.number('Local Blocks Fetched'),
    fetchWaitTime: read.number('Fetch Wait Time'),
    shuffleWriteBytes: written.number('Shuffle Bytes Written'),
    shuffleWriteRecords: written.number('Shuffle Records Written'),
    shuffleWriteTime: written.number('Shuffle Write Time'),
    spills: 0,
    memoryBytesSpilled: fields.number('Memory Bytes Spilled'),
    diskBytesSpilled: fields.number('Disk Bytes Spilled'),
  }
}
