import type { Cassandra, Clock } from '../../platform/index.ts'
import type { DriverFiles } from '../files/index.ts'
import type { ResourceProfile } from '../resources/index.ts'
import type { ActionSpec } from './actions/action.ts'
import type { CallSite, Caller } from './call-site.ts'
import type { RddKeeper } from './keeper.ts'
import type { RDD } from './rdd.ts'

/** What an RDD needs of the SparkContext it was made by. */
export interface RddContext {
  /** Partitions of a collection when none are asked for; at least 1. */
  readonly defaultParallelism: number
  /** `spark.default.parallelism`, where it is set: partitions of a shuffle when none are asked for. */
  readonly configuredParallelism: number | undefined
  /** Files as the driver sees them. */
  readonly files: DriverFiles
  readonly keeper: RddKeeper
  /** Databases as the driver reaches them. */
  readonly cassandra: Cassandra
  /** For actions that do not wait for all of their job. */
  readonly clock: Clock
  /** A copy of the configuration. */
  getConf(): Readonly<Record<string, string | number | boolean>>
  newRddId(): number
  /** Who calls the engine now, below `above` on the stack, by `method` as far as is known; undefined on executors. */
  callSite(method: string, above?: Caller): CallSite | undefined
  newShuffleId(): number
  /** Takes a resource profile that an RDD is to have. @throws TROUPE_SPARK_PROFILE_UNSUPPORTED */
  addResourceProfile(profile: ResourceProfile): void
  /** A seed for what is drawn at random. */
  newSeed(): number
  /**
   * Runs `action` over the given partitions (all by default) and resolves to a result for each, in that order.
   *
   * @throws TROUPE_SPARK_JOB_FAILED, TROUPE_SPARK_JOB_CANCELLED, TROUPE_SPARK_CONTEXT_STOPPED
   */
  runJob(rdd: RDD<unknown>, action: ActionSpec, options?: JobOptions): Promise<readonly unknown[]>
}

/** How a job is run. */
export interface JobOptions {
  /** All of them by default. */
  readonly partitions?: readonly number[] | undefined
  /** Cancels the job. */
  readonly signal?: AbortSignal | undefined
  /** For people; the action's otherwise. */
  readonly name?: string | undefined
  /** Told of each result as it comes, in no order. What it throws is its own affair: it must not throw. */
  readonly onResult?: ((partition: number, value: unknown) => void) | undefined
}
