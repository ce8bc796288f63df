import type { ActorRef } from '../../../actors/index.ts'
import type { TaskReport } from '../../executor/protocol.ts'
import type { TaskDescription, TaskResult } from '../../task/index.ts'
import type { SessionCommand, SlotsOffered } from '../executor-registry/index.ts'
import type { TaskKey } from './events.ts'

/** What a task set is told. */
export type TaskSetMessage =
  | SlotsOffered
  | { readonly type: 'executor-lost'; readonly executorId: string; readonly reason: string }
  | {
      readonly type: 'task-done'
      readonly key: TaskKey
      readonly taskAttemptId: number
      readonly result: TaskResult
    }
  | {
      readonly type: 'kill-task'
      readonly taskAttemptId: number
      readonly reason: string
      readonly replyTo: ActorRef<KillAnswer>
    }
  /** The result of a try is large, and waits on its executor. */
  | { readonly type: 'getting-result'; readonly key: TaskKey; readonly sizeBytes: number }
  /** Another attempt of the stage has given a partition. */
  | { readonly type: 'partition-done'; readonly partition: number }
  /** A task has waited long enough for a place near to its input. */
  | { readonly type: 'look-again' }
  | { readonly type: 'speculation-due' }
  /** No executor has come on which its tasks may run. */
  | { readonly type: 'unschedulable-due' }
  /** A report that its task did not wait for. */
  | { readonly type: 'stale-report'; readonly report: TaskReport }

/** Whether the try that was to be killed was running. */
export interface KillAnswer {
  readonly type: 'kill-answer'
  readonly wasRunning: boolean
}

/** What the actor of one task is told. */
export type TaskMessage =
  | {
      readonly type: 'run'
      readonly key: TaskKey
      readonly task: TaskDescription
      readonly binary: Uint8Array
      readonly session: ActorRef<SessionCommand>
    }
  | { readonly type: 'executor-lost'; readonly executorId: string; readonly reason: string }
  /** The try is to end; it reports that it did. */
  | { readonly type: 'kill' }
  /** There is room for the result that waits. */
  | { readonly type: 'take-result' }
  /** Has the part that was asked for come? */
  | { readonly type: 'look-for-part' }
  | TaskReport
