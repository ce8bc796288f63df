/** How the number of executors follows the work (spark.dynamicAllocation.*). */
export interface AllocationSettings {
  readonly minExecutors: number
  readonly maxExecutors: number
  readonly initialExecutors: number
  /** Of what would run all tasks at once, the share that is asked for. */
  readonly allocationRatio: number
  /** How long tasks wait for slots before executors are asked for. */
  readonly backlogTimeoutMs: number
  /** … and again after that. */
  readonly sustainedBacklogTimeoutMs: number
  readonly idleTimeoutMs: number
  /** Of executors that keep cached partitions. */
  readonly cachedIdleTimeoutMs: number
  /** Of executors that have map outputs which no job under way needs. */
  readonly shuffleTimeoutMs: number
}

/** Spark's. */
export const DEFAULT_ALLOCATION: AllocationSettings = {
  minExecutors: 0,
  maxExecutors: Number.POSITIVE_INFINITY,
  initialExecutors: 0,
  allocationRatio: 1,
  backlogTimeoutMs: 1_000,
  sustainedBacklogTimeoutMs: 1_000,
  idleTimeoutMs: 60_000,
  cachedIdleTimeoutMs: Number.POSITIVE_INFINITY,
  shuffleTimeoutMs: Number.POSITIVE_INFINITY,
}
