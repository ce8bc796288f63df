import type { ExecutorTemplate } from '../../executor/index.ts'

/** A worker, as it says itself. */
export interface WorkerDescription {
  /** `worker-20261123093340-127.0.0.1-40000`: of this process, never used again. */
  readonly workerId: string
  /** Where its line listens. */
  readonly host: string
  readonly port: number
  readonly cores: number
  readonly memoryMb: number
}

/** What an application wants. */
export interface ApplicationDescription {
  readonly name: string
  readonly user: string
  /** `spark.cores.max`; the master's `spark.deploy.defaultCores` otherwise. */
  readonly maxCores?: number | undefined
  /** `spark.executor.cores`; without it one executor takes what its worker has for the application. */
  readonly coresPerExecutor?: number | undefined
  /** `spark.executor.memory`, in MB. */
  readonly memoryPerExecutorMb: number
}

/** Executors of a resource profile that an application wants, besides those of its description. */
export interface ProfileRequest {
  /** 1 or more. */
  readonly profileId: number
  /** How many it wants at most. */
  readonly total: number
  readonly coresPerExecutor?: number | undefined
  readonly memoryPerExecutorMb: number
  /** What each of them is told. */
  readonly executor: ExecutorTemplate
}

/** A program that is to be run on a worker. */
export interface DriverDescription {
  /** Where every worker finds it: a JavaScript file, or the folder of a package. */
  readonly program: string
  readonly args: readonly string[]
  /** `spark.…`, for its context. */
  readonly conf: Readonly<Record<string, string>>
  /** `spark.driver.memory`: its heap. */
  readonly memoryMb: number
  /** `spark.driver.cores` */
  readonly cores: number
  /** `--supervise`: it is run again where it fails, or its worker is gone. */
  readonly isSupervised: boolean
}

/** An executor that a worker runs. */
export interface HeldExecutor {
  readonly applicationId: string
  readonly executorId: number
  readonly cores: number
  readonly memoryMb: number
  /** The resource profile that it was started for; the default one if absent. */
  readonly profileId?: number | undefined
  readonly isRunning: boolean
}
