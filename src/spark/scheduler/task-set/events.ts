import type { FetchFailure } from '../../errors.ts'
import type { LocalityLevel } from '../../events/index.ts'
import type { Excluded } from './exclusion.ts'

/** An executor with free slots. */
export interface SlotOffer {
  readonly executorId: string
  readonly host: string
  readonly free: number
}

/** Which try of which task; results that carry another one than the task set knows are refused. */
export interface TaskKey {
  /** Index of the task in its set. */
  readonly task: number
  /** 0 for the first try of this task. */
  readonly attempt: number
  /** The executor that runs it; its id is never used again, so it stands for the incarnation. */
  readonly executorId: string
}

/** What happens to the tasks of one set. */
export type TaskSetEvent =
  | {
      readonly type: 'slots-offered'
      readonly slots: readonly SlotOffer[]
      /** How many of them may be used; all by default. */
      readonly limit?: number
      /** Executor → host, of all that are there, with or without a free slot. */
      readonly alive: ReadonlyMap<string, string>
      /** Of these, those that get nothing of the application, and why. */
      readonly excluded?: ReadonlyMap<string, string>
      /** Of these, those that run nothing, and in whose place others would come. */
      readonly idle?: readonly string[]
      readonly nowMs: number
    }
  /** `resultBytes` of its result, if it has one. */
  | ({
      readonly type: 'task-succeeded'
      readonly nowMs: number
      readonly resultBytes: number
    } & TaskKey)
  /** A large result waits on its executor: is there room for it? */
  | ({ readonly type: 'result-ready'; readonly resultBytes: number } & TaskKey)
  | ({
      readonly type: 'task-failed'
      readonly error: unknown
      readonly why: string
      /** Its executor is gone, and never comes back: nothing to avoid next time. */
      readonly isExecutorLost?: boolean
      /** Another try of the task is the better one: that counts against nobody. */
      readonly isDenied?: boolean
      /** It would fail again wherever it ran. */
      readonly isHopeless?: boolean
    } & TaskKey)
  /** Somebody wants the try to end; its failure is then none of the task's. */
  | ({ readonly type: 'kill-requested'; readonly why: string } & TaskKey)
  | ({ readonly type: 'fetch-failed'; readonly failure: FetchFailure } & TaskKey)
  | { readonly type: 'executor-lost'; readonly executorId: string }
  /** Another attempt of the stage has given a partition. */
  | { readonly type: 'partition-done'; readonly partition: number }
  /** Are there tasks to run a second time? */
  | { readonly type: 'speculation-due'; readonly nowMs: number }
  /** It has waited long enough for an executor on which its tasks may run. */
  | { readonly type: 'unschedulable-due' }
  | { readonly type: 'cancelled' }

/** Why a result was refused: the set knows no such task, has a newer attempt, or has the result. */
export type StaleReason = 'unknown-task' | 'other-attempt' | 'already-done' | 'cancelled'

/** What the task set wants done. Each says why. */
export type TaskSetEffect = { readonly reason: string } & (
  | {
      readonly type: 'launch'
      readonly task: number
      readonly partition: number
      readonly attempt: number
      readonly executorId: string
      readonly host: string
      readonly locality: LocalityLevel
      /** Another try of the task runs already. */
      readonly isSpeculative: boolean
    }
  | {
      readonly type: 'accepted'
      readonly task: number
      readonly partition: number
      readonly executorId: string
    }
  | { readonly type: 'refused'; readonly key: TaskKey; readonly stale: StaleReason }
  /** The try is to be ended on its executor, and to report that it has. */
  | ({ readonly type: 'kill' } & TaskKey)
  /** Nobody wants the outcome of the try any more. */
  | ({ readonly type: 'drop' } & TaskKey)
  /** The task runs again, elsewhere if there is an elsewhere. */
  | {
      readonly type: 'retry'
      readonly task: number
      readonly partition: number
      readonly failures: number
    }
  /** The stage's input is not there: for the DAG scheduler to decide. What runs may still finish. */
  | {
      readonly type: 'escalate'
      readonly task: number
      readonly partition: number
      readonly failure: FetchFailure
    }
  | {
      readonly type: 'give-up'
      readonly task: number
      readonly partition: number
      readonly cause: unknown
    }
  /** A task of a barrier stage has failed: for the DAG scheduler, which has all of them run again. */
  | {
      readonly type: 'fail-attempt'
      readonly task: number
      readonly partition: number
      readonly cause: unknown
    }
  /** Slots were left, for tasks that wait for places nearer to their input. */
  | { readonly type: 'wait'; readonly untilMs: number }
  /** The task must not run anywhere: the set gives up then, unless it launches something before. */
  | {
      readonly type: 'unschedulable'
      readonly task: number
      readonly partition: number
      readonly untilMs: number
    }
  /** It does not give up. */
  | { readonly type: 'schedulable' }
  /** The executor is to end, so that another may come in its place. */
  | { readonly type: 'replace'; readonly executorId: string }
  /** The task takes long and is to run a second time. */
  | { readonly type: 'speculate'; readonly task: number; readonly partition: number }
  /** An executor or a host gets no more tasks of this set. */
  | { readonly type: 'exclude'; readonly excluded: Excluded }
)
