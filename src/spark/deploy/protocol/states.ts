/** How a worker stands with its master. UNKNOWN: known from before the master's restart, and not heard of yet. */
export type WorkerState = 'ALIVE' | 'DEAD' | 'UNKNOWN'

/** UNKNOWN as for workers. */
export type ApplicationState = 'WAITING' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'UNKNOWN'

export type ExecutorState = 'LAUNCHING' | 'RUNNING' | 'KILLED' | 'FAILED' | 'LOST' | 'EXITED'

/** RELAUNCHING: its worker is gone, and another driver runs in its place. UNKNOWN as for workers. */
export type DriverState =
  'SUBMITTED' | 'RUNNING' | 'FINISHED' | 'RELAUNCHING' | 'UNKNOWN' | 'KILLED' | 'FAILED' | 'ERROR'

export const EXECUTOR_STATES: readonly ExecutorState[] = [
  'LAUNCHING',
  'RUNNING',
  'KILLED',
  'FAILED',
  'LOST',
  'EXITED',
]

/** What a worker may say of a driver. */
export const REPORTED_DRIVER_STATES: readonly DriverState[] = [
  'FINISHED',
  'KILLED',
  'FAILED',
  'ERROR',
]

export function isExecutorOver(state: ExecutorState): boolean {
  return state !== 'LAUNCHING' && state !== 'RUNNING'
}
