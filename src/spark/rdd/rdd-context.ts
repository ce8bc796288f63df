import type { Disk } from '../../platform/index.ts'
import type { ActionSpec } from './actions/action.ts'
import type { RddKeeper } from './keeper.ts'
import type { RDD } from './rdd.ts'

/** What an RDD needs of the SparkContext it was made by. */
export interface RddContext {
  /** Partitions of a shuffle when none are asked for; at least 1. */
  readonly defaultParallelism: number
  /** Files as the driver sees them. */
  readonly disk: Disk
  readonly keeper: RddKeeper
  newRddId(): number
  newShuffleId(): number
  /** A seed for what is drawn at random. */
  newSeed(): number
  /**
   * Runs `action` over the given partitions (all by default) and resolves to a result for each, in that order.
   *
   * @throws TROUPE_SPARK_JOB_FAILED, TROUPE_SPARK_JOB_CANCELLED, TROUPE_SPARK_CONTEXT_STOPPED
   */
  runJob(
    rdd: RDD<unknown>,
    action: ActionSpec,
    options?: {
      readonly partitions?: readonly number[] | undefined
      readonly signal?: AbortSignal | undefined
      readonly name?: string | undefined
    },
  ): Promise<readonly unknown[]>
}
