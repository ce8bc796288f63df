/**
 * The decisions of the engine's scheduler, as pure functions `(state, event) → [state, effects]`.
 *
 * {@link cutStages} cuts a lineage at its shuffles; {@link dagTransition} runs the stages of jobs and decides what is
 * computed again; {@link taskSetTransition} runs the tasks of one attempt of one stage and decides what is
 * tried again; {@link slotsTransition} hands free slots to task sets; {@link MapOutputTracker} knows where map
 * outputs lie. The actors that carry out the effects are in `dag-scheduler/`, `task-set/`, `slots/` and
 * `map-output-tracker/`.
 *
 * Guarantees: a transition is deterministic, does no I/O and touches nothing but the state it is given, which it
 * consumes; every effect carries the reason for it; a result is accepted only from the current try of a task.
 */
export type { DagEffect, DagEvent, TaskOutcome } from './dag-events.ts'
export { DEFAULT_DAG_LIMITS, emptyDagState } from './dag-state.ts'
export type { DagLimits, DagState } from './dag-state.ts'
export { dagTransition } from './dag-transition.ts'
export { MapOutputTracker } from './map-output-tracker.ts'
export type { BlocksAnswer, LostOutput, MapStatus } from './map-output-tracker.ts'
export { emptySlots, slotsTransition } from './slots.ts'
export type { SlotsEffect, SlotsEvent, SlotsState } from './slots.ts'
export { cutStages } from './stages.ts'
export type { StageCut, StagePlan } from './stages.ts'
export type {
  SlotOffer,
  StaleReason,
  TaskKey,
  TaskSetEffect,
  TaskSetEvent,
} from './task-set-events.ts'
export { DEFAULT_MAX_TASK_FAILURES, taskSetState, wantedSlots } from './task-set-state.ts'
export type { TaskSetState, TaskState } from './task-set-state.ts'
export { taskSetTransition } from './task-set-transition.ts'
