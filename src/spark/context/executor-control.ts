import type { ResourceProfile, ResourceProfileManager } from '../resources/index.ts'
import type { ExecutorRequests } from './executor-requests.ts'
import { JobControl } from './job-control.ts'

/** The part of a context that asks for executors and ends them. */
export abstract class ExecutorControl extends JobControl {
  protected abstract readonly executors: ExecutorRequests
  protected abstract readonly profiles: ResourceProfileManager

  /** Takes a profile that an RDD is to have, as `rdd.withResources` does. @throws TROUPE_SPARK_PROFILE_UNSUPPORTED */
  addResourceProfile(profile: ResourceProfile): void {
    this.profiles.add(profile)
  }

  /**
   * Asks for so many executors more than there are, or than were asked for; false where their number is fixed.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  requestExecutors(numAdditionalExecutors: number): boolean {
    return this.executors.requestMore(numAdditionalExecutors)
  }

  /**
   * Says how many executors there are to be; none is ended for it, but those that end are replaced only as long as there are fewer. False where
   * their number is fixed.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  requestTotalExecutors(numExecutors: number): boolean {
    return this.executors.requestTotal(numExecutors)
  }

  /**
   * Ends executors, in whose place no others come; false where their number is fixed, and when none of them runs.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID with `spark.dynamicAllocation.enabled`, as in Spark
   */
  killExecutors(executorIds: readonly string[]): boolean {
    return this.executors.kill(executorIds)
  }

  /** Ends one executor, as if it were lost: what it ran runs elsewhere, what it held is recomputed, and another may come in its place. */
  killExecutor(executorId: string): void {
    this.executors.replace(executorId)
  }
}
