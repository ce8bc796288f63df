import type { ActorRef } from '../../actors/index.ts'
import { invalidArgument } from '../errors.ts'
import {
  listenerOf,
  type ListenerBus,
  type Properties,
  type SparkListener,
  type SparkListenerCallbacks,
  type SparkStatusTracker,
} from '../events/index.ts'
import {
  JOB_PROPERTIES,
  tagsOf,
  type DagSchedulerMessage,
  type JobSelector,
  type KillAnswer,
} from '../scheduler/index.ts'
import {
  CALL_SITE_LONG,
  CALL_SITE_SHORT,
  captureCallSite,
  type CallSite,
  type Caller,
} from '../rdd/index.ts'
import { AccumulatorMakers } from './accumulator-makers.ts'
import { LocalProperties } from './local-properties.ts'

/** How long a question to the scheduler may take. */
const ASK_MS = 10_000

/**
 * The part of a context that names jobs, watches them and ends them. Local properties travel with the jobs of the
 * actions called after they were set, and are read in tasks by `TaskContext.get().getLocalProperty`.
 *
 * Where Spark's properties belong to a thread, these belong to the context, or inside
 * {@link JobControl.withLocalProperties} to one asynchronous flow.
 */
export abstract class JobControl extends AccumulatorMakers {
  /** What jobs, stages and executors are doing. */
  abstract readonly statusTracker: SparkStatusTracker
  protected abstract readonly listeners: ListenerBus
  readonly #properties = new LocalProperties()
  readonly #removers = new Map<SparkListenerCallbacks, () => void>()

  /** Calls `listener` with everything that happens from now on; returns the way to stop that. */
  addListener(listener: SparkListener): () => void {
    return this.listeners.add(listener)
  }

  /** Calls the methods of `listener`, as Spark does; one that is there already is not added twice. */
  addSparkListener(listener: SparkListenerCallbacks): void {
    if (this.#removers.has(listener)) return
    this.#removers.set(listener, this.listeners.add(listenerOf(listener)))
  }

  removeSparkListener(listener: SparkListenerCallbacks): void {
    this.#removers.get(listener)?.()
    this.#removers.delete(listener)
  }

  /** Undefined as long as no job can be under way. */
  protected abstract scheduler(): ActorRef<DagSchedulerMessage> | undefined

  /** What a job takes along that is submitted now. */
  protected jobProperties(): Properties {
    return this.#properties.snapshot()
  }

  /** Sets a property that travels with jobs; `undefined` takes it away. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  setLocalProperty(key: string, value: string | undefined): void {
    if (typeof key !== 'string' || key === '')
      throw invalidArgument('setLocalProperty', key, 'a name')
    if (value !== undefined && typeof value !== 'string')
      throw invalidArgument(`setLocalProperty: ${key}`, value, 'a string, or undefined')
    this.#properties.set(key, value)
  }

  getLocalProperty(key: string): string | undefined {
    return this.#properties.get(key)
  }

  /**
   * Calls `run` with local properties of its own: those in force with `properties`, and what is set inside. Flows that run at
   * the same time don't see each other's.
   */
  withLocalProperties<R>(properties: Properties, run: () => R): R {
    return this.#properties.scoped(properties, run)
  }

  /** Gives the jobs that follow a group, by which they are found and cancelled, and a description. */
  setJobGroup(groupId: string, description: string): void {
    this.setLocalProperty(JOB_PROPERTIES.group, groupId)
    this.setLocalProperty(JOB_PROPERTIES.description, description)
  }

  clearJobGroup(): void {
    this.setLocalProperty(JOB_PROPERTIES.group, undefined)
    this.setLocalProperty(JOB_PROPERTIES.description, undefined)
  }

  /** Says what the jobs that follow are for; `undefined` takes it away. */
  setJobDescription(description: string | undefined): void {
    this.setLocalProperty(JOB_PROPERTIES.description, description)
  }

  /** Names what is made and the jobs that follow, in place of where the program calls. */
  setCallSite(shortForm: string): void {
    this.setLocalProperty(CALL_SITE_SHORT, shortForm)
  }

  clearCallSite(): void {
    this.setLocalProperty(CALL_SITE_SHORT, undefined)
    this.setLocalProperty(CALL_SITE_LONG, undefined)
  }

  /** What {@link JobControl.setCallSite} has said, or else who calls, below `above` on the stack. */
  callSite(method: string, above?: Caller): CallSite {
    const site = captureCallSite(method, above)
    const short = this.getLocalProperty(CALL_SITE_SHORT)
    const long = this.getLocalProperty(CALL_SITE_LONG)
    if (short === undefined && long === undefined) return site
    return { short: short ?? site.short, long: long ?? site.long }
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID for an empty tag, or one with a comma */
  addJobTag(tag: string): void {
    checkTag('addJobTag', tag)
    this.#setTags(new Set([...this.getJobTags(), tag]))
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID for an empty tag, or one with a comma */
  removeJobTag(tag: string): void {
    checkTag('removeJobTag', tag)
    this.#setTags(new Set([...this.getJobTags()].filter((each) => each !== tag)))
  }

  getJobTags(): ReadonlySet<string> {
    return new Set(tagsOf(this.jobProperties()))
  }

  clearJobTags(): void {
    this.#setTags(new Set())
  }

  /** Cancels a job if it is under way; its action fails with TROUPE_SPARK_JOB_CANCELLED, here and below. */
  cancelJob(jobId: number, reason = 'somebody has asked for it'): void {
    this.#cancel({ by: 'job', jobId }, reason)
  }

  /** Cancels all jobs under way that need the stage. */
  cancelStage(stageId: number, reason = `stage ${stageId} was cancelled`): void {
    this.#cancel({ by: 'stage', stageId }, reason)
  }

  /** Cancels the jobs under way of a group. */
  cancelJobGroup(groupId: string, reason = `its group ${groupId} was cancelled`): void {
    this.#cancel({ by: 'group', groupId }, reason)
  }

  /** Cancels the jobs under way that have the tag. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  cancelJobsWithTag(tag: string, reason = `jobs with its tag ${tag} were cancelled`): void {
    checkTag('cancelJobsWithTag', tag)
    this.#cancel({ by: 'tag', tag }, reason)
  }

  /** Cancels all jobs under way. */
  cancelAllJobs(reason = 'all jobs were cancelled'): void {
    this.#cancel({ by: 'all' }, reason)
  }

  /**
   * Ends one try of a task, which then runs again; that is no failure of the task. Resolves to whether the try was running.
   */
  async killTaskAttempt(
    taskId: number,
    reason = 'killed via SparkContext.killTaskAttempt',
  ): Promise<boolean> {
    const scheduler = this.scheduler()
    if (scheduler === undefined) return false
    const answer = await scheduler.ask<KillAnswer>(
      (replyTo) => ({ type: 'kill-task', taskAttemptId: taskId, reason, replyTo }),
      { timeoutMs: ASK_MS },
    )
    return answer.wasRunning
  }

  #cancel(which: JobSelector, why: string): void {
    this.scheduler()?.tell({ type: 'cancel-jobs', which, why })
  }

  #setTags(tags: ReadonlySet<string>): void {
    this.setLocalProperty(JOB_PROPERTIES.tags, tags.size === 0 ? undefined : [...tags].join(','))
  }
}

function checkTag(where: string, tag: unknown): void {
  if (typeof tag !== 'string' || tag === '' || tag.includes(','))
    throw invalidArgument(where, tag, 'a tag: a string that is not empty, without commas')
}
