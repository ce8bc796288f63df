import type { ListenerTaskInfo, SparkEvent, TaskEndReason } from '../../events/index.ts'
import type { TaskMetrics } from '../../rdd/index.ts'

/** Whose tries they are. */
interface BookProps {
  readonly stageId: number
  readonly stageAttempt: number
  readonly isShuffleMap: boolean
  readonly wallNowMs: () => number
  readonly publish: (event: SparkEvent) => void
}

/** What is known of a try when it begins. */
export type StartedTask = Pick<
  ListenerTaskInfo,
  | 'taskId'
  | 'index'
  | 'attemptNumber'
  | 'partitionId'
  | 'executorId'
  | 'host'
  | 'taskLocality'
  | 'speculative'
>

/** The end of a try, as listeners are told. */
export type TaskEnd = Extract<SparkEvent, { readonly type: 'SparkListenerTaskEnd' }>

/** Tells listeners of the tries of one task set, as Spark does. */
export class TaskBook {
  readonly #props: BookProps

  constructor(props: BookProps) {
    this.#props = props
  }

  started(task: StartedTask): ListenerTaskInfo {
    const { stageId, stageAttempt, wallNowMs, publish } = this.#props
    const taskInfo: ListenerTaskInfo = {
      taskId: task.taskId,
      index: task.index,
      attemptNumber: task.attemptNumber,
      partitionId: task.partitionId,
      launchTime: wallNowMs(),
      executorId: task.executorId,
      host: task.host,
      taskLocality: task.taskLocality,
      speculative: task.speculative,
      gettingResultTime: 0,
      finishTime: 0,
      failed: false,
      killed: false,
      accumulables: [],
    }
    publish({ type: 'SparkListenerTaskStart', stageId, stageAttemptId: stageAttempt, taskInfo })
    return taskInfo
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
    }
  }
}
