import { NO_EXECUTOR_METRICS, peaksOf, type ExecutorMetrics } from '../events/index.ts'
import type {
  ApplicationListenerEvent,
  JobListenerEvent,
  ResourceProfile,
  SparkEvent,
  SparkListenerEvent,
  TaskListenerEvent,
} from '../events/index.ts'
import { ExecutorRecords, type ExecutorRecord } from './executors.ts'
import { descriptionOf, JobRecords, poolOf, taskDone } from './jobs.ts'
import { KeptRdds } from './kept-rdds.ts'
import { DEFAULT_STATUS_LIMITS, type StatusLimits } from './limits.ts'
import { addMetrics, wholeMetrics } from './metric-totals.ts'
import { emptyMetrics, type TaskMetrics } from '../rdd/index.ts'
import { executorOf, type JobRecord, type StageRecord, type TaskRecord } from './records.ts'
import { StageRecords } from './stages.ts'
import { errorMessage, outcomeOf, taskDuration } from './task-state.ts'

/** Of a try that is over and has told of none, as in Spark. */
const NO_METRICS = Object.freeze(emptyMetrics())

type Of<Event, Type> = Extract<Event, { readonly type: Type }>

/** The application itself. Times in ms since 1970. */
export interface ApplicationRecord {
  readonly id: string
  readonly name: string
  readonly user: string
  readonly startTime: number
  endTime: number | undefined
}

/**
 * What an application is, has done and does: a fold of its listener events, of O(1) for each.
 *
 * What is under way is remembered in full; of what is over, as much as the limits say, the latest.
 *
 * @see AppStatusListener.scala in Spark
 */
export class StatusStore {
  readonly executors: ExecutorRecords
  readonly jobs: JobRecords
  readonly stages: StageRecords
  readonly rdds: KeptRdds
  #application: ApplicationRecord | undefined
  #environment: Of<
    ApplicationListenerEvent,
    'SparkListenerEnvironmentUpdate'
  >['environmentDetails'] = {}
  readonly #profiles: ResourceProfile[] = []
  readonly #running = new Map<number, TaskRecord>()

  constructor(limits: StatusLimits = DEFAULT_STATUS_LIMITS) {
    this.executors = new ExecutorRecords(limits.deadExecutors)
    this.jobs = new JobRecords(limits.jobs)
    this.stages = new StageRecords(limits.stages, limits.tasks)
    this.rdds = new KeptRdds(this.executors)
  }

  /** Undefined until it has begun. */
  get application(): ApplicationRecord | undefined {
    return this.#application
  }

  /** By part, such as `Spark Properties`: names and values. */
  get environment(): Readonly<Record<string, readonly (readonly [string, string])[]>> {
    return this.#environment
  }

  get profiles(): readonly ResourceProfile[] {
    return this.#profiles
  }

  /** Bound: the listener that feeds it. */
  readonly listener = (event: SparkEvent): void => {
    this.apply(event as SparkListenerEvent)
  }

