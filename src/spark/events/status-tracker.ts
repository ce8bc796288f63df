import { JOB_GROUP_PROPERTY } from './listener-infos.ts'
import type { SparkListenerEvent } from './listener-events.ts'
import type { ListenerStageInfo } from './listener-infos.ts'
import type { SparkEvent } from './spark-events.ts'

/** How a job stands. */
export interface SparkJobInfo {
  readonly jobId: number
  readonly stageIds: readonly number[]
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED'
}

/** How the latest attempt of a stage stands. */
export interface SparkStageInfo {
  readonly stageId: number
  readonly currentAttemptId: number
  /** In ms since 1970. */
  readonly submissionTime: number
  readonly name: string
  readonly numTasks: number
  readonly numActiveTasks: number
  readonly numCompletedTasks: number
  readonly numFailedTasks: number
}

/** How an executor stands. */
export interface SparkExecutorInfo {
  readonly executorId: string
  readonly host: string
  readonly numRunningTasks: number
}

interface Job {
  readonly stageIds: readonly number[]
  readonly groupId: string | undefined
  status: SparkJobInfo['status']
}

interface Stage {
  info: ListenerStageInfo
  isActive: boolean
  active: number
  completed: number
  failed: number
}

/** Jobs and stages that are over and still told of (spark.ui.retainedJobs, retainedStages). */
const RETAINED = 1000

/**
 * What jobs, stages and executors are doing, from the events of the application; of those that are over, the last thousand.
 *
 * @see SparkStatusTracker.scala in Spark
 */
export class SparkStatusTracker {
  readonly #jobs = new Map<number, Job>()
  readonly #stages = new Map<number, Stage>()
  readonly #executors = new Map<string, { readonly host: string; running: number }>()

  /** The jobs of a group that are known, also those that are over; of no group for `undefined`. */
  getJobIdsForGroup(groupId: string | undefined): number[] {
    return [...this.#jobs].flatMap(([jobId, job]) => (job.groupId === groupId ? [jobId] : []))
  }

  getActiveJobIds(): number[] {
    return [...this.#jobs].flatMap(([jobId, { status }]) => (status === 'RUNNING' ? [jobId] : []))
  }

  getActiveStageIds(): number[] {
    return [...this.#stages].flatMap(([stageId, { isActive }]) => (isActive ? [stageId] : []))
  }

  getJobInfo(jobId: number): SparkJobInfo | undefined {
    const job = this.#jobs.get(jobId)
    return job === undefined ? undefined : { jobId, stageIds: job.stageIds, status: job.status }
  }

  /** Undefined also for a stage that was skipped. */
  getStageInfo(stageId: number): SparkStageInfo | undefined {
    const stage = this.#stages.get(stageId)
    if (stage === undefined) return undefined
    const { info, active, completed, failed } = stage
    return {
      stageId,
      currentAttemptId: info.attemptNumber,
      submissionTime: info.submissionTime ?? 0,
      name: info.name,
      numTasks: info.numTasks,
      numActiveTasks: active,
      numCompletedTasks: completed,
      numFailedTasks: failed,
    }
  }

  getExecutorInfos(): SparkExecutorInfo[] {
    return [...this.#executors].map(([executorId, { host, running }]) => ({
      executorId,
      host,
      numRunningTasks: running,
    }))
  }

  /** Bound: the listener that feeds it. */
  readonly listener = (event: SparkEvent): void => {
    this.#apply(event as SparkListenerEvent)
  }

  #apply(event: SparkListenerEvent): void {
    switch (event.type) {
      case 'SparkListenerJobStart':
        this.#jobs.set(event.jobId, {
          stageIds: event.stageInfos.map(({ stageId }) => stageId),
          groupId: event.properties[JOB_GROUP_PROPERTY],
          status: 'RUNNING',
        })
        return
      case 'SparkListenerJobEnd': {
        const job = this.#jobs.get(event.jobId)
        if (job !== undefined)
          job.status = event.jobResult.result === 'JobSucceeded' ? 'SUCCEEDED' : 'FAILED'
        forgetOldest(this.#jobs, ({ status }) => status !== 'RUNNING')
        return
      }
      case 'SparkListenerStageSubmitted': {
        const { stageInfo } = event
        const { stageId } = stageInfo
        this.#stages.delete(stageId) // the latest come last
        const counts = { active: 0, completed: 0, failed: 0 }
        this.#stages.set(stageId, { info: stageInfo, isActive: true, ...counts })
        return
      }
      case 'SparkListenerStageCompleted': {
        const stage = this.#stages.get(event.stageInfo.stageId)
        if (stage?.info.attemptNumber !== event.stageInfo.attemptNumber) return
        stage.info = event.stageInfo
        stage.isActive = false
        forgetOldest(this.#stages, ({ isActive }) => !isActive)
        return
      }
      case 'SparkListenerTaskStart':
        this.#count(event, 1)
        return
      case 'SparkListenerTaskEnd': {
        const stage = this.#count(event, -1)
        if (stage === undefined) return
        if (event.reason.reason === 'Success') stage.completed += 1
        else stage.failed += 1
        return
      }
      case 'SparkListenerExecutorAdded': {
        const { executorHost: host } = event.executorInfo
        this.#executors.set(event.executorId, { host, running: 0 })
        return
      }
      case 'SparkListenerExecutorRemoved':
        this.#executors.delete(event.executorId)
        return
      default:
    }
  }

  /** One more task of a stage and an executor runs, or one less. */
  #count(
    event: Extract<SparkListenerEvent, { readonly stageAttemptId: number; taskInfo: unknown }>,
    by: 1 | -1,
  ): Stage | undefined {
    const executor = this.#executors.get(event.taskInfo.executorId)
    if (executor !== undefined) executor.running += by
    const stage = this.#stages.get(event.stageId)
    if (stage?.info.attemptNumber !== event.stageAttemptId) return undefined
    stage.active += by
    return stage
  }
}

function forgetOldest<V>(entries: Map<number, V>, isOver: (value: V) => boolean): void {
  if (entries.size <= RETAINED) return
  for (const [key, value] of entries) {
    if (!isOver(value)) continue
    entries.delete(key)
    return
  }
}
