import type { StorageLevel } from '../storage/index.ts'

/** How near to its input a task runs, the nearest first. */
export type LocalityLevel = 'PROCESS_LOCAL' | 'NODE_LOCAL' | 'NO_PREF' | 'RACK_LOCAL' | 'ANY'

/** What was set with a job: its group, description, tags, pool, and the user's own. */
export type Properties = Readonly<Record<string, string>>

/** The property that says which group a job belongs to. */
export const JOB_GROUP_PROPERTY = 'spark.jobGroup.id'

/** An accumulator as a stage or a task has changed it. */
export interface AccumulableInfo {
  readonly id: number
  /** Absent for one without a name, which is not shown. */
  readonly name?: string
  /** What one task has added, as text. */
  readonly update?: string
  /** The sum so far, as text. */
  readonly value?: string
}

/** One RDD of a stage. */
export interface ListenerRddInfo {
  readonly rddId: number
  readonly name: string
  readonly numPartitions: number
  /** Where the program has made it, such as `map at program.ts:12`; absent where that isn't known. */
  readonly callSite?: string
  /** Also those behind a shuffle. */
  readonly parentIds: readonly number[]
  /** Absent unless it is kept. */
  readonly storageLevel?: StorageLevel
}

/** One attempt of one stage. Times in ms since 1970, absent as long as there is none. */
export interface ListenerStageInfo {
  readonly stageId: number
  readonly attemptNumber: number
  /** Where the program has made what it computes, or called the action: `count at program.ts:12`. */
  readonly name: string
  /** The program's stack there; absent where it isn't known. */
  readonly details?: string
  readonly numTasks: number
  /** 0, the default one, if absent. */
  readonly resourceProfileId?: number
  readonly rddInfos: readonly ListenerRddInfo[]
  readonly parentIds: readonly number[]
  /** The shuffle that it writes; absent for a result stage. */
  readonly shuffleDepId?: number
  readonly submissionTime?: number
  readonly completionTime?: number
  /** Absent unless it has failed. */
  readonly failureReason?: string
  /** Those with a name. */
  readonly accumulables: readonly AccumulableInfo[]
}

/** One try of one task. Times in ms since 1970, 0 as long as there is none. */
export interface ListenerTaskInfo {
  /** The task attempt's id, unique in the application. */
  readonly taskId: number
  /** Of the task in its task set. */
  readonly index: number
  readonly attemptNumber: number
  readonly partitionId: number
  readonly launchTime: number
  readonly executorId: string
  readonly host: string
  readonly taskLocality: LocalityLevel
  readonly speculative: boolean
  readonly gettingResultTime: number
  readonly finishTime: number
  readonly failed: boolean
  readonly killed: boolean
  readonly accumulables: readonly AccumulableInfo[]
}
