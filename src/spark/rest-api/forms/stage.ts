import { NO_EXECUTOR_METRICS } from '../../events/index.ts'
import {
  taskStatus,
  type ExecutorStageRecord,
  type StageRecord,
  type TaskStatus,
} from '../../status/index.ts'
import { sparkDateOf } from '../dates.ts'
import type { JsonFields } from '../pretty-json.ts'
import { isAmong } from '../query.ts'
import { executorDistributions, taskDistributions } from './distributions.ts'
import { accumulablesJson, taskJson, workJson } from './task.ts'

/** How much of a stage is told. */
export interface StageDetails {
  readonly hasTasks: boolean
  /** Which of them; all when there are none. */
  readonly taskStatuses: readonly TaskStatus[]
  readonly hasSummaries: boolean
  readonly quantiles: readonly number[]
}

/** @param nowMs until when tries that run have run */
export function stageJson(stage: StageRecord, details: StageDetails, nowMs: number): JsonFields {
  const { info, metrics } = stage
  const { hasTasks, hasSummaries, quantiles } = details
  return {
    status: stage.status,
    stageId: info.stageId,
    attemptId: info.attemptNumber,
    numTasks: info.numTasks,
    numActiveTasks: stage.activeTasks,
    numCompleteTasks: stage.completedTasks,
    numFailedTasks: stage.failedTasks,
    numKilledTasks: stage.killedTasks,
    numCompletedIndices: stage.doneIndices.size,
    submissionTime: sparkDateOf(info.submissionTime),
    firstTaskLaunchedTime: sparkDateOf(stage.firstLaunchTime),
    completionTime: sparkDateOf(info.completionTime),
    failureReason: info.failureReason,
    ...workJson(metrics),
    inputBytes: metrics.inputBytes,
    inputRecords: metrics.inputRecords,
    outputBytes: metrics.outputBytes,
    outputRecords: metrics.outputRecords,
    shuffleRemoteBlocksFetched: metrics.remoteBlocksFetched,
    shuffleLocalBlocksFetched: metrics.localBlocksFetched,
    shuffleFetchWaitTime: metrics.fetchWaitTime,
    shuffleRemoteBytesRead: metrics.remoteBytesRead,
    shuffleRemoteBytesReadToDisk: 0,
    shuffleLocalBytesRead: metrics.shuffleReadBytes - metrics.remoteBytesRead,
    shuffleReadBytes: metrics.shuffleReadBytes,
    shuffleReadRecords: metrics.shuffleReadRecords,
    shuffleCorruptMergedBlockChunks: 0,
    shuffleMergedFetchFallbackCount: 0,
    shuffleMergedRemoteBlocksFetched: 0,
    shuffleMergedLocalBlocksFetched: 0,
    shuffleMergedRemoteChunksFetched: 0,
    shuffleMergedLocalChunksFetched: 0,
    shuffleMergedRemoteBytesRead: 0,
    shuffleMergedLocalBytesRead: 0,
    shuffleRemoteReqsDuration: 0,
    shuffleMergedRemoteReqsDuration: 0,
    shuffleWriteBytes: metrics.shuffleWriteBytes,
    shuffleWriteTime: metrics.shuffleWriteTime,
    shuffleWriteRecords: metrics.shuffleWriteRecords,
    name: info.name,
    description: stage.description,
    details: info.details ?? '',
    schedulingPool: stage.schedulingPool,
    rddIds: info.rddInfos.map(({ rddId }) => rddId),
    accumulatorUpdates: accumulablesJson(info.accumulables),
    tasks: hasTasks ? tasksJson(stage, details.taskStatuses, nowMs) : undefined,
    executorSummary: hasTasks ? executorsJson(stage) : undefined,
    speculationSummary: hasTasks ? speculationJson(stage) : undefined,
    killedTasksSummary: Object.fromEntries(stage.killed),
    resourceProfileId: info.resourceProfileId ?? 0,
    peakExecutorMetrics: stage.peaks,
    taskMetricsDistributions: hasSummaries ? taskDistributions(stage, quantiles) : undefined,
    executorMetricsDistributions: hasSummaries
      ? executorDistributions(stage, quantiles)
      : undefined,
    isShufflePushEnabled: false,
    shuffleMergersCount: 0,
  }
}

function tasksJson(
  { tasks }: StageRecord,
  statuses: readonly TaskStatus[],
  nowMs: number,
): JsonFields {
  const wanted = [...tasks.values()].filter(({ info }) => isAmong(statuses, taskStatus(info)))
  return Object.fromEntries(wanted.map((task) => [task.info.taskId, taskJson(task, nowMs)]))
}

function executorsJson({ executors }: StageRecord): JsonFields {
  return Object.fromEntries([...executors].map(([id, one]) => [id, executorJson(one)]))
}

function executorJson({ metrics, peaks, ...one }: ExecutorStageRecord): JsonFields {
  return {
    taskTime: one.taskTime,
    failedTasks: one.failedTasks,
    succeededTasks: one.completedTasks,
    killedTasks: one.killedTasks,
    inputBytes: metrics.inputBytes,
    inputRecords: metrics.inputRecords,
    outputBytes: metrics.outputBytes,
    outputRecords: metrics.outputRecords,
    shuffleRead: metrics.shuffleReadBytes,
    shuffleReadRecords: metrics.shuffleReadRecords,
    shuffleWrite: metrics.shuffleWriteBytes,
    shuffleWriteRecords: metrics.shuffleWriteRecords,
    memoryBytesSpilled: metrics.memoryBytesSpilled,
    diskBytesSpilled: metrics.diskBytesSpilled,
    isBlacklistedForStage: one.isExcluded,
    peakMemoryMetrics: peaks ?? NO_EXECUTOR_METRICS,
    isExcludedForStage: one.isExcluded,
  }
}

function speculationJson({ speculation }: StageRecord): JsonFields | undefined {
  return (
    speculation && {
      numTasks: speculation.tasks,
      numActiveTasks: speculation.active,
      numCompletedTasks: speculation.completed,
      numFailedTasks: speculation.failed,
      numKilledTasks: speculation.killed,
    }
  )
}
