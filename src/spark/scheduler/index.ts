/**
 * The engine's scheduler: an actor in its own folder for each of its decisions, each decision a pure function
 * `(state, event) → [state, effects]` beside it.
 *
 * `dag-scheduler/` cuts a lineage at its shuffles ({@link cutStages}), runs the stages of jobs and decides what is
 * computed again ({@link dagTransition}); `task-set/` runs the tasks of one attempt of one stage and decides what is
 * tried again ({@link taskSetTransition}); `executor-registry/` has the executors and hands their slots to task sets
 * ({@link slotsTransition}); `map-output-tracker/` knows where map outputs lie; `barrier/` lets the tasks of a barrier stage
 * go on together.
 *
 * Guarantees: a transition is deterministic, does no I/O and touches nothing but the state it is given, which it
 * consumes; every effect carries the reason for it; a result is accepted only from the current try of a task.
 */
export { allocationManager, initialTarget } from './allocation/index.ts'
export type { AllocationSettings } from './allocation/index.ts'
export { barrierCoordinator } from './barrier/index.ts'
export type { BarrierMessage } from './barrier/index.ts'
export {
  DEFAULT_DAG_LIMITS,
  JOB_PROPERTIES,
  cutStages,
  dagScheduler,
  dagTransition,
  emptyDagState,
  tagsOf,
} from './dag-scheduler/index.ts'
export type {
  DagEffect,
  DagEvent,
  DagLimits,
  DagSchedulerMessage,
  JobSelector,
  JobUpdate,
  StagePackage,
  SubmitJob,
} from './dag-scheduler/index.ts'
export { emptySlots, executorRegistry, slotsTransition } from './executor-registry/index.ts'
export type {
  HealthSettings,
  LenderMessage,
  LendingMessage,
  RegistryMessage,
  SlotsEffect,
  SlotsEvent,
} from './executor-registry/index.ts'
export { mapOutputTracker } from './map-output-tracker/index.ts'
export type {
  BlocksAnswer,
  MapOutputTrackerMessage,
  MapStatus,
} from './map-output-tracker/index.ts'
export { CommitBook, outputCommitCoordinator } from './output-commit/index.ts'
export type { CommitAnswer, CommitRequest } from './output-commit/index.ts'
export { NO_POOLS, isFairlyBefore, nextInLine, readAllocations } from './pools/index.ts'
export type { Claim, PoolSettings, PoolSpec, QueuedSet, SchedulingMode } from './pools/index.ts'
export {
  DEFAULT_EXCLUSION,
  DEFAULT_SPECULATION,
  DEFAULT_TASK_SET_SETTINGS,
  executorLocation,
  taskSetState,
  taskSetTransition,
  wantedSlots,
} from './task-set/index.ts'
export type {
  ExclusionSettings,
  KillAnswer,
  LocalityWaits,
  SpeculationSettings,
  TaskKey,
  TaskSetEffect,
  TaskSetEvent,
  TaskSetSettings,
  TaskSetState,
} from './task-set/index.ts'
