/** What the tasks of a stage take, and where they may run. Plain data. */
export interface StageResources {
  readonly profileId: number
  /** The profile for which an executor must have been started to run them. */
  readonly executorProfileId: number
  /** Cores of an executor that each of them takes; at least 1. */
  readonly cpus: number
}

/** RDD → what the stage takes whose RDD it is; absent where that is a core of any executor of the default profile. */
export type ResourcesByRdd = ReadonlyMap<number, StageResources>

/** What the executors of a profile are to have; what is absent is as for the default profile. Plain data. */
export interface ExecutorProfile {
  readonly profileId: number
  readonly cores?: number | undefined
  /** Of the heap. */
  readonly memoryMb?: number | undefined
  /** Besides the heap, where `spark.memory.offHeap.enabled`. */
  readonly offHeapMb?: number | undefined
}
