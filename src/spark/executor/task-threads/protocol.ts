import type { BlockLocation } from '../../shuffle/index.ts'
import type { TaskDescription, TaskResult } from '../../task/index.ts'

/** What a task thread is started with. */
export interface TaskThreadData {
  readonly executorId: string
  readonly directory: string
  /** One 32-bit integer: the task attempt that is to end, or -1. Shared, since a busy thread reads no messages. */
  readonly cancelled: SharedArrayBuffer
}

/** What the executor's main thread posts to a task thread. */
export type ToTaskThread =
  | { readonly type: 'load-stage'; readonly stageId: number; readonly binary: Uint8Array }
  | { readonly type: 'forget-stage'; readonly stageId: number }
  | { readonly type: 'run-task'; readonly task: TaskDescription }
  | ({ readonly type: 'answer' } & Answer)
  /** For a task that waits; a busy one sees the flag. */
  | { readonly type: 'cancel-task'; readonly taskAttemptId: number }

/** What a task thread posts back. Errors are encoded, so that they keep code, data and causes. */
export type FromTaskThread =
  | {
      readonly type: 'task-succeeded'
      readonly taskAttemptId: number
      readonly result: TaskResult
    }
  | { readonly type: 'task-failed'; readonly taskAttemptId: number; readonly error: Uint8Array }
  | {
      readonly type: 'locate'
      readonly id: number
      readonly shuffleId: number
      readonly reducePartition: number
    }
  | {
      readonly type: 'read-chunk'
      readonly id: number
      readonly block: BlockLocation
      readonly offset: number
      readonly lengthBytes: number
    }

/** The answer to request `id` of a task thread. */
export type Answer =
  | { readonly id: number; readonly blocks: readonly BlockLocation[] }
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly error: Uint8Array }
