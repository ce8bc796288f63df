/** How long a task waits for a place nearer to its input, by level (spark.locality.wait and .process, .node). */
export interface LocalityWaits {
  readonly processMs: number
  readonly nodeMs: number
}

/** When a task that takes long is run a second time (spark.speculation.*). */
export interface SpeculationSettings {
  readonly intervalMs: number
  /** How many times the median it must have taken. */
  readonly multiplier: number
  /** The share of tasks that must be done. */
  readonly quantile: number
  readonly minTaskRuntimeMs: number
}

/** Where tasks that fail are kept from (spark.excludeOnFailure.*). */
export interface ExclusionSettings {
  readonly maxTaskAttemptsPerExecutor: number
  readonly maxTaskAttemptsPerNode: number
  readonly maxFailedTasksPerExecutor: number
  readonly maxFailedExecutorsPerNode: number
  /** How long a set waits for an executor, of whose tasks one must not run on any that is there. */
  readonly unschedulableTimeoutMs: number
  /** Whether more executors are asked for then. */
  readonly mayGrow: boolean
}

/** What the tasks of a set are run by. */
export interface TaskSetSettings {
  readonly maxTaskFailures: number
  readonly locality: LocalityWaits
  /** Of the results of all tasks of a set together (spark.driver.maxResultSize); 0 for no bound. */
  readonly maxResultBytes: number
  /** Undefined: no task is run a second time. */
  readonly speculation: SpeculationSettings | undefined
  /** Undefined: a task only avoids executors on which it has failed itself, as long as there are others. */
  readonly exclusion: ExclusionSettings | undefined
}

/** Spark's defaults. */
export const DEFAULT_TASK_SET_SETTINGS: TaskSetSettings = {
  maxTaskFailures: 4,
  locality: { processMs: 3000, nodeMs: 3000 },
  maxResultBytes: 1 << 30,
  speculation: undefined,
  exclusion: undefined,
}

/** Spark's defaults when speculation is on. */
export const DEFAULT_SPECULATION: SpeculationSettings = {
  intervalMs: 100,
  multiplier: 1.5,
  quantile: 0.75,
  minTaskRuntimeMs: 100,
}

/** Spark's defaults when exclusion is on. */
export const DEFAULT_EXCLUSION: ExclusionSettings = {
  maxTaskAttemptsPerExecutor: 1,
  maxTaskAttemptsPerNode: 2,
  maxFailedTasksPerExecutor: 2,
  maxFailedExecutorsPerNode: 2,
  unschedulableTimeoutMs: 120_000,
  mayGrow: false,
}
