import type { CommandInfo } from '../../mesos/index.ts'
import type { RateSchedule, RunSpec } from '../run/index.ts'

/** Where tasks go: where there is room, evenly over the agents, or one on each agent that is a node of the cluster under load. */
export type Placement = 'pack' | 'spread' | 'node-local'

/** What a run is to be; plain data, kept with the run. */
export interface RunPlan {
  readonly run: RunSpec
  /** Of one task, at most. */
  readonly operationsPerTask: number
  /** Tasks at once, at most. */
  readonly parallelism: number
  /** One more ends the run. */
  readonly maxTaskErrors: number
  readonly schedule: RateSchedule
  readonly rateMode: 'open' | 'throttle'
  readonly task: { readonly cpus: number; readonly mem: number }
  /** What an executor takes besides its tasks, in MB. */
  readonly executorMem: number
  readonly executorCommand: CommandInfo
  readonly placement: Placement
  /** The hosts of the nodes under load; for `node-local`. */
  readonly hosts: readonly string[]
}
