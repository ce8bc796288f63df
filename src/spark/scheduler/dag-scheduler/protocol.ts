import type { ActorRef } from '../../../actors/index.ts'
import type { CallSite, Lineage } from '../../rdd/index.ts'
import type { Properties } from '../../events/index.ts'
import type { ResourcesByRdd } from '../../resources/index.ts'
import type { DescribeShuffles } from '../allocation/index.ts'
import type { ExecutorEvent } from '../executor-registry/index.ts'
import type { KillAnswer, TaskSetReport } from '../task-set/index.ts'
import type { DagEvent, JobSelector, SlotCount } from './events.ts'

/** What a stage needs to run, apart from slots. Plain data. */
export interface StagePackage {
  /** The packed stage: what is shipped to executors. */
  readonly binary: Uint8Array
  /** By partition, encoded. */
  readonly splits: readonly Uint8Array[]
  /** By partition. */
  readonly preferredHosts: readonly (readonly string[])[]
}

/** What the DAG scheduler is told. */
export type DagSchedulerMessage =
  | SubmitJob
  | {
      readonly type: 'cancel-job'
      readonly jobId: number
      readonly cause: unknown
      readonly reason: string
    }
  | { readonly type: 'cancel-jobs'; readonly which: JobSelector; readonly why: string }
  /** One try of one task, whatever stage it is of; answered whether it runs. */
  | {
      readonly type: 'kill-task'
      readonly taskAttemptId: number
      readonly reason: string
      readonly replyTo: ActorRef<KillAnswer>
    }
  | ExecutorEvent
  | TaskSetReport
  /** A task set failed: a fetch that failed was escalated, or it has a bug. */
  | { readonly type: 'task-set-failed'; readonly path: string; readonly error: unknown }
  /** Nobody can read the shuffle any more: its map outputs are removed. */
  | { readonly type: 'forget-shuffle'; readonly shuffleId: number }
  | { readonly type: 'resubmit' }
  | SlotCount
  | DescribeShuffles
  /** The job of a barrier stage for which there were too few slots. */
  | {
      readonly type: 'submit-again'
      readonly submission: Extract<DagEvent, { readonly type: 'job-submitted' }>
    }

/** A job, cut into nothing yet, with everything its stages may need. */
export interface SubmitJob {
  readonly type: 'submit-job'
  readonly jobId: number
  readonly name: string
  /** Where the action was called; absent where that isn't known. */
  readonly callSite?: CallSite | undefined
  readonly lineage: Lineage
  readonly finalRddId: number
  readonly partitions: readonly number[]
  readonly properties: Properties
  /** Of stages that don't take the default. */
  readonly resources?: ResourcesByRdd | undefined
  readonly result: StagePackage
  /** shuffle → the stage that writes it */
  readonly shuffleMaps: ReadonlyMap<number, StagePackage>
  readonly replyTo: ActorRef<JobUpdate>
}

/** What becomes of a job: a result for each partition, then its end. */
export type JobUpdate =
  | { readonly type: 'result'; readonly partition: number; readonly parts: readonly Uint8Array[] }
  | { readonly type: 'succeeded' }
  | { readonly type: 'failed'; readonly cause: unknown; readonly reason: string }
