import { TroupeError, type ErrorData } from '../platform/index.ts'

/** The codes of this floor; each is a row of `docs/errors.md`. */
export type SparkErrorCode =
  | 'TROUPE_SPARK_ACCUMULATOR_REGISTERED'
  | 'TROUPE_SPARK_ALL_EXCLUDED'
  | 'TROUPE_SPARK_APPLICATION_REFUSED'
  | 'TROUPE_SPARK_ARCHIVE_DAMAGED'
  | 'TROUPE_SPARK_ARGUMENT_INVALID'
  | 'TROUPE_SPARK_BARRIER_FAILED'
  | 'TROUPE_SPARK_BARRIER_UNSUPPORTED'
  | 'TROUPE_SPARK_BLOCK_CORRUPT'
  | 'TROUPE_SPARK_BLOCK_MISSING'
  | 'TROUPE_SPARK_BROADCAST_LOST'
  | 'TROUPE_SPARK_CASSANDRA_KEY'
  | 'TROUPE_SPARK_CASSANDRA_UNKNOWN'
  | 'TROUPE_SPARK_CASSANDRA_VALUE'
  | 'TROUPE_SPARK_CHECKPOINT_DIRECTORY'
  | 'TROUPE_SPARK_CHECKPOINT_FAILED'
  | 'TROUPE_SPARK_CHECKPOINT_LOST'
  | 'TROUPE_SPARK_CHECKPOINT_UNREADABLE'
  | 'TROUPE_SPARK_COMMIT_DENIED'
  | 'TROUPE_SPARK_CONTEXT_STOPPED'
  | 'TROUPE_SPARK_EMPTY_COLLECTION'
  | 'TROUPE_SPARK_DRIVER_FAILED'
  | 'TROUPE_SPARK_DRIVER_UNPROVEN'
  | 'TROUPE_SPARK_EVENT_LOGS_MISSING'
  | 'TROUPE_SPARK_EVENT_LOG_DAMAGED'
  | 'TROUPE_SPARK_EVENT_LOG_UNWRITABLE'
  | 'TROUPE_SPARK_EXECUTOR_ENVIRONMENT'
  | 'TROUPE_SPARK_EXECUTOR_LOST'
  | 'TROUPE_SPARK_INPUT_CHANGED'
  | 'TROUPE_SPARK_INPUT_CODEC'
  | 'TROUPE_SPARK_INPUT_DIRECTORY'
  | 'TROUPE_SPARK_INPUT_MISSING'
  | 'TROUPE_SPARK_INPUT_RECORDS'
  | 'TROUPE_SPARK_INPUT_TOO_LARGE'
  | 'TROUPE_SPARK_JOB_CANCELLED'
  | 'TROUPE_SPARK_JOB_FAILED'
  | 'TROUPE_SPARK_KEY_UNSUPPORTED'
  | 'TROUPE_SPARK_LEVEL_ASSIGNED'
  | 'TROUPE_SPARK_MASTER_UNKNOWN'
  | 'TROUPE_SPARK_MEMORY_TOO_SMALL'
  | 'TROUPE_SPARK_MESSAGE_LOST'
  | 'TROUPE_SPARK_NESTED_RDD'
  | 'TROUPE_SPARK_NOT_A_BARRIER_STAGE'
  | 'TROUPE_SPARK_NOT_IN_TASK'
  | 'TROUPE_SPARK_NO_EXECUTORS'
  | 'TROUPE_SPARK_OBJECT_FILE_DAMAGED'
  | 'TROUPE_SPARK_OPERATOR_UNKNOWN'
  | 'TROUPE_SPARK_OUTPUT_EXISTS'
  | 'TROUPE_SPARK_PARTITIONS_DIFFER'
  | 'TROUPE_SPARK_PARTITIONS_LATER'
  | 'TROUPE_SPARK_PIPE_FAILED'
  | 'TROUPE_SPARK_PROFILE_CONFLICT'
  | 'TROUPE_SPARK_PROFILE_UNSUPPORTED'
  | 'TROUPE_SPARK_RECOVERY_FAILED'
  | 'TROUPE_SPARK_RECOVERY_UNREADABLE'
  | 'TROUPE_SPARK_REQUEST_REFUSED'
  | 'TROUPE_SPARK_RESULT_TOO_LARGE'
  | 'TROUPE_SPARK_ROWS_LATER'
  | 'TROUPE_SPARK_ROW_NOT_A_NUMBER'
  | 'TROUPE_SPARK_ROW_NOT_A_PAIR'
  | 'TROUPE_SPARK_ROW_NOT_OF_TYPE'
  | 'TROUPE_SPARK_ROW_TOO_LARGE'
  | 'TROUPE_SPARK_ROW_UNENCODABLE'
  | 'TROUPE_SPARK_SCHEME_UNKNOWN'
  | 'TROUPE_SPARK_SHELL_IMPORT'
  | 'TROUPE_SPARK_SHELL_SYNTAX'
  | 'TROUPE_SPARK_SPILL_SHORTENED'
  | 'TROUPE_SPARK_STAGE_UNKNOWN'
  | 'TROUPE_SPARK_SUBMISSION_REFUSED'
  | 'TROUPE_SPARK_TASK_CANCELLED'
  | 'TROUPE_SPARK_TASK_LISTENER_FAILED'
  | 'TROUPE_SPARK_TASK_THREAD_LOST'
  | 'TROUPE_SPARK_TASK_THREW'
  | 'TROUPE_SPARK_TASK_TOO_LARGE'
  | 'TROUPE_SPARK_TOO_MANY_BAD_RECORDS'

