/**
 * The listener bus: what happens in an application, in order, for progress bars, reports and logs.
 *
 * Guarantees: events are published where the decision falls, before its effects are seen elsewhere; each carries
 * the reason of its decision; a listener that throws is logged and harms nobody.
 */
export { EXECUTOR_METRICS, NO_EXECUTOR_METRICS, metricsBy, peaksOf } from './executor-metrics.ts'
export type { ExecutorMetrics } from './executor-metrics.ts'
export { SPARK_FORM_VERSION } from './form-version.ts'
export { listenerOf } from './listener-callbacks.ts'
export type { SparkListenerCallbacks } from './listener-callbacks.ts'
export { ListenerBus } from './listener-bus.ts'
export type {
  ApplicationListenerEvent,
  BlockManagerId,
  ExecutorListenerEvent,
  JobListenerEvent,
  ResourceProfile,
  SparkListenerEvent,
  StorageListenerEvent,
  TaskListenerEvent,
} from './listener-events.ts'
export { JOB_GROUP_PROPERTY } from './listener-infos.ts'
export type {
  AccumulableInfo,
  ListenerRddInfo,
  ListenerStageInfo,
  ListenerTaskInfo,
  LocalityLevel,
  Properties,
} from './listener-infos.ts'
export { SparkStatusTracker } from './status-tracker.ts'
export type { SparkExecutorInfo, SparkJobInfo, SparkStageInfo } from './status-tracker.ts'
export { taskEndReason } from './task-end-reason.ts'
export type { TaskEndReason } from './task-end-reason.ts'
export type { EngineEvent, SparkEvent, SparkListener, StageInfo, TaskInfo } from './spark-events.ts'
