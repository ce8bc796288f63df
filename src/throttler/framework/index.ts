/**
 * The framework: which tasks a run has, where they go, and what becomes of their queries.
 *
 * A run's queries wait in a queue; {@link throttleScheduler} puts as many tasks into offers as fit and are allowed at once, and
 * what a task that ends has not done is queued again. The decisions are `stepRun`, a pure function.
 *
 * Guarantees: each query is counted once, however often it was run; never more tasks than the parallelism, as far as the master
 * knows; a run that is kept ({@link RunStore}) goes on under its framework's id when its scheduler was killed.
 */
export { initialRun } from './state.ts'
export type { EndedTask, LiveTask, RunEffect, RunRecord, RunState } from './state.ts'
export type { Placement, RunPlan } from './plan.ts'
export { RunStore } from './run-store.ts'
export { throttleScheduler } from './scheduler.ts'
export type {
  RunListener,
  RunOutcome,
  RunStatus,
  SchedulerMessage,
  SchedulerSettings,
} from './scheduler.ts'
export type { RunEvent } from './step.ts'
