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
  /** A report that its task did not wait for. */
  | { readonly type: 'stale-report'; readonly report: TaskReport }

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
  | TaskReport
