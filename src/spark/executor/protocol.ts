import type { ActorRef } from '../../actors/index.ts'
import type { ThreadStack } from '../../platform/index.ts'
import type { ExecutorMetrics } from '../events/index.ts'
import type { TaskMetrics } from '../rdd/index.ts'
import type { BlocksAnswer } from '../scheduler/map-output-tracker/state.ts'
import type { SyncAnswer, SyncRequest } from '../scheduler/barrier/sync-book.ts'
import type { CommitAnswer, CommitRequest } from '../scheduler/output-commit/commit-book.ts'
import type { BlockMasterRequest } from '../storage/index.ts'
import type { TaskDescription, TaskResult } from '../task/index.ts'
import type { RunningTry } from './metrics/index.ts'

/** What the driver tells an executor. */
export type ExecutorCommand =
  | LoadStage
  | {
      readonly type: 'run-task'
      readonly task: TaskDescription
      readonly replyTo: ActorRef<TaskReport>
    }
  /** A task that came by way of the cluster manager; it runs once its stage is there and it is known who is told of its end. */
  | { readonly type: 'run-launched'; readonly task: TaskDescription }
  /** Who is told how launched tasks end. */
  | { readonly type: 'report-to'; readonly replyTo: ActorRef<TaskReport> }
  /** Which of the orders before this one are still under way? */
  | { readonly type: 'which-tasks'; readonly replyTo: ActorRef<RunningTasks> }
  /** The task ends at its next batch, or with its thread; its report may still come. */
  | { readonly type: 'cancel-task'; readonly taskAttemptId: number }
  /**
   * The next part of a large result that waits, from `offset`; behind its end, that it was taken: its task is reported then, and
   * the result forgotten. Offsets go on from one part of it to the next. One that is not there is not answered.
   */
  | { readonly type: 'read-result'; readonly taskAttemptId: number; readonly offset: number }
  /** No task of the stage will come any more. */
  | { readonly type: 'forget-stage'; readonly stageId: number }
  /** Another executor is gone: whoever waits for its blocks need not. */
  | { readonly type: 'peer-lost'; readonly executorId: string }
  /** What do its threads do now? */
  | { readonly type: 'dump-threads'; readonly replyTo: ActorRef<ThreadDump> }
  | { readonly type: 'shut-down'; readonly reason: string }

/** What a thread of an executor does; its name is that of the task it runs. */
export type ExecutorThread = ThreadStack

/** What the threads of an executor do; undefined when that can't be told. */
export interface ThreadDump {
  readonly type: 'thread-dump'
  readonly threads: readonly ExecutorThread[] | undefined
}

/**
 * The one message that carries code. It is taken only with the proof that its sender has the application's
 * token: HMAC-SHA-256 of `binary`.
 */
export interface LoadStage {
  readonly type: 'load-stage'
  readonly stageId: number
  /** A packed {@link StageWork}. */
  readonly binary: Uint8Array
  readonly proof: Uint8Array
}

/** The tasks that an executor has under way; reports of others were sent before. */
export interface RunningTasks {
  readonly type: 'running-tasks'
  readonly taskAttemptIds: readonly number[]
}

/** The key of the most bytes of a result that comes with its report; a larger one waits until it is asked for. */
export const MAX_DIRECT_RESULT_KEY = 'spark.task.maxDirectResultSize'

/** Milliseconds that a task waits for the thread that has its cached partition. */
export const PROCESS_WAIT_KEY = 'spark.locality.wait.process'
export const DEFAULT_MAX_DIRECT_RESULT_BYTES: number = 1 << 20

/** The most bytes of a result in one message. */
export const MAX_RESULT_PART_BYTES: number = 4 << 20

/** How one try of one task ended, and before that a large result, part by part as it is asked for. */
export type TaskReport =
  /** It is there, and waits on its executor; it has so many bytes in each of its parts. */
  | {
      readonly type: 'result-ready'
      readonly taskAttemptId: number
      readonly sizesBytes: readonly number[]
    }
  | {
      readonly type: 'result-part'
      readonly taskAttemptId: number
      readonly offset: number
      readonly bytes: Uint8Array
    }
  | {
      readonly type: 'task-succeeded'
      readonly taskAttemptId: number
      readonly result: TaskResult
    }
  | {
      readonly type: 'task-failed'
      readonly taskAttemptId: number
      readonly error: unknown
      /** What the try had counted before; absent where it had not begun, or its thread has gone. */
      readonly metrics?: TaskMetrics
    }

