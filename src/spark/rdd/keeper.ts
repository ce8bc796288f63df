import type { StorageLevel } from '../storage/index.ts'
import type { RDD } from './rdd.ts'

/** What keeps the partitions of RDDs, as the driver's RDDs know it. */
export interface RddKeeper {
  /** The RDD has got a level, or another. */
  persist(rdd: RDD<unknown>, level: StorageLevel): void
  /** Where its reliable checkpoint is written. @throws TROUPE_SPARK_CHECKPOINT_DIRECTORY */
  checkpointPath(rddId: number): string
  /** What is kept of the RDD goes; resolves at once, or when it is gone everywhere if `blocking`. */
  unpersist(rdd: RDD<unknown>, blocking: boolean): Promise<void>
  /** The map outputs of a shuffle go, and are made again if they are asked for. */
  cleanShuffle(shuffleId: number, blocking: boolean): Promise<void>
}
