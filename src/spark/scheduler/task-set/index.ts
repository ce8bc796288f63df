/** The task set: the tasks of one attempt of one stage, and their supervising parent. Its state is pure. */
export type { SlotOffer, StaleReason, TaskKey, TaskSetEffect, TaskSetEvent } from './events.ts'
export { executorLocation } from './locations.ts'
export { DEFAULT_EXCLUSION, DEFAULT_SPECULATION, DEFAULT_TASK_SET_SETTINGS } from './settings.ts'
export type {
  ExclusionSettings,
  LocalityWaits,
  SpeculationSettings,
  TaskSetSettings,
} from './settings.ts'
export { taskSetState, wantedSlots } from './state.ts'
export type { TaskSetState, TaskState } from './state.ts'
export { taskSet } from './task-set.ts'
export type { TaskSet } from './task-set.ts'
export type { TaskSetProps, TaskSetReport } from './props.ts'
export type { KillAnswer, TaskSetMessage } from './protocol.ts'
export { taskSetTransition } from './transition.ts'
