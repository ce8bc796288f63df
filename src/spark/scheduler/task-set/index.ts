/** The task set: the tasks of one attempt of one stage, and their supervising parent. Its state is pure. */
export type { SlotOffer, StaleReason, TaskKey, TaskSetEffect, TaskSetEvent } from './events.ts'
export { DEFAULT_MAX_TASK_FAILURES, taskSetState, wantedSlots } from './state.ts'
export type { TaskSetState, TaskState } from './state.ts'
export { taskSet } from './task-set.ts'
export type { TaskSet, TaskSetProps, TaskSetReport } from './task-set.ts'
export type { KillAnswer, TaskSetMessage } from './protocol.ts'
export { taskSetTransition } from './transition.ts'
