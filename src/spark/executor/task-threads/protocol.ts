import type { BroadcastMeta } from '../../broadcast/index.ts'
import type { ExecutionMemory } from '../../memory/index.ts'
import type { SyncRequest } from '../../scheduler/barrier/sync-book.ts'
import type { TaskMetrics } from '../../rdd/index.ts'
import type { CommitRequest } from '../../scheduler/output-commit/commit-book.ts'
import type { BlockLocation } from '../../shuffle/index.ts'
import type { BlockHome } from '../../storage/index.ts'
import type { TaskDescription, TaskResult } from '../../task/index.ts'

/** What a task thread is started with. */
export interface TaskThreadData {
  readonly executorId: string
  readonly directory: string
  /** One 32-bit integer: the task attempt that is to end, or -1. Shared, since a busy thread reads no messages. */
  readonly cancelled: SharedArrayBuffer
  /** `spark.storage.unrollMemoryThreshold` */
  readonly unrollBytes: number
  /** Where the thread writes its figures: a {@link ThreadGauge}. */
  readonly gauge: SharedArrayBuffer
}

/** What the executor's main thread posts to a task thread. */
export type ToTaskThread =
  | { readonly type: 'forget-stages'; readonly stageIds: readonly number[] }
  | {
      readonly type: 'run-task'
      readonly task: TaskDescription
      /** The code of its stage, for the first of its tasks that the thread runs: one message wakes a thread once. */
      readonly binary: Uint8Array | undefined
      /** Stages that are over; none of them is this task's, unless it comes with the code anew. */
      readonly forgotten: readonly number[]
    }
  | ({ readonly type: 'answer' } & Answer)
  /** What the block manager wants of a block that this thread has as objects. */
  | {
      readonly type: 'storage-order'
      readonly id: number
      readonly order: 'drop' | 'copy'
      readonly name: string
    }
  /** For a task that waits; a busy one sees the flag. */
  | { readonly type: 'cancel-task'; readonly taskAttemptId: number }

/** What a task thread posts back. Errors are encoded, so that they keep code, data and causes. */
export type FromTaskThread =
  | {
      readonly type: 'task-succeeded'
      readonly taskAttemptId: number
      readonly result: TaskResult
    }
  | {
      readonly type: 'task-failed'
      readonly taskAttemptId: number
      readonly error: Uint8Array
      /** What the try had counted before. */
      readonly metrics: TaskMetrics | undefined
    }
  /** With an id where an answer is wanted. */
  | { readonly type: 'storage'; readonly id: number | undefined; readonly call: StorageCall }
  | {
      readonly type: 'storage-done'
      readonly id: number
      readonly chunks: readonly Uint8Array[] | undefined
    }
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

/** A method of the executor's memory or of its blocks, with its arguments. */
export type StorageCall =
  | {
      [Method in keyof ExecutionMemory]: {
        readonly on: 'memory'
        readonly method: Method
        readonly args: Parameters<ExecutionMemory[Method]>
      }
    }[keyof ExecutionMemory]
  | {
      [Method in keyof BlockHome]: {
        readonly on: 'home'
        readonly method: Method
        readonly args: Parameters<BlockHome[Method]>
      }
    }[keyof BlockHome]
  | { readonly on: 'driver'; readonly method: 'mayCommit'; readonly args: [CommitRequest] }
  | { readonly on: 'driver'; readonly method: 'sync'; readonly args: [SyncRequest] }
  | { readonly on: 'broadcast'; readonly method: 'read'; readonly args: [BroadcastMeta] }

/** The answer to request `id` of a task thread. */
export type Answer =
  | { readonly id: number; readonly blocks: readonly BlockLocation[] }
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: Uint8Array }
