import type { Environment, TableStoreSettings } from '../../platform/index.ts'

/**
 * Between the framework, which decides which operations run where, and the load, which runs those of one task. All of it is plain
 * data that survives JSON: it crosses a master of anybody's make as bytes.
 */

/** Operations of the run by their numbers, from 1 on: `first` up to, and without, `first + count`. */
export interface OperationRange {
  readonly first: number
  readonly count: number
}

/** How many operations are to begin in a second, over all tasks of the run, by the time since the run's start. */
export type RateSchedule =
  /** As fast as answers come: the next one begins when one before has ended. */
  | { readonly type: 'closed' }
  | { readonly type: 'constant'; readonly perSecond: number }
  | { readonly type: 'ramp'; readonly from: number; readonly to: number; readonly overMs: number }
  /** `from`, and `by` more after each `everyMs`, up to `to`. */
  | {
      readonly type: 'step'
      readonly from: number
      readonly by: number
      readonly to: number
      readonly everyMs: number
    }
  | {
      readonly type: 'sine'
      readonly mean: number
      readonly amplitude: number
      readonly periodMs: number
    }

/** What one task is to take of a schedule. */
export interface RateShare {
  readonly schedule: RateSchedule
  /** 0..1; the shares of all running tasks add up to 1. */
  readonly ratio: number
  /** How far the run was, in its schedule, when this share was given. */
  readonly elapsedMs: number
  /** With a rate: how late an operation may begin. `open` keeps its intended start; `throttle` forgets what it could not begin in time. Default open. */
  readonly mode?: 'open' | 'throttle'
}

/** What all tasks of a run have in common. */
export interface RunSpec {
  readonly workload: WorkloadChoice
  /** All that is drawn comes from it and the operation's number, so that an operation that is run again does the same. */
  readonly seed: number
  /** Operations of the whole run; generators that need its size get it from here. */
  readonly totalOperations: number
  readonly keyspace: string
  readonly store: TableStoreSettings
  /** Operations of one task that are under way at once, at most; 1 is one after another, as the original did. */
  readonly concurrency: number
  /** `fail` ends the task at an operation's first failure, `count` counts it as an operation that is done. */
  readonly onError: 'fail' | 'count'
  /** How often a task reports, and how long an interval of its series is. */
  readonly intervalMs: number
  /** Whether reads check what they find against what the seed has written. Default false. */
  readonly isValidating?: boolean
  /** A task ends after that, whatever is left. */
  readonly durationMs?: number
}

export interface WorkloadChoice {
  /** A built-in name, or the path or URL of a module. */
  readonly name: string
  readonly params: Readonly<Record<string, string>>
  /** Operation → weight; the workload's own where absent. */
  readonly weights?: Readonly<Record<string, number>>
}

/** One task. */
export interface TaskSpec extends RunSpec {
  readonly id: string
  /** In order, apart from each other, none empty. */
  readonly operations: readonly OperationRange[]
  readonly rate: RateShare
}

/** A histogram of nanoseconds (1 to an hour of them, three significant digits), as `LatencyHistogram` encodes it: HDR V2, compressed, base64. */
export type EncodedHistogram = string

/** What was measured of one kind of operation. Failed ones are in the counts of errors only. */
export interface OperationFigures {
  /** Those that ended well. */
  readonly done: number
  /** Error code → how many. */
  readonly errors: Readonly<Record<string, number>>
  /** From the operation's begin to its answer. */
  readonly service: EncodedHistogram
  /** From its intended start to its answer; as `service` without a rate. */
  readonly response: EncodedHistogram
  /** From its intended start to its begin. */
  readonly waiting: EncodedHistogram
}

/** Operation's name → its figures. */
export type Figures = Readonly<Record<string, OperationFigures>>

/** A piece of time of one task's series. Pieces of one task follow each other and add up to its figures. */
export interface Interval {
  /** Since the task's start. */
  readonly fromMs: number
  readonly toMs: number
  /** Unix time, in ms, at its begin. */
  readonly wallMs: number
  readonly figures: Figures
}

/** How far a task is. Cumulative but for `interval`. */
export interface TaskSnapshot {
  /** Counts reports of the task, from 1 on. */
  readonly sequence: number
  /** The operations that are done, in order; those that failed are among them only with `onError: 'count'`. `figures` are of exactly these (and of failures). */
  readonly done: readonly OperationRange[]
  readonly figures: Figures
  /** What was measured since the report before. */
  readonly interval: Interval
  readonly inFlight: number
}

/** How a task has ended; `snapshot` is its last, which was not reported by `onProgress`. */
export interface TaskResult {
  /** `failed`: an operation has, with `onError: 'fail'`; those that were under way have ended. `stopped`: it was told to. */
  readonly end: 'finished' | 'stopped' | 'failed'
  readonly snapshot: TaskSnapshot
  readonly error?: { readonly code: string; readonly message: string }
}

export interface TaskListener {
  /** Every `intervalMs`, in order. */
  readonly onProgress: (snapshot: TaskSnapshot) => void
}

/** A task that runs. */
export interface RunningTask {
  /** @throws what kept it from beginning (store or workload can't be opened): nothing was done then */
  readonly result: Promise<TaskResult>
  setRate(rate: RateShare): void
  /** Begins nothing until `resume`; time stands still for its schedule. */
  pause(): void
  resume(): void
  /** Begins nothing more; `result` comes once what is under way has ended. */
  stop(): void
}

/** Runs a task. Stores are shared by the tasks of a process, and closed after the last. */
export type StartTask = (
  environment: Environment,
  spec: TaskSpec,
  listener: TaskListener,
) => RunningTask

/** Makes the keyspace and the tables of a workload, once for a run, before its tasks. */
export type EnsureSchema = (environment: Environment, run: RunSpec) => Promise<void>