  /** Takes the next event; those that say nothing of the status are ignored. */
  apply(event: SparkListenerEvent): void {
    switch (event.type) {
      case 'SparkListenerTaskStart':
        this.#taskStarted(event)
        return
      case 'SparkListenerTaskEnd':
        this.#taskEnded(event)
        return
      case 'SparkListenerTaskGettingResult': {
        const task = this.#running.get(event.taskInfo.taskId)
        if (task !== undefined) task.info = event.taskInfo
        return
      }
      case 'SparkListenerExecutorMetricsUpdate':
        for (const [taskId, , , metrics] of event.accumUpdates) this.#counted(taskId, metrics)
        for (const [stageId, attempt, peaks] of event.executorUpdates)
          this.#measured(
            this.executors.active(event.execId),
            event.execId,
            [stageId, attempt],
            peaks,
          )
        return
      case 'SparkListenerStageExecutorMetrics': {
        const { stageId, stageAttemptId, execId, executorMetrics } = event
        const executor = this.executors.all.get(execId)
        this.#measured(executor, execId, [stageId, stageAttemptId], executorMetrics)
        return
      }
      case 'SparkListenerJobStart': {
        const job = this.jobs.started(event)
        for (const info of event.stageInfos) {
          const stage = this.stages.expect(info)
          stage.jobs = [...stage.jobs, job]
        }
        return
      }
      case 'SparkListenerJobEnd':
        this.#jobEnded(event)
        return
      case 'SparkListenerStageSubmitted':
        this.#stageSubmitted(event)
        return
      case 'SparkListenerStageCompleted':
        this.#stageCompleted(event)
        return
      case 'SparkListenerExecutorAdded':
        this.executors.added(event, this.#cpusOf(event.executorInfo.resourceProfileId))
        return
      case 'SparkListenerExecutorRemoved': {
        const { executorId, time, reason } = event
        const gone = this.executors.removed(executorId, time, reason)
        if (gone !== undefined) this.rdds.lost(gone)
        return
      }
      case 'SparkListenerBlockManagerAdded':
        this.executors.storeAdded(event)
        return
      case 'SparkListenerBlockUpdated':
        this.rdds.updated(event)
        return
      case 'SparkListenerUnpersistRDD':
        this.rdds.unpersisted(event.rddId)
        return
      case 'SparkListenerExecutorExcluded':
        this.#exclude(event.executorId, true)
        return
      case 'SparkListenerExecutorUnexcluded':
        this.#exclude(event.executorId, false)
        return
      case 'SparkListenerNodeExcluded':
        for (const executor of this.executors.ofHost(event.hostId)) executor.isExcluded = true
        return
      case 'SparkListenerNodeUnexcluded':
        for (const executor of this.executors.ofHost(event.hostId)) executor.isExcluded = false
        return
      case 'SparkListenerExecutorExcludedForStage':
        this.#excludeFrom(event.stageId, event.stageAttemptId, [event.executorId])
        return
      case 'SparkListenerNodeExcludedForStage': {
        const ids = this.executors.ofHost(event.hostId).map(({ id }) => id)
        this.#excludeFrom(event.stageId, event.stageAttemptId, ids)
        return
      }
      case 'SparkListenerEnvironmentUpdate':
        this.#environment = event.environmentDetails
        return
      case 'SparkListenerResourceProfileAdded':
        this.#profiles.push(event.resourceProfile)
        return
      case 'SparkListenerApplicationStart': {
        const { appId: id, appName: name, sparkUser: user, time: startTime } = event
        this.#application = { id, name, user, startTime, endTime: undefined }
        return
      }
      case 'SparkListenerApplicationEnd':
        if (this.#application !== undefined) this.#application.endTime = event.time
        return
      default:
    }
  }

  /** Cores that a task of a profile takes; those of the default one where it does not say. */
  #cpusOf(profileId: number = 0): number {
    const cpus = (id: number): number | undefined => {
      const said = this.#profiles.find((one) => one.id === id)?.taskResources
      return said?.find(([name]) => name === 'cpus')?.[1]
    }
    return cpus(profileId) ?? cpus(0) ?? 1
  }