/** A failure or refusal of the engine; branch on `code`. */
export class SparkError extends TroupeError {
  constructor(
    code: SparkErrorCode | 'TROUPE_SPARK_FETCH_FAILED',
    message: string,
    options: { readonly cause?: unknown; readonly data?: ErrorData } = {},
  ) {
    super(code, message, options)
  }
}

/**
 * Why a shuffle block could not be read: its executor is out of reach (for now, or given up by the reader's, for which it
 * stays gone), it is not (or no longer) there, its checksum is wrong, or the driver knows no place for it.
 */
export type FetchFailureKind = (typeof KINDS)[number]

const KINDS = ['unreachable', 'given up', 'missing', 'corrupt', 'unregistered'] as const

/** Which block could not be read, and from where. */
export interface FetchFailure {
  readonly kind: FetchFailureKind
  readonly shuffleId: number
  /** The map partition whose output is missing; -1 when not one of them in particular. */
  readonly mapPartition: number
  /** Which try's output it was; -1 when none was registered. */
  readonly mapAttempt: number
  readonly reducePartition: number
  /** The executor asked; empty when none is registered. */
  readonly executorId: string
  /** What was said there, such as a disk's own word. */
  readonly why?: string
}

/**
 * A reduce task could not read a map output. It is no fault of the task: the task set hands it up to the
 * DAG scheduler, which recomputes the missing map partitions.
 */
export class FetchFailedError extends SparkError {
  constructor(failure: FetchFailure, cause?: unknown) {
    const place = failure.executorId === '' ? 'no executor' : `executor ${failure.executorId}`
    super(
      'TROUPE_SPARK_FETCH_FAILED',
      `Can't fetch block shuffle_${failure.shuffleId}_${failure.mapPartition}_${failure.reducePartition}` +
        ` from ${place}: ${fetchFailureText(failure)}; the map output is to be recomputed`,
      { data: { ...failure }, ...(cause === undefined ? {} : { cause }) },
    )
  }
}

/** Its kind, and what was said with it. */
export function fetchFailureText({ kind, why }: FetchFailure): string {
  return why === undefined ? kind : `${kind} (${why})`
}

/** The fetch failure that `error` carries, also when it crossed a link; undefined for other errors. */
export function fetchFailureOf(error: unknown): FetchFailure | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, data } = error as { code?: unknown; data?: unknown }
  if (code !== 'TROUPE_SPARK_FETCH_FAILED' || typeof data !== 'object' || data === null)
    return undefined
  const { kind, shuffleId, mapPartition, mapAttempt, reducePartition, executorId, why } =
    data as Record<string, unknown>
  if (!(KINDS as readonly unknown[]).includes(kind) || typeof executorId !== 'string')
    return undefined
  return {
    kind: kind as FetchFailureKind,
    shuffleId: Number(shuffleId),
    mapPartition: Number(mapPartition),
    mapAttempt: Number(mapAttempt),
    reducePartition: Number(reducePartition),
    executorId,
    ...(typeof why === 'string' && { why }),
  }
}

/** The refusal of an argument: names the value, where it was given and what is accepted. */
export function invalidArgument(where: string, value: unknown, accepted: string): SparkError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return new SparkError(
    'TROUPE_SPARK_ARGUMENT_INVALID',
    `${where} got ${shown}; it takes ${accepted}`,
    { data: { where, value: shown } },
  )
}

/** Refuses what should be a function of the user's, before it fails in a task. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkFunction(where: string, value: unknown): void {
  if (typeof value !== 'function') throw invalidArgument(where, value, 'a function')
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID for what is no path */
export function checkPath(where: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw invalidArgument(where, value, 'a path')
}

/** What is more than a value can have as bytes, and can't be cut. */
export function rowTooLarge(cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_ROW_TOO_LARGE',
    'A row, the values of a key, a broadcast, or what an action answers takes 2 GiB or more as bytes by itself. Make more and smaller ' +
      'rows of it; an array that an action answers passes in parts, whatever its size',
    cause === undefined ? {} : { cause },
  )
}

/** A task of a stage whose code this executor does not have, because it was refused or never came. */
export function stageUnknown(stageId: number, executorId: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_STAGE_UNKNOWN',
    `Executor ${executorId} has no code for stage ${stageId}: it was refused, or never came`,
    { data: { stageId, executorId } },
  )
}

/** What a task threw as the Error that it may not be: only errors travel. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  const shown = typeof thrown === 'object' && thrown !== null ? 'an object' : String(thrown)
  return new SparkError(
    'TROUPE_SPARK_TASK_THREW',
    `A task threw ${shown}, which is no Error; throw an Error, whose message and stack are reported`,
  )
}

/** A job that somebody has cancelled; `why` says who, or for what. */
export function jobCancelled(jobId: number, why: string): SparkError {
  return new SparkError('TROUPE_SPARK_JOB_CANCELLED', `Job ${jobId} was cancelled: ${why}`, {
    data: { jobId },
  })
}

/** An action that has no value for an RDD without rows. */
export function emptyCollection(action: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EMPTY_COLLECTION',
    `${action} of an RDD without rows has no value; use take or count to look first`,
    { data: { action } },
  )
}

/** A task that was told to end. */
export function taskCancelled(taskAttemptId: number): SparkError {
  return new SparkError('TROUPE_SPARK_TASK_CANCELLED', `Task ${taskAttemptId} was told to end`, {
    data: { taskAttemptId },
  })
}
