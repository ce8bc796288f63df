/**
 * Tasks: what a stage is when it travels, and how one try of one task runs, wherever that may be.
 *
 * A {@link StageWork} is made on the driver from an RDD and travels once to every executor; there it is made
 * again ({@link rebuildStage}) and each {@link TaskDescription} is run with it ({@link runTask}) in a
 * {@link TaskEnvironment}: the disk, the codec, and the way to the blocks of other executors.
 *
 * Guarantees: a task looks at its cancellation between batches; a task that fails or is cancelled leaves no file;
 * whatever goes wrong while a block is read is a FetchFailedError.
 */
export { BARRIER_ADDRESSES } from './barrier-task.ts'
export { keptRddsOf } from './kept-rdds.ts'
export { encodeLargeSplit, encodeSplit } from './large-split.ts'
export { rowCodec } from './row-codec.ts'
export { runTask } from './run-task.ts'
export type { Cancellation, TaskDescription, TaskEnvironment, TaskResult } from './run-task.ts'
export { closureStageCodec } from './stage-codec.ts'
export type { StageCodec } from './stage-codec.ts'
export { metricsOf, rememberMetrics } from './failed-tries.ts'
export { TaskMeasure, meterOf } from './task-measure.ts'
export { rebuildStage, resultWork, shuffleMapWork } from './stage-work.ts'
export type { RebuiltStage, StageEnd, StageWork } from './stage-work.ts'
