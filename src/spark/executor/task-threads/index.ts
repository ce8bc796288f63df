/** Task threads: worker threads that run the user's functions and nothing else. */
export { runTaskThread } from './task-thread.ts'
export { ThreadTaskRunner } from './thread-task-runner.ts'
export type { ReadRemoteChunk } from './thread-task-runner.ts'
