/** How a master decides. */
export interface MasterOptions {
  /** `spark.deploy.spreadOut`: an application's executors go to as many workers as there are, not to as few. */
  readonly spreadOut: boolean
  /** `spark.deploy.defaultCores`: of an application that does not say; all that there are by default. */
  readonly defaultCores: number
  /** `spark.deploy.maxExecutorRetries`: executors in a row that fail before an application is given up; -1 for never. */
  readonly maxExecutorRetries: number
  /** `spark.worker.timeout`: the silence after which a worker is dead. */
  readonly workerTimeoutMs: number
  /** `spark.deploy.recoveryTimeout`: how long a master that was started again waits for those that it knew. */
  readonly recoveryTimeoutMs: number
  /** `spark.deploy.retainedApplications` */
  readonly retainedApplications: number
  /** `spark.deploy.retainedDrivers` */
  readonly retainedDrivers: number
  /** `spark.dead.worker.persistence`: times the worker's timeout that a dead worker is still shown. */
  readonly deadWorkerPersistence: number
  /** How long a worker without a session may take to open another. */
  readonly workerGraceMs: number
  /** The same for an application; its executors end by themselves meanwhile if it is gone. */
  readonly applicationGraceMs: number
}

export const DEFAULT_MASTER_OPTIONS: MasterOptions = {
  spreadOut: true,
  defaultCores: Number.MAX_SAFE_INTEGER,
  maxExecutorRetries: 10,
  workerTimeoutMs: 60_000,
  recoveryTimeoutMs: 60_000,
  retainedApplications: 200,
  retainedDrivers: 200,
  deadWorkerPersistence: 15,
  workerGraceMs: 2_000,
  applicationGraceMs: 10_000,
}
