/**
 * The executor: runs the tasks of one agent, in one process.
 *
 * {@link throttleExecutor} is the actor; each task is a child of it, which is begun again with what is left when a query fails.
 * {@link runThrottleExecutor} is the process that agents start.
 */
export { throttleExecutor } from './executor.ts'
export type { ExecutorSettings } from './executor.ts'
export { runThrottleExecutor } from './run-executor.ts'
