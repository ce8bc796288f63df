import type { TaskMetrics } from '../rdd/index.ts'
import type { ExecutorMetrics } from './executor-metrics.ts'
import type { TaskEndReason } from './task-end-reason.ts'
import type { ListenerStageInfo, ListenerTaskInfo, Properties } from './listener-infos.ts'

/**
 * What happens in an application, under the names and with the content of Spark's listener events: what an event log,
 * a REST API and progress bars are made from. Times are of the wall clock, in ms since 1970.
 *
 * @see SparkListener.scala in Spark
 */
export type SparkListenerEvent =
  | ApplicationListenerEvent
  | JobListenerEvent
  | TaskListenerEvent
  | ExecutorListenerEvent
  | StorageListenerEvent

/** The beginning, the surroundings and the end of an application. */
export type ApplicationListenerEvent =
  | {
      readonly type: 'SparkListenerApplicationStart'
      readonly appName: string
      readonly appId: string
      readonly time: number
      readonly sparkUser: string
    }
  | { readonly type: 'SparkListenerApplicationEnd'; readonly time: number }
  /** What executors and tasks are asked for: the default profile, with id 0, and those of `rdd.withResources`. */
  | {
      readonly type: 'SparkListenerResourceProfileAdded'
      readonly resourceProfile: ResourceProfile
    }
  | {
      readonly type: 'SparkListenerEnvironmentUpdate'
      /** `Spark Properties`, `System Properties` …: names and values. */
      readonly environmentDetails: Readonly<
        Record<string, readonly (readonly [name: string, value: string])[]>
      >
    }

/** Resources by name: `cores`, `memory`, `memoryOverhead` and `offHeap` (in MiB) of an executor, `cpus` of a task. */
export interface ResourceProfile {
  readonly id: number
  readonly executorResources: readonly (readonly [name: string, amount: number])[]
  readonly taskResources: readonly (readonly [name: string, amount: number])[]
}

/** Jobs and their stages. */
export type JobListenerEvent =
  | {
      readonly type: 'SparkListenerJobStart'
      readonly jobId: number
      readonly time: number
      /** Also of the stages that are skipped. */
      readonly stageInfos: readonly ListenerStageInfo[]
      readonly properties: Properties
    }
  | {
      readonly type: 'SparkListenerJobEnd'
      readonly jobId: number
      readonly time: number
      /** `exception` is there when it has failed. */
      readonly jobResult: {
        readonly result: 'JobSucceeded' | 'JobFailed'
        readonly exception?: { readonly message: string; readonly stack: string }
      }
    }
  | {
      readonly type: 'SparkListenerStageSubmitted'
      readonly stageInfo: ListenerStageInfo
      readonly properties: Properties
    }
  | { readonly type: 'SparkListenerStageCompleted'; readonly stageInfo: ListenerStageInfo }

/** Tries of tasks. */
export type TaskListenerEvent =
  | {
      readonly type: 'SparkListenerTaskStart'
      readonly stageId: number
      readonly stageAttemptId: number
      readonly taskInfo: ListenerTaskInfo
    }
  /** Its result is too large for one message, and is on its way in parts. */
  | { readonly type: 'SparkListenerTaskGettingResult'; readonly taskInfo: ListenerTaskInfo }
  | {
      readonly type: 'SparkListenerSpeculativeTaskSubmitted'
      readonly stageId: number
      readonly stageAttemptId: number
      readonly taskIndex: number
      readonly partitionId: number
    }
  | {
      readonly type: 'SparkListenerTaskEnd'
      readonly stageId: number
      readonly stageAttemptId: number
      readonly taskType: 'ShuffleMapTask' | 'ResultTask'
      readonly reason: TaskEndReason
      readonly taskInfo: ListenerTaskInfo
      /** Absent when the try has not reported any. */
      readonly taskMetrics?: TaskMetrics
      /** Of its executor while the try ran; absent when there was no reading meanwhile. */
      readonly taskExecutorMetrics?: ExecutorMetrics
    }

/** Executors that come, go, are kept out and let in again. */
export type ExecutorListenerEvent =
  | {
      readonly type: 'SparkListenerExecutorAdded'
      readonly time: number
      readonly executorId: string
      readonly executorInfo: {
        readonly executorHost: string
        readonly totalCores: number
        /** 0, the default one, if absent. */
        readonly resourceProfileId?: number
      }
    }
  | {
      readonly type: 'SparkListenerExecutorRemoved'
      readonly time: number
      readonly executorId: string
      readonly reason: string
    }
  | {
      readonly type: 'SparkListenerExecutorMetricsUpdate'
      readonly execId: string
      /** Of the tasks under way: attempt id, stage, stage attempt, what they have counted so far. */
      readonly accumUpdates: readonly (readonly [
        taskId: number,
        stageId: number,
        stageAttemptId: number,
        metrics: TaskMetrics,
      ])[]
      /** The most that was measured since the last time, by the stages whose tasks run there; -1 and -1 when none do. */
      readonly executorUpdates: readonly (readonly [
        stageId: number,
        stageAttemptId: number,
        peaks: ExecutorMetrics,
      ])[]
    }
  /** The most of what was measured while a stage ran; in event logs only. */
  | {
      readonly type: 'SparkListenerStageExecutorMetrics'
      readonly execId: string
      readonly stageId: number
      readonly stageAttemptId: number
      readonly executorMetrics: ExecutorMetrics
    }
  | {
      readonly type: 'SparkListenerExecutorExcluded'
      readonly time: number
      readonly executorId: string
      readonly taskFailures: number
    }
  | {
      readonly type: 'SparkListenerExecutorExcludedForStage'
      readonly time: number
      readonly executorId: string
      readonly taskFailures: number
      readonly stageId: number
      readonly stageAttemptId: number
    }
  | {
      readonly type: 'SparkListenerNodeExcludedForStage'
      readonly time: number
      readonly hostId: string
      readonly executorFailures: number
      readonly stageId: number
      readonly stageAttemptId: number
    }
  | {
      readonly type: 'SparkListenerExecutorUnexcluded'
      readonly time: number
      readonly executorId: string
    }
  | {
      readonly type: 'SparkListenerNodeExcluded'
      readonly time: number
      readonly hostId: string
      readonly executorFailures: number
    }
  | { readonly type: 'SparkListenerNodeUnexcluded'; readonly time: number; readonly hostId: string }

/** What block managers hold. */
export type StorageListenerEvent =
  | {
      readonly type: 'SparkListenerBlockManagerAdded'
      readonly time: number
      readonly blockManagerId: BlockManagerId
      readonly maxMem: number
      readonly maxOnHeapMem: number
      readonly maxOffHeapMem: number
    }
  | {
      readonly type: 'SparkListenerBlockManagerRemoved'
      readonly time: number
      readonly blockManagerId: BlockManagerId
    }
  | {
      readonly type: 'SparkListenerBlockUpdated'
      readonly blockManagerId: BlockManagerId
      readonly blockId: string
      readonly storageLevel: {
        readonly useDisk: boolean
        readonly useMemory: boolean
        readonly useOffHeap: boolean
        readonly deserialized: boolean
        readonly replication: number
      }
      readonly memSize: number
      readonly diskSize: number
    }
  | { readonly type: 'SparkListenerUnpersistRDD'; readonly rddId: number }

/** One executor's store of blocks. */
export interface BlockManagerId {
  readonly executorId: string
  readonly host: string
  readonly port: number
}
