import type { ExecutorMetrics, ListenerStageInfo, ListenerTaskInfo } from '../events/index.ts'
import { emptyMetrics, type TaskMetrics } from '../rdd/index.ts'

/** A job, as far as it has come. */
export interface JobRecord {
  readonly jobId: number
  /** That of its last stage. */
  readonly name: string
  readonly description: string | undefined
  readonly group: string | undefined
  readonly tags: readonly string[]
  readonly submissionTime: number
  readonly stageIds: readonly number[]
  /** Of all its stages, also of those that may be skipped. */
  readonly numTasks: number
  completionTime: number | undefined
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED'
  activeTasks: number
  completedTasks: number
  failedTasks: number
  killedTasks: number
  skippedTasks: number
  activeStages: number
  failedStages: number
  readonly completedStages: Set<number>
  readonly skippedStages: Set<number>
  /** Tasks that are done, each once: stage and index as one number. Given up when the job is over. */
  doneTasks: Set<number> | undefined
  completedIndices: number
  /** Reason → tries that were killed for it. */
  readonly killed: Map<string, number>
}

export type StageStatus = 'PENDING' | 'ACTIVE' | 'COMPLETE' | 'FAILED' | 'SKIPPED'

/** One attempt of a stage, as far as it has come. */
export interface StageRecord {
  info: ListenerStageInfo
  status: StageStatus
  /** Not over, or tries of its tasks still run. */
  isLive: boolean
  /** Those under way that it works for. */
  jobs: readonly JobRecord[]
  description: string | undefined
  schedulingPool: string
  activeTasks: number
  completedTasks: number
  failedTasks: number
  killedTasks: number
  readonly doneIndices: Set<number>
  readonly killed: Map<string, number>
  firstLaunchTime: number | undefined
  readonly metrics: TaskMetrics
  /** By executor. */
  readonly executors: Map<string, ExecutorStageRecord>
  /** By id, in their order. */
  readonly tasks: Map<number, TaskRecord>
  speculation: SpeculationRecord | undefined
  /** The most of each figure of any executor meanwhile; absent until there was one. */
  peaks: ExecutorMetrics | undefined
}

/** The second tries of slow tasks. */
export interface SpeculationRecord {
  tasks: number
  active: number
  completed: number
  failed: number
  killed: number
}

/** What an executor has done of an attempt of a stage. */
export interface ExecutorStageRecord {
  taskTime: number
  completedTasks: number
  failedTasks: number
  killedTasks: number
  isExcluded: boolean
  readonly metrics: TaskMetrics
  peaks: ExecutorMetrics | undefined
}

/** A try of a task. */
export interface TaskRecord {
  readonly stage: StageRecord
  info: ListenerTaskInfo
  /** Absent until it has told of any. */
  metrics: TaskMetrics | undefined
  /** Absent unless it has failed or was killed. */
  error: string | undefined
  isForgotten: boolean
}

export function newStage(info: ListenerStageInfo): StageRecord {
  return {
    info,
    status: 'PENDING',
    isLive: true,
    jobs: [],
    description: undefined,
    schedulingPool: 'default',
    activeTasks: 0,
    completedTasks: 0,
    failedTasks: 0,
    killedTasks: 0,
    doneIndices: new Set(),
    killed: new Map(),
    firstLaunchTime: undefined,
    metrics: emptyMetrics(),
    executors: new Map(),
    tasks: new Map(),
    speculation: undefined,
    peaks: undefined,
  }
}

/** What an executor has done of a stage; it is made on first use. */
export function executorOf(stage: StageRecord, executorId: string): ExecutorStageRecord {
  let record = stage.executors.get(executorId)
  if (record === undefined) {
    record = {
      taskTime: 0,
      completedTasks: 0,
      failedTasks: 0,
      killedTasks: 0,
      isExcluded: false,
      metrics: emptyMetrics(),
      peaks: undefined,
    }
    stage.executors.set(executorId, record)
  }
  return record
}
