/**
 * The status of an application: jobs, stages, tries of tasks, executors, kept RDDs and its environment, folded from Spark's
 * listener events, whether they come from the application itself or out of its event log.
 *
 * Guarantees: {@link StatusStore} depends on the events alone, so that both ways come to the same; each event costs
 * O(1); what is over is forgotten, the oldest first, by limits that are those of Spark's keys `spark.ui.retained…`.
 *
 * Words: *live*, of a stage: it is not over, or tries of its tasks still run; *try*, one attempt of one task.
 */
export { hostPortOf } from './executors.ts'
export type { ExecutorRecord } from './executors.ts'
export type { RddRecord } from './kept-rdds.ts'
export { DEFAULT_STATUS_LIMITS } from './limits.ts'
export type { StatusLimits } from './limits.ts'
export type {
  ExecutorStageRecord,
  JobRecord,
  StageRecord,
  StageStatus,
  TaskRecord,
} from './records.ts'
export { StatusStore } from './status-store.ts'
export type { ApplicationRecord } from './status-store.ts'
export { taskDuration, taskStatus } from './task-state.ts'
export type { TaskStatus } from './task-state.ts'
