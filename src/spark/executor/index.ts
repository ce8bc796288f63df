/**
 * Executors: where tasks run, and where map outputs lie.
 *
 * An {@link executor} is an actor that registers with its driver's executor registry, takes packed stages and tasks
 * from it, runs these in a {@link TaskRunner} and serves map outputs by its child, a shuffle-block actor, in
 * chunks of at most 256 KiB that the reader asks for. {@link BlockClient} is the reader's side.
 *
 * Guarantees: code is taken only with the proof of the application's token; every task that is run is reported
 * once; an executor whose driver is gone ends itself and removes its folder.
 */
export { checkDriver, markExecutor } from './driver-only.ts'
export { executor } from './executor.ts'
export type { ExecutorProps } from './executor.ts'
export { executorNodeOptions, startExecutor } from './executor-process.ts'
export { executorSettings, executorVariables } from './executor-settings.ts'
export type { ExecutorSettings, ExecutorTemplate } from './executor-settings.ts'
export { MAX_DIRECT_RESULT_KEY, PROCESS_WAIT_KEY } from './protocol.ts'
export { InlineTaskRunner } from './task-runner.ts'
export type { TaskRunner, UnpackStage } from './task-runner.ts'
export { ThreadTaskRunner, runTaskThread } from './task-threads/index.ts'
export type { ReadRemoteChunk } from './task-threads/index.ts'
export type {
  BlocksReply,
  ExecutorCommand,
  ExecutorHeartbeat,
  ExecutorThread,
  HeartbeatSettings,
  LocateBlocks,
  ReadChunk,
  RegisterExecutor,
  RegistrationReply,
  TaskReport,
  ThreadDump,
} from './protocol.ts'
