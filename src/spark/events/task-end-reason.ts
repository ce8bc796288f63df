import { isTroupeError } from '../../platform/index.ts'
import { fetchFailureOf, type FetchFailure } from '../errors.ts'

/**
 * How a try of a task ended.
 *
 * @see TaskEndReason.scala in Spark
 */
export type TaskEndReason =
  | { readonly reason: 'Success' }
  /** The DAG scheduler is to compute its input again. */
  | { readonly reason: 'FetchFailed'; readonly failure: FetchFailure; readonly message: string }
  | {
      readonly reason: 'ExceptionFailure'
      readonly className: string
      readonly description: string
      readonly fullStackTrace: string
    }
  | { readonly reason: 'TaskKilled'; readonly killReason: string }
  /** Another try of the task was allowed to commit. */
  | { readonly reason: 'TaskCommitDenied'; readonly message: string }
  | {
      readonly reason: 'ExecutorLostFailure'
      readonly executorId: string
      readonly exitCausedByApp: boolean
      readonly lossReason: string
    }

/** What the failure of a try is to a listener. */
export function taskEndReason(error: unknown, executorId: string): TaskEndReason {
  const failure = fetchFailureOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (failure !== undefined) return { reason: 'FetchFailed', failure, message }
  if (isTroupeError(error, 'TROUPE_SPARK_TASK_CANCELLED'))
    return { reason: 'TaskKilled', killReason: message }
  if (isTroupeError(error, 'TROUPE_SPARK_COMMIT_DENIED'))
    return { reason: 'TaskCommitDenied', message }
  if (isTroupeError(error, 'TROUPE_SPARK_EXECUTOR_LOST')) {
    return {
      reason: 'ExecutorLostFailure',
      executorId,
      exitCausedByApp: true,
      lossReason: message,
    }
  }
  return {
    reason: 'ExceptionFailure',
    className: error instanceof Error ? error.name : typeof error,
    description: message,
    fullStackTrace: error instanceof Error ? (error.stack ?? message) : message,
  }
}
