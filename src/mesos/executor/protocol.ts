import type { ExecutorCall, TaskStatus } from '../protocol/index.ts'

/** What an executor's program tells its driver. */
export type ExecutorDriverMessage =
  /** A new state of a task. The driver adds `uuid` and time, and keeps it until the agent has it. */
  | {
      readonly type: 'UPDATE'
      readonly update: { readonly status: Omit<TaskStatus, 'uuid' | 'source'> }
    }
  /** Bytes for the scheduler; best effort. */
  | { readonly type: 'MESSAGE'; readonly message: { readonly data: Uint8Array } }

/** Who an executor is: the ids in all of its calls. */
export type ExecutorIds = Pick<ExecutorCall, 'executor_id' | 'framework_id'>