/** One block of one map output, as its executor knows it. */
export interface BlockId {
  readonly shuffleId: number
  readonly mapPartition: number
  readonly mapAttempt: number
  readonly reducePartition: number
}

/** What a shuffle-block actor is asked. */
export interface ReadChunk {
  readonly type: 'read-chunk'
  readonly block: BlockId
  readonly offset: number
  /** At most {@link MAX_CHUNK_BYTES}. */
  readonly lengthBytes: number
  readonly replyTo: ActorRef<ChunkReply>
}

/** A piece of a block, or why there is none. */
export type ChunkReply =
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'refused'; readonly code: string; readonly message: string }

/** The most bytes of one chunk, so that data never delays heartbeats for long. */
export const MAX_CHUNK_BYTES = 262_144

/** What the map-output tracker is asked by executors. */
export interface LocateBlocks {
  readonly type: 'locate-blocks'
  readonly shuffleId: number
  readonly reducePartition: number
  readonly replyTo: ActorRef<BlocksReply>
}

/** What the output-commit coordinator is asked by executors. */
export interface AskCommit {
  readonly type: 'may-commit'
  readonly request: CommitRequest
  readonly replyTo: ActorRef<CommitAnswer>
}

/** What the barrier coordinator is asked by executors. */
export interface AskSync {
  readonly type: 'ask-sync'
  readonly request: SyncRequest
  readonly replyTo: ActorRef<SyncAnswer>
}

/** The blocks to read, and the shuffle-block actors that serve them. */
export interface BlocksReply {
  readonly answer: BlocksAnswer
  readonly servers: readonly (readonly [executorId: string, server: ActorRef<ReadChunk>])[]
}

/** What an executor says when it comes to its driver. */
export interface RegisterExecutor {
  readonly type: 'register-executor'
  /** Never used again once the executor is gone. */
  readonly executorId: string
  readonly host: string
  /** Of its process. */
  readonly pid: number
  /** Tasks it runs at a time. */
  readonly slots: number
  /** What it was started for; the default profile if absent. */
  readonly resourceProfileId?: number | undefined
  readonly executor: ActorRef<ExecutorCommand>
  readonly blocks: ActorRef<ReadChunk>
  readonly replyTo: ActorRef<RegistrationReply>
}

/** What an executor tells of itself once in a while. */
export interface ExecutorHeartbeat {
  readonly type: 'executor-heartbeat'
  readonly executorId: string
  readonly tries: readonly RunningTry[]
  /** The most that was measured since the last one, by stage; -1 and -1 when none runs there. */
  readonly peaks: readonly StageReading[]
}

/** The most of each figure of an executor while tries of one stage ran there. */
export interface StageReading {
  readonly stageId: number
  readonly stageAttempt: number
  readonly peaks: ExecutorMetrics
}

/** How executors are to tell of themselves. */
export interface HeartbeatSettings {
  /** `spark.executor.heartbeatInterval` in ms */
  readonly intervalMs: number
  /** `spark.executor.metrics.pollingInterval` in ms; 0: with each heartbeat. */
  readonly pollingMs: number
  /** `spark.executor.processTreeMetrics.enabled` */
  readonly hasProcessTree: boolean
}

/** What the driver answers. */
export type RegistrationReply =
  | {
      readonly type: 'registered'
      readonly tracker: ActorRef<LocateBlocks>
      readonly commits: ActorRef<AskCommit>
      /** The barrier coordinator. */
      readonly barriers: ActorRef<AskSync>
      /** The block manager master. */
      readonly storage: ActorRef<BlockMasterRequest>
      readonly heartbeats: HeartbeatSettings
    }
  | { readonly type: 'refused'; readonly reason: string }
