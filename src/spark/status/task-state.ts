import type { ListenerTaskInfo, TaskEndReason } from '../events/index.ts'

/** How a try of a task stands, in Spark's words. */
export type TaskStatus = 'RUNNING' | 'GET RESULT' | 'SUCCESS' | 'FAILED' | 'KILLED'

export function taskStatus(info: ListenerTaskInfo): TaskStatus {
  if (info.finishTime === 0) return info.gettingResultTime === 0 ? 'RUNNING' : 'GET RESULT'
  if (info.failed) return 'FAILED'
  return info.killed ? 'KILLED' : 'SUCCESS'
}

/** How long a try has taken, in whole ms; one that runs has until now. */
export function taskDuration(info: ListenerTaskInfo, nowMs: number): number {
  const end = info.finishTime === 0 ? nowMs : info.finishTime
  return Math.floor(end) - Math.floor(info.launchTime)
}

/** Where an executor keeps its blocks, as Spark writes it; `null` when that is not known. */
export type AddressOf = (executorId: string) => string

/**
 * Why a try did not succeed, as Spark's task page says it.
 *
 * @see TaskEndReason.scala in Spark, toErrorString
 */
export function errorMessage(
  reason: TaskEndReason,
  { stageId, info }: { readonly stageId: number; readonly info: ListenerTaskInfo },
  addressOf: AddressOf,
): string | undefined {
  switch (reason.reason) {
    case 'Success':
      return undefined
    case 'TaskKilled':
      return reason.killReason
    case 'ExceptionFailure':
      return reason.fullStackTrace
    case 'TaskCommitDenied':
      return `TaskCommitDenied (Driver denied task commit) for job: ${stageId}, partition: ${info.partitionId}, attemptNumber: ${info.attemptNumber}`
    case 'ExecutorLostFailure': {
      const how = reason.exitCausedByApp
        ? 'caused by one of the running tasks'
        : 'unrelated to the running tasks'
      return `ExecutorLostFailure (executor ${reason.executorId} exited ${how}) Reason: ${reason.lossReason}`
    }
    case 'FetchFailed': {
      const { shuffleId, mapPartition, mapAttempt, reducePartition, executorId } = reason.failure
      return `FetchFailed(${addressOf(executorId)}, shuffleId=${shuffleId}, mapIndex=${mapPartition}, mapId=${mapAttempt}, reduceId=${reducePartition}, message=\n${reason.message}\n)`
    }
  }
}

/** As what a try counts that is over. */
export function outcomeOf(reason: TaskEndReason): 'completed' | 'failed' | 'killed' {
  switch (reason.reason) {
    case 'Success':
      return 'completed'
    case 'TaskKilled':
    case 'TaskCommitDenied':
      return 'killed'
    default:
      return 'failed'
  }
}
