import { ThrottlerError } from '../errors.ts'
import type { Figures, Interval, OperationRange, RateShare, TaskSpec } from '../run/index.ts'

/** A piece of a task's series, by its place in it, from 1 on. */
export interface NumberedInterval {
  readonly sequence: number
  readonly interval: Interval
}

/** How far a task is, over all of its attempts. Cumulative but for `intervals`, so that a later one says all that those before have said. */
export interface TaskReport {
  readonly type: 'report'
  readonly taskId: string
  readonly sequence: number
  readonly done: readonly OperationRange[]
  /** Of each attempt, in order: a task whose query fails is begun again, with what it has not done. */
  readonly attempts: readonly Figures[]
  /** What the scheduler has not confirmed yet. */
  readonly intervals: readonly NumberedInterval[]
  readonly inFlight: number
}

/** What the scheduler wants of the tasks of an executor; the latest holds. */
export interface ControlMessage {
  readonly type: 'control'
  readonly isPaused: boolean
  /** Task → its share of the rate, and the last interval that has come. */
  readonly tasks: Readonly<Record<string, TaskControl>>
}

export interface TaskControl {
  readonly rate: RateShare
  readonly seen: number
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** As bytes of a task, a status or a message, which any Mesos master hands on. */
export function encode(value: TaskSpec | TaskReport | ControlMessage): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

/** @throws TROUPE_THROTTLER_MESSAGE_INVALID */
export function decodeTask(bytes: Uint8Array | undefined): TaskSpec {
  const value = decoded(bytes, 'a task')
  if (isRecord(value) && typeof value['id'] === 'string' && Array.isArray(value['operations'])) {
    return value as unknown as TaskSpec
  }
  throw invalid('a task', 'it has no id and operations')
}

/** @throws TROUPE_THROTTLER_MESSAGE_INVALID */
export function decodeReport(bytes: Uint8Array | undefined): TaskReport {
  const value = decoded(bytes, 'a report')
  const isWhole =
    isRecord(value) &&
    value['type'] === 'report' &&
    typeof value['taskId'] === 'string' &&
    typeof value['sequence'] === 'number' &&
    [value['done'], value['attempts'], value['intervals']].every(Array.isArray)
  if (isWhole) return value as unknown as TaskReport
  throw invalid('a report', 'it is of another form')
}

/** @throws TROUPE_THROTTLER_MESSAGE_INVALID */
export function decodeControl(bytes: Uint8Array | undefined): ControlMessage {
  const value = decoded(bytes, 'an order')
  if (isRecord(value) && value['type'] === 'control' && isRecord(value['tasks'])) {
    return value as unknown as ControlMessage
  }
  throw invalid('an order', 'it is of another form')
}

function decoded(bytes: Uint8Array | undefined, what: string): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (error) {
    throw invalid(what, error instanceof Error ? error.message : String(error), error)
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(what: string, why: string, cause?: unknown): ThrottlerError {
  return new ThrottlerError(
    'TROUPE_THROTTLER_MESSAGE_INVALID',
    `What should be ${what} of the Throttler can't be read (${why}): scheduler and executors must be of one version.`,
    { cause, data: { what, why } },
  )
}