  #stageSubmitted(event: Of<JobListenerEvent, 'SparkListenerStageSubmitted'>): void {
    const { stageInfo, properties } = event
    const stage = this.stages.expect(stageInfo)
    stage.status = 'ACTIVE'
    stage.schedulingPool = poolOf(properties)
    stage.description = descriptionOf(properties)
    stage.jobs = this.jobs.needing(stageInfo.stageId)
    for (const job of stage.jobs) {
      job.completedStages.delete(stageInfo.stageId)
      job.activeStages += 1
    }
    this.rdds.known(stageInfo.rddInfos)
  }

  #stageCompleted({ stageInfo }: Of<JobListenerEvent, 'SparkListenerStageCompleted'>): void {
    const { stageId, attemptNumber } = stageInfo
    const stage = this.stages.live(stageId, attemptNumber)
    if (stage === undefined) return
    stage.info = stageInfo
    if (stageInfo.failureReason !== undefined) stage.status = 'FAILED'
    else stage.status = stageInfo.submissionTime === undefined ? 'SKIPPED' : 'COMPLETE'
    for (const job of stage.jobs) {
      if (stage.status === 'COMPLETE') job.completedStages.add(stageId)
      else if (stage.status === 'SKIPPED') skip(job, stage)
      else job.failedStages += 1
      job.activeStages -= 1
    }
    for (const [executorId, { isExcluded }] of stage.executors) {
      if (isExcluded) this.executors.active(executorId)?.excludedInStages.delete(stageId)
    }
    if (stage.activeTasks === 0) this.stages.over(stage)
  }

  #jobEnded({ jobId, time, jobResult }: Of<JobListenerEvent, 'SparkListenerJobEnd'>): void {
    const job = this.jobs.running.get(jobId)
    if (job === undefined) return
    for (const stageId of job.stageIds) {
      for (const stage of this.stages.attemptsOf(stageId)) {
        if (stage.status !== 'PENDING') continue
        stage.status = 'SKIPPED'
        skip(job, stage)
        this.stages.over(stage)
      }
    }
    this.jobs.ended(job, time, jobResult.result === 'JobSucceeded')
  }

  #taskStarted(event: Of<TaskListenerEvent, 'SparkListenerTaskStart'>): void {
    const { taskInfo, stageId, stageAttemptId } = event
    const executor = this.executors.active(taskInfo.executorId)
    if (executor !== undefined) {
      executor.activeTasks += 1
      executor.totalTasks += 1
    }
    const stage = this.stages.live(stageId, stageAttemptId)
    if (stage === undefined) return
    const task: TaskRecord = {
      stage,
      info: taskInfo,
      metrics: undefined,
      error: undefined,
      isForgotten: false,
    }
    this.#running.set(taskInfo.taskId, task)
    this.stages.taskStarted(task)
    stage.activeTasks += 1
    if (stage.firstLaunchTime === undefined || taskInfo.launchTime < stage.firstLaunchTime)
      stage.firstLaunchTime = taskInfo.launchTime
    for (const job of stage.jobs) job.activeTasks += 1
    if (taskInfo.speculative) {
      stage.speculation ??= { tasks: 0, active: 0, completed: 0, failed: 0, killed: 0 }
      stage.speculation.tasks += 1
      stage.speculation.active += 1
    }
  }

  #taskEnded(event: Of<TaskListenerEvent, 'SparkListenerTaskEnd'>): void {
    const { taskInfo, reason, taskMetrics, taskExecutorMetrics = NO_EXECUTOR_METRICS } = event
    const metrics = taskMetrics === undefined ? undefined : wholeMetrics(taskMetrics)
    const duration = taskDuration(taskInfo, taskInfo.finishTime)
    const outcome = outcomeOf(reason)
    const executor = this.executors.active(taskInfo.executorId)
    const ofStage = [event.stageId, event.stageAttemptId] as const
    this.#measured(executor, taskInfo.executorId, ofStage, taskExecutorMetrics)
    if (executor !== undefined) {
      executor.activeTasks -= 1
      if (outcome === 'completed') executor.completedTasks += 1
      if (outcome === 'failed') executor.failedTasks += 1
      executor.totalDuration += duration
      if (metrics !== undefined) {
        executor.totalGcTime += metrics.jvmGCTime
        executor.totalInputBytes += metrics.inputBytes
        executor.totalShuffleRead += metrics.shuffleReadBytes
        executor.totalShuffleWrite += metrics.shuffleWriteBytes
      }
    }
    const task = this.#running.get(taskInfo.taskId)
    if (task === undefined) return
    this.#running.delete(taskInfo.taskId)
    const { stage } = task
    const before = task.metrics
    task.info = taskInfo
    task.metrics = metrics ?? task.metrics ?? NO_METRICS
    if (outcome !== 'completed') {
      const of = { stageId: event.stageId, info: taskInfo }
      task.error = errorMessage(reason, of, this.executors.addressOf)
    }
    this.stages.taskOver(task)
    if (!stage.isLive) return
    stage.activeTasks -= 1
    count(stage, outcome)
    if (outcome === 'completed') stage.doneIndices.add(taskInfo.index)
    if (outcome === 'killed') tally(stage.killed, task.error)
    for (const job of stage.jobs) {
      job.activeTasks -= 1
      count(job, outcome)
      if (outcome === 'completed') taskDone(job, event.stageId, taskInfo.index)
      if (outcome === 'killed') tally(job.killed, task.error)
    }
    const { speculation } = stage
    if (taskInfo.speculative && speculation !== undefined) {
      speculation.active -= 1
      speculation[outcome] += 1
    }
    const share = executorOf(stage, taskInfo.executorId)
    share.taskTime += duration
    count(share, outcome)
    if (metrics !== undefined) recount([stage.metrics, share.metrics], before, metrics)
    const isOver = stage.status === 'COMPLETE' || stage.status === 'FAILED'
    if (isOver && stage.activeTasks === 0) this.stages.over(stage)
  }

  /** What a try that still runs has counted so far. */
  #counted(
    taskId: number,
    reported: Of<
      SparkListenerEvent,
      'SparkListenerExecutorMetricsUpdate'
    >['accumUpdates'][number][3],
  ): void {
    const task = this.#running.get(taskId)
    if (task === undefined) return
    const metrics = wholeMetrics(reported)
    const sums = [task.stage.metrics, executorOf(task.stage, task.info.executorId).metrics]
    recount(sums, task.metrics, metrics)
    task.metrics = metrics
  }

  /** What an executor has of memory, by the way while a stage runs. */
  #measured(
    executor: ExecutorRecord | undefined,
    executorId: string,
    [stageId, attempt]: readonly [stageId: number, attempt: number],
    reading: ExecutorMetrics,
  ): void {
    const stage = this.stages.live(stageId, attempt)
    const records = [executor, stage, stage && executorOf(stage, executorId)]
    for (const record of records) {
      if (record === undefined) continue
      // Most tries have no reading: nothing is larger than what there is.
      if (record.peaks === undefined) record.peaks = reading
      else if (reading !== NO_EXECUTOR_METRICS) record.peaks = peaksOf(record.peaks, reading)
    }
  }

  #exclude(executorId: string, isExcluded: boolean): void {
    const executor = this.executors.active(executorId)
    if (executor !== undefined) executor.isExcluded = isExcluded
  }

  #excludeFrom(stageId: number, attempt: number, executorIds: readonly string[]): void {
    const stage = this.stages.live(stageId, attempt)
    for (const id of executorIds) {
      if (stage !== undefined) executorOf(stage, id).isExcluded = true
      this.executors.active(id)?.excludedInStages.add(stageId)
    }
  }
}

function skip(job: JobRecord, { info }: StageRecord): void {
  job.skippedStages.add(info.stageId)
  job.skippedTasks += info.numTasks
}

function count(
  of: Pick<StageRecord, 'completedTasks' | 'failedTasks' | 'killedTasks'>,
  outcome: 'completed' | 'failed' | 'killed',
): void {
  if (outcome === 'completed') of.completedTasks += 1
  else if (outcome === 'failed') of.failedTasks += 1
  else of.killedTasks += 1
}

function tally(killed: Map<string, number>, reason: string = ''): void {
  killed.set(reason, (killed.get(reason) ?? 0) + 1)
}

/** What a try has counted by now, in place of what it had before. */
function recount(
  sums: readonly TaskMetrics[],
  before: TaskMetrics | undefined,
  now: TaskMetrics,
): void {
  for (const sum of sums) {
    if (before !== undefined) addMetrics(sum, before, -1)
    addMetrics(sum, now)
  }
}
