/**
 * The Throttler: a Mesos framework that puts load on Cassandra, measures it, and says what was measured.
 *
 * A _run_ is a number of queries; a _task_ does some of them on an agent of a cluster. {@link launchRun} runs a {@link RunPlan}
 * on a Mesos master of whichever make, or in this process alone.
 *
 * Guarantees: exactly the total, each query counted once, whatever becomes of tasks, agents and the scheduler; never more tasks
 * than the parallelism, as far as the master knows.
 */
export { openControlDoor } from './control/index.ts'
export type { Placement, RunOutcome, RunPlan, RunState } from './framework/index.ts'
export { launchRun } from './launcher/index.ts'
export type { LaunchOptions } from './launcher/index.ts'
export { ensureSchema, startTask } from './load/index.ts'
export { RATE_FORMS, executorCommandOf, hostsOf, readRate, storeOf } from './options/index.ts'
export {
  REPORT_FLAGS,
  RunCollector,
  figuresLine,
  parseThreshold,
  writeReports,
} from './report/index.ts'
export type { ReportFlags, Threshold } from './report/index.ts'
export type { RateSchedule } from './run/index.ts'
