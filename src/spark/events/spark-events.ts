import type { TaskMetrics } from '../rdd/index.ts'
import type { SparkListenerEvent } from './listener-events.ts'
import type { StorageLevel } from '../storage/index.ts'

/**
 * What happens in an application, for whoever listens: the engine's own decisions, each with its reason, and the same as
 * Spark's listeners know it ({@link SparkListenerEvent}).
 */
export type SparkEvent = SparkListenerEvent | EngineEvent

/** What the engine decides, with its reasons. */
export type EngineEvent =
  | {
      readonly type: 'executor-added'
      readonly executorId: string
      readonly host: string
      readonly pid: number
      readonly slots: number
    }
  | { readonly type: 'executor-removed'; readonly executorId: string; readonly reason: string }
  | {
      readonly type: 'job-start'
      readonly jobId: number
      readonly name: string
      readonly numStages: number
    }
  | {
      readonly type: 'job-end'
      readonly jobId: number
      readonly outcome: 'succeeded' | 'failed'
      readonly reason: string
    }
  | ({
      readonly type: 'stage-submitted'
      readonly numTasks: number
      readonly reason: string
    } & StageInfo)
  | ({ readonly type: 'stage-completed'; readonly reason: string } & StageInfo)
  | { readonly type: 'stage-skipped'; readonly name: string; readonly reason: string }
  | ({ readonly type: 'task-start'; readonly reason: string } & TaskInfo)
  | ({
      readonly type: 'task-end'
      readonly metrics: TaskMetrics
      readonly runMs: number
    } & TaskInfo)
  | ({
      readonly type: 'task-failed'
      readonly error: unknown
      readonly directive: 'restart' | 'stop' | 'escalate'
      /** Why this directive. */
      readonly reason: string
    } & TaskInfo)
  /** A result that came too late, from an attempt that is no longer the current one, or twice. */
  | ({ readonly type: 'result-refused'; readonly reason: string } & TaskInfo)
  | {
      readonly type: 'block-manager-added'
      readonly executorId: string
      readonly host: string
      readonly maxOnHeapBytes: number
      readonly maxOffHeapBytes: number
    }
  | {
      readonly type: 'block-manager-removed'
      readonly executorId: string
      /** Blocks that nobody keeps any more. */
      readonly lostBlocks: readonly string[]
    }
  /** An executor keeps a block, keeps it elsewhere, or no more (both sizes 0). */
  | {
      readonly type: 'block-updated'
      readonly executorId: string
      readonly name: string
      readonly memoryBytes: number
      readonly diskBytes: number
      readonly level: StorageLevel
    }
  | { readonly type: 'rdd-unpersisted'; readonly rddId: number }
  | {
      readonly type: 'outputs-lost'
      readonly executorId: string
      readonly outputs: readonly { readonly shuffleId: number; readonly mapPartition: number }[]
      readonly reason: string
    }

/** One attempt of one stage. */
export interface StageInfo {
  readonly jobId: number
  readonly stageId: number
  readonly stageAttempt: number
  readonly name: string
  readonly kind: 'shuffle-map' | 'result'
  /** The shuffle that it writes, also under another stage id in a later job; absent for a result stage. */
  readonly shuffleId?: number
}

/** One try of one task. */
export interface TaskInfo {
  readonly stageId: number
  readonly stageAttempt: number
  readonly partition: number
  readonly attempt: number
  readonly executorId: string
}

/** Called in order with every event; what it throws is logged and changes nothing. */
export type SparkListener = (event: SparkEvent) => void
