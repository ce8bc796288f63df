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
  /** Failed fetches in a row, each in an attempt of its own. */
  fetchFailures: number
  /** Partitions that the running attempt has not yet given. */
  pending: Set<number>
}

/** One job that is under way. */
export interface JobState {
  readonly jobId: number
  readonly resultStageId: number
  /** What was set with it: its group, tags, pool, and the user's own. */
  readonly properties: Properties
  /** Partitions whose results are still missing. */
  readonly unfinished: Set<number>
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
  readonly limits: DagLimits
  nextStageId: number
  isResubmitScheduled: boolean
}

export interface DagLimits {
  /** Attempts of one stage that may end by a failed fetch, one after the other (spark.stage.maxConsecutiveAttempts). */
  readonly maxStageAttempts: number
  /** How long failed fetches are gathered before the stages go again. */
  readonly resubmitDelayMs: number
}

/** Spark's limit of attempts; Spark waits 200 ms. */
export const DEFAULT_DAG_LIMITS: DagLimits = { maxStageAttempts: 4, resubmitDelayMs: 50 }

/** No jobs, no outputs. */
export function emptyDagState(limits: DagLimits = DEFAULT_DAG_LIMITS): DagState {
  return {
    jobs: new Map(),
    stages: new Map(),
    stageOfShuffle: new Map(),
    outputs: new MapOutputTracker(),
    lostExecutors: new Set(),
    executorHosts: new Map(),
    limits,
    nextStageId: 0,
    isResubmitScheduled: false,
  }
}
