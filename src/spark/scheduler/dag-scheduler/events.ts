import type { FetchFailure } from '../../errors.ts'
import type { Properties } from '../../events/index.ts'
import type { CallSite, Lineage } from '../../rdd/index.ts'
import type { ResourcesByRdd } from '../../resources/index.ts'
import type { LostOutput, MapStatus } from '../map-output-tracker/state.ts'
import type { StagePlan } from './stages.ts'

/** What happens to jobs and stages, as the DAG scheduler hears of it. */
export type DagEvent =
  | {
      readonly type: 'job-submitted'
      readonly jobId: number
      readonly lineage: Lineage
      readonly finalRddId: number
      /** The partitions of the final RDD that the job wants. */
      readonly partitions: readonly number[]
      readonly properties?: Properties
      readonly callSite?: CallSite | undefined
      /** Of stages that don't take the default. */
      readonly resources?: ResourcesByRdd | undefined
      /** It was submitted before, when there were too few slots for it. */
      readonly isAgain?: boolean
    }
  | {
      readonly type: 'task-succeeded'
      readonly stageId: number
      readonly stageAttempt: number
      readonly partition: number
      readonly executorId: string
      readonly outcome: TaskOutcome
    }
  | {
      readonly type: 'fetch-failed'
      readonly stageId: number
      readonly stageAttempt: number
      readonly partition: number
      readonly failure: FetchFailure
    }
  | {
      readonly type: 'task-set-failed'
      readonly stageId: number
      readonly stageAttempt: number
      readonly cause: unknown
      readonly reason: string
    }
  /** One of its tasks has failed, so that all of them have to run again. */
  | {
      readonly type: 'barrier-failed'
      readonly stageId: number
      readonly stageAttempt: number
      readonly cause: unknown
      readonly why: string
    }
  | {
      readonly type: 'executor-added'
      readonly executorId: string
      readonly host: string
      readonly slots: number
      readonly profileId?: number | undefined
    }
  | { readonly type: 'executor-lost'; readonly executorId: string; readonly reason: string }
  | {
      readonly type: 'job-cancelled'
      readonly jobId: number
      readonly cause: unknown
      readonly reason: string
    }
  /** Every job that `which` means. */
  | { readonly type: 'jobs-cancelled'; readonly which: JobSelector; readonly why: string }
  /** Nobody can read the shuffle any more. */
  | { readonly type: 'forget-shuffle'; readonly shuffleId: number }
  /** The wait after a failed attempt of a stage is over. */
  | { readonly type: 'resubmit' }
  | SlotCount

/** The slots are counted for a barrier stage of a job under way that has lost some: `check` is the number of this count, from 1 on. */
export interface SlotCount {
  readonly type: 'count-slots'
  readonly stageId: number
  readonly check: number
}

/** One job, the jobs of a group, with a tag, that need a stage, or all of them. */
export type JobSelector =
  | { readonly by: 'job'; readonly jobId: number }
  | { readonly by: 'group'; readonly groupId: string }
  | { readonly by: 'tag'; readonly tag: string }
  | { readonly by: 'stage'; readonly stageId: number }
  | { readonly by: 'all' }

/** What a task has to show: its map output, or its part of the job's result. */
export type TaskOutcome =
  | { readonly type: 'map-output'; readonly status: MapStatus }
  | { readonly type: 'result'; readonly parts: readonly Uint8Array[] }

/** What the DAG scheduler wants done. Each says why. */
export type DagEffect = { readonly reason: string } & (
  | {
      readonly type: 'submit-task-set'
      readonly jobId: number
      readonly stageId: number
      readonly stageAttempt: number
      readonly plan: StagePlan
      readonly partitions: readonly number[]
      readonly properties: Properties
    }
  /** The stage can't run yet. */
  | {
      readonly type: 'stage-waiting'
      readonly jobId: number
      readonly stageId: number
      readonly plan: StagePlan
      /** What is missing, by the stage that writes it: so many map outputs of so many. */
      readonly missing: readonly {
        readonly stageId: number
        readonly shuffleId: number
        readonly outputs: number
        readonly of: number
      }[]
    }
  /** The stage is over: nobody needs it any more. */
  | { readonly type: 'cancel-task-set'; readonly stageId: number; readonly stageAttempt: number }
  /** What this attempt of the stage would give is of no use: all of it runs again. */
  | { readonly type: 'abandon-attempt'; readonly stageId: number; readonly stageAttempt: number }
  /** There are too few slots for a barrier stage of the job, which is submitted again later. */
  | {
      readonly type: 'schedule-submission'
      readonly delayMs: number
      readonly submission: Extract<DagEvent, { readonly type: 'job-submitted' }>
    }
  /** There are too few slots left for a barrier stage of jobs under way; they may come back. */
  | { readonly type: 'schedule-slot-count'; readonly delayMs: number; readonly count: SlotCount }
  /** A partition was given by another attempt of the stage than the one that runs. */
  | { readonly type: 'partition-done'; readonly stageId: number; readonly partition: number }
  | { readonly type: 'stage-skipped'; readonly plan: StagePlan }
  | {
      readonly type: 'stage-completed'
      readonly jobId: number
      readonly stageId: number
      readonly stageAttempt: number
      readonly plan: StagePlan
    }
  | { readonly type: 'add-shuffle'; readonly shuffleId: number; readonly numMaps: number }
  | {
      readonly type: 'register-output'
      readonly shuffleId: number
      readonly mapPartition: number
      readonly status: MapStatus
    }
  | {
      readonly type: 'forget-outputs'
      readonly executorId: string
      readonly outputs: readonly LostOutput[]
    }
  | {
      readonly type: 'schedule-resubmit'
      readonly delayMs: number
      /** The first that has failed. */
      readonly stageId: number
      readonly stageAttempt: number
      readonly jobId: number
    }
  | {
      readonly type: 'deliver-result'
      readonly jobId: number
      readonly partition: number
      readonly parts: readonly Uint8Array[]
    }
  | { readonly type: 'job-succeeded'; readonly jobId: number }
  | { readonly type: 'job-failed'; readonly jobId: number; readonly cause: unknown }
  | { readonly type: 'ignored'; readonly event: DagEvent['type'] }
)
