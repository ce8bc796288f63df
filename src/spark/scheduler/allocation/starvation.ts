/** Spark's `spark.starvation.timeout`. */
const PATIENCE_MS = 15_000

/** Watches for resource profiles whose tasks wait and that have no executor: something takes all the room. */
export class Starvation {
  /** resource profile → since when; undefined once that was told */
  readonly #since = new Map<number, number | undefined>()

  /** What is to be told now of a profile, once each time that it starves. */
  look(
    profileId: number,
    pendingTasks: number,
    executors: number,
    nowMs: number,
  ): string | undefined {
    if (pendingTasks === 0 || executors > 0) {
      this.#since.delete(profileId)
      return undefined
    }
    if (!this.#since.has(profileId)) this.#since.set(profileId, nowMs)
    const sinceMs = this.#since.get(profileId)
    if (sinceMs === undefined || nowMs - sinceMs < PATIENCE_MS) return undefined
    this.#since.set(profileId, undefined)
    const of = profileId === 0 ? '' : ` of resource profile ${profileId}`
    return (
      `Initial job has not accepted any resources: ${pendingTasks} tasks${of} have waited ${PATIENCE_MS / 1000} s for an executor. ` +
      'See that the cluster has as many cores and as much memory free as one takes, and spark.cores.max so many left; executors that hold ' +
      'map outputs of the job keep their room (spark.dynamicAllocation.maxExecutors bounds them)'
    )
  }
}
