import type { ActorRef } from '../../../actors/index.ts'
import type { FetchFailure } from '../../errors.ts'
import type { Properties, SparkEvent, TaskInfo } from '../../events/index.ts'
import type { StageResources } from '../../resources/index.ts'
import type { ExecutorRegistryMessage } from '../executor-registry/index.ts'
import type { TaskSetMessage } from './protocol.ts'
import type { TaskSetSettings } from './settings.ts'
import type { TaskEnd } from './task-book.ts'

/** What the task set says to the DAG scheduler. */
export type TaskSetReport =
  | ({
      readonly type: 'task-accepted'
      readonly taskAttemptId: number
      readonly result: Extract<TaskSetMessage, { type: 'task-done' }>['result']
      /** What listeners are to be told, when it is known what it adds to accumulators. */
      readonly end: TaskEnd | undefined
    } & TaskInfo)
  | {
      readonly type: 'task-set-gave-up'
      readonly stageId: number
      readonly stageAttempt: number
      readonly cause: unknown
      readonly reason: string
    }
  /** Its input is not there. What runs may still finish. */
  | {
      readonly type: 'fetch-failed'
      readonly stageId: number
      readonly stageAttempt: number
      readonly partition: number
      readonly failure: FetchFailure
    }
  /** A task of a barrier stage has failed. */
  | {
      readonly type: 'barrier-failed'
      readonly stageId: number
      readonly stageAttempt: number
      readonly cause: unknown
      readonly why: string
    }
  /** It launches nothing any more, and nothing of it runs. */
  | { readonly type: 'task-set-over'; readonly stageId: number; readonly stageAttempt: number }

/** What a task set is made of. */
export interface TaskSetProps {
  readonly applicationId: string
  readonly jobId: number
  readonly stageId: number
  readonly stageAttempt: number
  readonly partitions: readonly number[]
  /** By partition of the stage, encoded. */
  readonly splits: readonly Uint8Array[]
  /** By partition of the stage: hosts, or executors as `executor_<host>_<id>`. */
  readonly preferredHosts: readonly (readonly string[])[]
  readonly binary: Uint8Array
  readonly settings: TaskSetSettings
  readonly pool: string
  readonly registry: ActorRef<ExecutorRegistryMessage>
  readonly scheduler: ActorRef<TaskSetReport>
  readonly nextTaskAttemptId: () => number
  readonly isShuffleMap: boolean
  readonly isBarrier: boolean
  /** What its tasks take, and of which executors; a core of any of the default profile if absent. */
  readonly resources?: StageResources | undefined
  /** Of the RDD that the stage computes. */
  readonly numPartitions: number
  /** The local properties of its job. */
  readonly properties: Properties
  readonly nowMs: () => number
  readonly wallNowMs: () => number
  readonly publish: (event: SparkEvent) => void
}
