/**
 * The engine: Spark-style datasets, run by supervised actors.
 *
 * {@link SparkContext} is the way in: `textFile` and `parallelize` make an {@link RDD}, transformations make others,
 * actions run jobs. A job is cut into stages at its shuffles; each attempt of a stage has a task set, the
 * supervising parent of its tasks; a task runs on an executor, in the driver's process or in one that a cluster
 * manager has started. What fails is run again from its lineage.
 *
 * Guarantees: the result of a job is that of an undisturbed run, whatever executors were lost, or a coded failure with
 * the last cause; functions travel with what they captured, or are refused before any task runs; rows flow in batches of
 * at most 4,096.
 *
 * Floors: `keys` and `batches` ← `shuffle` and `resources` ← `rdd` ← `task` ← `scheduler` and `executor` ← `backend` ← `context`; `closure`
 * beside them.
 */
export {
  AccumulatorV2,
  CollectionAccumulator,
  DoubleAccumulator,
  LongAccumulator,
} from './accumulators/index.ts'
export { Batches } from './batches/index.ts'
export type { Batch, Rows } from './batches/index.ts'
export type { BackendContext, SchedulerBackend } from './backend/index.ts'
export { Broadcast } from './broadcast/index.ts'
export { ClosureError, registerCodec } from './closure/index.ts'
export type { ClosureCodec, ClosureErrorCode } from './closure/index.ts'
export { SparkContext } from './context/index.ts'
export type { RddStorageInfo, SparkConf, SparkContextOptions } from './context/index.ts'
export { Encoders } from './columns/index.ts'
export type { Encoder, RowOf } from './columns/index.ts'
export { FetchFailedError, SparkError } from './errors.ts'
export type { SparkErrorCode } from './errors.ts'
export { SparkStatusTracker } from './events/index.ts'
export type {
  AccumulableInfo,
  EngineEvent,
  ExecutorMetrics,
  ListenerRddInfo,
  ListenerStageInfo,
  ListenerTaskInfo,
  SparkEvent,
  SparkExecutorInfo,
  SparkJobInfo,
  SparkListener,
  SparkListenerCallbacks,
  SparkListenerEvent,
  SparkStageInfo,
  StageInfo,
  TaskEndReason,
  TaskInfo,
} from './events/index.ts'
export type { MemoryConsumer, MemoryMode, TaskMemory } from './memory/index.ts'
export { FutureAction, PairMap, StatCounter } from './rdd/index.ts'
export type { ApproximateEvaluator, BoundedDouble, PartialResult } from './rdd/index.ts'
export {
  BarrierTaskContext,
  DeterministicLevel,
  RDD,
  RDDBarrier,
  TaskContext,
  narrow,
} from './rdd/index.ts'
export type {
  ActionOptions,
  BarrierTaskInfo,
  Dependency,
  Partition,
  TaskCommit,
  TaskCompletion,
  TaskMetrics,
} from './rdd/index.ts'
export {
  ExecutorResourceRequest,
  ExecutorResourceRequests,
  ResourceProfile,
  ResourceProfileBuilder,
  TaskResourceProfile,
  TaskResourceRequest,
  TaskResourceRequests,
} from './resources/index.ts'
export { SparkFiles } from './shared-files/index.ts'
export { FunctionPartitioner, HashPartitioner, RangePartitioner } from './shuffle/index.ts'
export type { Pair, Partitioner } from './shuffle/index.ts'
export { StorageLevel } from './storage/index.ts'
export type { StorageLevelName } from './storage/index.ts'
