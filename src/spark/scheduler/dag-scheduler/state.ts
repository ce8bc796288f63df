import type { Properties } from '../../events/index.ts'
import { MapOutputTracker } from '../map-output-tracker/state.ts'
import type { StagePlan } from './stages.ts'

/**
 * Where a stage stands: not asked for; waiting for map outputs of its parents; with a task set that runs; or
 * waiting to be submitted again after a failed fetch.
 */
export type StageStatus = 'idle' | 'waiting' | 'running' | 'failed'

/** One stage of one or more jobs. */
export interface StageState {
  readonly stageId: number
  readonly plan: StagePlan
  /** The jobs that need it; it is forgotten with the last. */
  readonly jobs: Set<number>
  status: StageStatus
  /** Attempts made so far; the last has this number less one. */
  attempts: number
  /** Attempts in a row that have failed: by a failed fetch, or by a task of a barrier stage. */
  failedAttempts: number
  /** Partitions that the running attempt has not yet given. */
  pending: Set<number>
}

/** One job that is under way. */
export interface JobState {
  readonly jobId: number
  readonly resultStageId: number
  /** What was set with it: its group, tags, pool, and the user's own. */
  readonly properties: Properties
  /** The partitions that it wants. */
  readonly partitions: readonly number[]
  /** Of these, those whose results are still missing. */
  readonly unfinished: Set<number>
}

/** A job that is not under way yet. */
export interface WaitingJob {
  readonly job: JobState
  /** How often there were too few slots. */
  readonly failures: number
}

/** All that the DAG scheduler knows. A transition consumes the state it is given. */
export interface DagState {
  readonly jobs: Map<number, JobState>
  readonly stages: Map<number, StageState>
  /** shuffle → the stage that writes it, as long as a job needs it */
  readonly stageOfShuffle: Map<number, number>
  readonly outputs: MapOutputTracker
  /** Executors that are gone; their ids never come back. */
  readonly lostExecutors: Set<string>
  /** Executor → host, of those that are there. */
  readonly executorHosts: Map<string, string>
  /** Executor → the resource profile that it was started for, and its cores. */
  readonly executorSlots: Map<string, readonly [profileId: number, cores: number]>
  /** Jobs with barrier stages that wait for more slots. */
  readonly waitingJobs: Map<number, WaitingJob>
  /** Barrier stages of jobs under way for which slots are counted, as there were too few of them when some were lost. */
  readonly shortStages: Set<number>
  readonly limits: DagLimits
  nextStageId: number
  isResubmitScheduled: boolean
}

export interface DagLimits {
  /** Attempts of one stage that may fail, one after the other (spark.stage.maxConsecutiveAttempts). */
  readonly maxStageAttempts: number
  /** How long failed fetches are gathered before the stages go again. */
  readonly resubmitDelayMs: number
  readonly barrier: BarrierLimits
}

/** What holds for jobs with barrier stages. */
export interface BarrierLimits {
  /** How often slots are counted again when there are too few (spark.scheduler.barrier.maxConcurrentTasksCheck.interval). */
  readonly checkIntervalMs: number
  /** … and how many times, before the job fails (….maxFailures). */
  readonly maxCheckFailures: number
  /** The number of executors follows the work (spark.dynamicAllocation.enabled): there are no barrier stages then. */
  readonly isAllocationDynamic: boolean
}

/** Spark's. */
export const DEFAULT_BARRIER_LIMITS: BarrierLimits = {
  checkIntervalMs: 15_000,
  maxCheckFailures: 40,
  isAllocationDynamic: false,
}

/** Spark's limit of attempts; Spark waits 200 ms. */
export const DEFAULT_DAG_LIMITS: DagLimits = {
  maxStageAttempts: 4,
  resubmitDelayMs: 50,
  barrier: DEFAULT_BARRIER_LIMITS,
}

/** No jobs, no outputs. */
export function emptyDagState(limits: Partial<DagLimits> = {}): DagState {
  return {
    jobs: new Map(),
    stages: new Map(),
    stageOfShuffle: new Map(),
    outputs: new MapOutputTracker(),
    lostExecutors: new Set(),
    executorHosts: new Map(),
    executorSlots: new Map(),
    waitingJobs: new Map(),
    shortStages: new Set(),
    limits: { ...DEFAULT_DAG_LIMITS, ...limits },
    nextStageId: 0,
    isResubmitScheduled: false,
  }
}
