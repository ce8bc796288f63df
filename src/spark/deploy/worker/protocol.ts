import type { ExecutorState, WorkerEvent, DriverState } from '../protocol/index.ts'

export type LaunchExecutor = Extract<WorkerEvent, { type: 'launch-executor' }>
export type LaunchDriver = Extract<WorkerEvent, { type: 'launch-driver' }>

/** What those that keep a process tell their worker. */
export type RunnerNotice =
  | {
      readonly type: 'executor-state'
      readonly applicationId: string
      readonly executorId: number
      readonly state: ExecutorState
      readonly message: string
      readonly exitStatus: number | undefined
    }
  | {
      readonly type: 'driver-over'
      readonly driverId: string
      readonly state: DriverState
      readonly message: string | undefined
    }

/** What a worker tells those that keep a process. */
export interface KillProcess {
  readonly type: 'kill-process'
  readonly reason: string
}

/** What a worker is made of. */
export interface WorkerPlace {
  /** Where its line listens; executors and drivers listen on this host, too. */
  readonly host: string
  readonly port: number
  readonly cores: number
  readonly memoryMb: number
  /** Where what executors and drivers say to stdout and stderr is kept, a folder each. */
  readonly workDirectory: string
  /** Where executors keep blocks, for as long as they run. */
  readonly scratchDirectory: string
  /** `spark.worker.driverTerminateTimeout`: how long a driver may take to end. */
  readonly driverTerminateMs: number
}
