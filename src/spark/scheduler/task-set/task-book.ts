import type {
  ExecutorMetrics,
  ListenerTaskInfo,
  SparkEvent,
  TaskEndReason,
} from '../../events/index.ts'
import type { TaskMetrics } from '../../rdd/index.ts'
import type { TaskSetEffect } from './events.ts'
import type { Excluded } from './exclusion.ts'

type Launch = Extract<TaskSetEffect, { type: 'launch' }>

/** Whose tries they are. */
interface BookProps {
  readonly stageId: number
  readonly stageAttempt: number
  readonly isShuffleMap: boolean
  readonly wallNowMs: () => number
  readonly publish: (event: SparkEvent) => void
}

/** The end of a try, as listeners are told. */
export type TaskEnd = Extract<SparkEvent, { readonly type: 'SparkListenerTaskEnd' }>

/** Tells listeners of the tries of one task set, as Spark does. */
export class TaskBook {
  readonly #props: BookProps

  constructor(props: BookProps) {
    this.#props = props
  }

  started(task: Launch, taskId: number): ListenerTaskInfo {
    const { stageId, stageAttempt, wallNowMs, publish } = this.#props
    const taskInfo: ListenerTaskInfo = {
      taskId,
      index: task.task,
      attemptNumber: task.attempt,
      partitionId: task.partition,
      launchTime: wallNowMs(),
      executorId: task.executorId,
      host: task.host,
      taskLocality: task.locality,
      speculative: task.isSpeculative,
      gettingResultTime: 0,
      finishTime: 0,
      failed: false,
      killed: false,
      accumulables: [],
    }
    publish({ type: 'SparkListenerTaskStart', stageId, stageAttemptId: stageAttempt, taskInfo })
    return taskInfo
  }

  /** A task is to run a second time. */
  speculated(taskIndex: number, partitionId: number): void {
    const { stageId, stageAttempt: stageAttemptId, publish } = this.#props
    const type = 'SparkListenerSpeculativeTaskSubmitted'
    publish({ type, stageId, stageAttemptId, taskIndex, partitionId })
  }

  /** The set keeps away from an executor or a host. */
  excluded(excluded: Excluded): void {
    const { stageId, stageAttempt: stageAttemptId, wallNowMs, publish } = this.#props
    const where = { time: wallNowMs(), stageId, stageAttemptId }
    if (excluded.what === 'node') {
      const { host: hostId, executors: executorFailures } = excluded
      publish({ type: 'SparkListenerNodeExcludedForStage', hostId, executorFailures, ...where })
    } else {
      const { executorId, failures: taskFailures } = excluded
      publish({ type: 'SparkListenerExecutorExcludedForStage', executorId, taskFailures, ...where })
    }
  }

  gettingResult(info: ListenerTaskInfo): ListenerTaskInfo {
    const taskInfo = { ...info, gettingResultTime: this.#props.wallNowMs() }
    this.#props.publish({ type: 'SparkListenerTaskGettingResult', taskInfo })
    return taskInfo
  }

  /** What listeners are to be told of the end of a try. */
  ended(
    info: ListenerTaskInfo,
    reason: TaskEndReason,
    taskMetrics: TaskMetrics | undefined,
    taskExecutorMetrics?: ExecutorMetrics,
  ): TaskEnd {
    const { stageId, stageAttempt, isShuffleMap, wallNowMs } = this.#props
    const isKilled = reason.reason === 'TaskKilled'
    const taskInfo: ListenerTaskInfo = {
      ...info,
      finishTime: wallNowMs(),
      failed: reason.reason !== 'Success' && !isKilled,
      killed: isKilled,
    }
    return {
      type: 'SparkListenerTaskEnd',
      stageId,
      stageAttemptId: stageAttempt,
      taskType: isShuffleMap ? 'ShuffleMapTask' : 'ResultTask',
      reason,
      taskInfo,
      ...(taskMetrics === undefined ? {} : { taskMetrics }),
      ...(taskExecutorMetrics === undefined ? {} : { taskExecutorMetrics }),
    }
  }
}
