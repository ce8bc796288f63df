import {
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
  type ChildFailure,
  type Decision,
  type DecisionNote,
  type SupervisorStrategy,
} from '../../../actors/index.ts'
import { points } from '../../decision-points.ts'
import { SparkError } from '../../errors.ts'
import type { AccumulableInfo, SparkEvent } from '../../events/index.ts'
import type { BarrierMessage } from '../barrier/index.ts'
import type { RegistryMessage } from '../executor-registry/index.ts'
import type { MapOutputTrackerMessage } from '../map-output-tracker/index.ts'
import type { TaskSetReport, TaskSetSettings } from '../task-set/index.ts'
import type { DagEffect, DagEvent, TaskOutcome } from './events.ts'
import {
  accountOf,
  forgottenNote,
  jobNote,
  outcomeNote,
  submittedNote,
  waitingNote,
} from './explain.ts'
import { nearOutputs } from './reduce-locality.ts'
import { shufflesOf } from './kept-shuffles.ts'
import { StageBook, jobEnd, stageInfo } from './stage-book.ts'
import type { DagSchedulerMessage, JobUpdate, StagePackage, SubmitJob } from './protocol.ts'
import { emptyDagState, type DagLimits } from './state.ts'
import { TaskSets } from './task-sets.ts'
import { dagTransition } from './transition.ts'

/** What the DAG scheduler is made of. */
export interface DagSchedulerProps {
  readonly applicationId: string
  readonly registry: ActorRef<RegistryMessage>
  readonly tracker: ActorRef<MapOutputTrackerMessage>
  readonly barriers: ActorRef<BarrierMessage>
  readonly limits: DagLimits
  readonly tasks: TaskSetSettings
  /** Adds what a task has added to accumulators; answers what listeners are to know of it. */
  readonly accumulate: (updates: Uint8Array) => readonly AccumulableInfo[]
  readonly publish: (event: SparkEvent) => void
}

/** The behavior, and the strategy by which it supervises its task sets. Both share its state: spawn it once. */
export interface DagScheduler {
  readonly behavior: Behavior<DagSchedulerMessage>
  readonly supervision: SupervisorStrategy
}

/** Runs jobs: carries out what {@link dagTransition} decides, with a task set for each attempt of a stage. */
export function dagScheduler(props: DagSchedulerProps): DagScheduler {
  const run = new DagSchedulerRun(props)
  return {
    behavior: setup((ctx) => {
      run.begin(ctx)
      return receive((message) => {
        run.handle(message)
      })
    }),
    supervision: {
      description: 'stop a failed task set, and fail its jobs',
      start: () => ({ decide: (failure) => run.decide(failure) }),
    },
  }
}

class DagSchedulerRun {
  readonly #props: DagSchedulerProps
  readonly #state: ReturnType<typeof emptyDagState>
  readonly #packages = new Map<string, StagePackage>()
  readonly #jobs = new Map<number, ActorRef<JobUpdate>>()
  /** `<stage>.<attempt>` of the barrier stages that run */
  readonly #barriers = new Set<string>()
  #taskSets: TaskSets | undefined
  #ctx: ActorContext<DagSchedulerMessage> | undefined
  #book = new StageBook(() => 0)

  constructor(props: DagSchedulerProps) {
    this.#props = props
    this.#state = emptyDagState(props.limits)
  }

  begin(ctx: ActorContext<DagSchedulerMessage>): void {
    this.#ctx = ctx
    this.#taskSets = new TaskSets(this.#props, ctx)
    const { clock } = ctx.environment
    this.#book = new StageBook(() => clock.wallNow())
    const { applicationId } = this.#props
    const log = ctx.system.decisions
    log.account(ctx.self, (wanted) => accountOf(this.#state, applicationId, wanted))
  }

  handle(message: DagSchedulerMessage): void {
    switch (message.type) {
      case 'submit-job':
        this.#submit(message)
        return
      case 'cancel-job':
        this.#step({ ...message, type: 'job-cancelled' })
        return
      case 'cancel-jobs':
        this.#step({ ...message, type: 'jobs-cancelled' })
        return
      case 'kill-task':
        this.#kill(message)
        return
      case 'executor-added':
      case 'barrier-failed':
      case 'fetch-failed':
        this.#step(message)
        return
      case 'task-set-over':
        this.#taskSets?.stop(message.stageId, message.stageAttempt)
        return
      case 'executor-lost':
        this.#taskSets?.tell(message)
        this.#step(message)
        return
      case 'task-accepted':
        this.#accepted(message)
        return
      case 'task-set-gave-up': {
        const { stageId, stageAttempt, cause, reason } = message
        this.#step({ type: 'task-set-failed', stageId, stageAttempt, cause, reason })
        return
      }
      case 'task-set-failed':
        this.#taskSetFailed(message.path, message.error)
        return
      case 'forget-shuffle':
        this.#step(message)
        this.#props.tracker.tell(message)
        return
      case 'describe-shuffles':
        message.replyTo.tell({ type: 'shuffles', shuffles: shufflesOf(this.#state) })
        return
      case 'resubmit':
      case 'count-slots':
        this.#step(message)
        return
      case 'submit-again':
        this.#begin(message.submission)
        return
    }
  }

  /** Answers the failure of a task set; called by the runtime, between messages. */
  decide({ child, error }: ChildFailure): Decision {
    this.#ctx?.self.tell({ type: 'task-set-failed', path: child.path, error })
    const reason = 'the task set itself failed, and its jobs with it'
    return { directive: 'stop', scope: 'one', delayMs: 0, reason }
  }

  #submit(message: SubmitJob): void {
    const { jobId, lineage, finalRddId, partitions, name, callSite, properties, resources } =
      message
    this.#jobs.set(jobId, message.replyTo)
    this.#packages.set(`job ${jobId}`, message.result)
    for (const [shuffleId, stage] of message.shuffleMaps)
      this.#packages.set(`shuffle ${shuffleId}`, stage)
    this.#props.publish({ type: 'job-start', jobId, name, numStages: message.shuffleMaps.size + 1 })
    const event = {
      type: 'job-submitted',
      jobId,
      lineage,
      finalRddId,
      partitions,
      properties,
      resources,
      callSite,
    } as const
    const effects = this.#begin(event)
    const skipped = effects.filter((effect) => effect.type === 'stage-skipped').length
    this.#note(
      'job',
      jobNote(this.#props.applicationId, jobId, callSite?.short ?? name, this.#state, skipped),
    )
  }

  #begin(event: Extract<DagEvent, { type: 'job-submitted' }>): readonly DagEffect[] {
    const { jobId, properties = {} } = event
    const [, effects] = dagTransition(this.#state, event)
    if (effects[0] !== undefined && effects[0].type !== 'schedule-submission') {
      this.#props.publish({
        type: 'SparkListenerJobStart',
        jobId,
        time: this.#wallNow(),
        stageInfos: this.#book.ofJob(this.#state, jobId),
        properties,
      })
    }
    for (const effect of effects) this.#carryOut(effect)
    return effects
  }

  #kill({
    taskAttemptId,
    reason,
    replyTo,
  }: Extract<DagSchedulerMessage, { type: 'kill-task' }>): void {
    const set = this.#taskSets?.ofTry(taskAttemptId)
    if (set === undefined) replyTo.tell({ type: 'kill-answer', wasRunning: false })
    else set.ref.tell({ type: 'kill-task', taskAttemptId, reason, replyTo })
  }

  #accepted(message: Extract<TaskSetReport, { type: 'task-accepted' }>): void {
    const { stageId, stageAttempt, partition, executorId, taskAttemptId, result, end } = message
    const { outcome: made } = result
    const outcome: TaskOutcome =
      made.type === 'result'
        ? made
        : { type: 'map-output', status: { ...made.output, executorId, mapAttempt: taskAttemptId } }
    const event = {
      type: 'task-succeeded',
      stageId,
      stageAttempt,
      partition,
      executorId,
      outcome,
    } as const
    const [, effects] = dagTransition(this.#state, event)
    const isFirst =
      made.type === 'map-output' || effects.some((effect) => effect.type === 'deliver-result')
    const accumulables = isFirst ? this.#props.accumulate(result.accumulators) : []
    this.#book.accumulated(stageId, stageAttempt, accumulables)
    if (end !== undefined) {
      const taskInfo = { ...end.taskInfo, accumulables }
      this.#props.publish({ ...end, taskInfo })
    }
    for (const effect of effects) this.#carryOut(effect)
  }

  #taskSetFailed(path: string, error: unknown): void {
    const set = this.#taskSets?.takeOut(path)
    if (set === undefined) return
    const { stageId, stageAttempt } = set
    this.#stageOver(stageId, stageAttempt, error instanceof Error ? error.message : String(error))
    const reason = `the task set of stage ${stageId} failed itself`
    this.#step({ type: 'task-set-failed', stageId, stageAttempt, cause: error, reason })
  }

  #step(event: DagEvent): readonly DagEffect[] {
    const [, effects] = dagTransition(this.#state, event)
    for (const effect of effects) this.#carryOut(effect)
    return effects
  }

  #note(point: keyof typeof points, note: DecisionNote): void {
    this.#ctx?.system.decisions.note(points[point], note)
  }

  #carryOut(effect: DagEffect): void {
    const { tracker, publish, applicationId } = this.#props
    switch (effect.type) {
      case 'stage-waiting':
        this.#note('stage', waitingNote(applicationId, effect))
        return
      case 'submit-task-set':
        this.#note('stage', submittedNote(applicationId, effect))
        this.#submitTaskSet(effect)
        return
      case 'cancel-task-set':
        this.#stageOver(effect.stageId, effect.stageAttempt, effect.reason)
        this.#taskSets?.stop(effect.stageId)
        this.#props.registry.tell({ type: 'forget-stage', stageId: effect.stageId })
        return
      case 'abandon-attempt':
        this.#stageOver(effect.stageId, effect.stageAttempt, effect.reason)
        this.#taskSets?.stop(effect.stageId, effect.stageAttempt)
        return
      case 'schedule-submission': {
        this.#note('job', outcomeNote(applicationId, effect))
        const again = { type: 'submit-again', submission: effect.submission } as const
        this.#ctx?.timers.startSingle(`job-${again.submission.jobId}`, again, effect.delayMs)
        return
      }
      case 'schedule-slot-count':
        this.#note('stage', outcomeNote(applicationId, effect))
        this.#ctx?.timers.startSingle(`slots-${effect.count.stageId}`, effect.count, effect.delayMs)
        return
      case 'stage-skipped':
        publish({ type: 'stage-skipped', name: effect.plan.name, reason: effect.reason })
        return
      case 'stage-completed': {
        const { plan, jobId, stageId, stageAttempt, reason } = effect
        this.#note('stage', outcomeNote(applicationId, effect))
        publish({
          type: 'stage-completed',
          ...stageInfo(plan, jobId, stageId, stageAttempt),
          reason,
        })
        this.#stageOver(stageId, stageAttempt)
        this.#taskSets?.stop(stageId)
        return
      }
      case 'partition-done':
        this.#taskSets?.tell(
          { type: 'partition-done', partition: effect.partition },
          effect.stageId,
        )
        return
      case 'add-shuffle':
      case 'register-output':
        tracker.tell(effect)
        return
      case 'forget-outputs': {
        const { executorId, outputs, reason } = effect
        this.#note('stage', forgottenNote(applicationId, effect, this.#state))
        tracker.tell({ type: 'forget-outputs', executorId, outputs })
        publish({ type: 'outputs-lost', executorId, outputs, reason })
        return
      }
      case 'schedule-resubmit':
        this.#stageOver(effect.stageId, effect.stageAttempt, effect.reason)
        this.#note('stage', outcomeNote(applicationId, effect))
        this.#ctx?.timers.startSingle('resubmit', { type: 'resubmit' }, effect.delayMs)
        return
      case 'deliver-result': {
        const { jobId, partition, parts } = effect
        this.#jobs.get(jobId)?.tell({ type: 'result', partition, parts })
        return
      }
      case 'job-succeeded':
        this.#note('job', outcomeNote(applicationId, effect))
        publish({
          type: 'job-end',
          jobId: effect.jobId,
          outcome: 'succeeded',
          reason: effect.reason,
        })
        publish(jobEnd(effect.jobId, this.#wallNow()))
        this.#endJob(effect.jobId, { type: 'succeeded' })
        return
      case 'job-failed': {
        const { jobId, cause, reason } = effect
        this.#note('job', outcomeNote(applicationId, effect))
        publish({ type: 'job-end', jobId, outcome: 'failed', reason })
        publish(jobEnd(jobId, this.#wallNow(), { cause, reason }))
        this.#endJob(jobId, { type: 'failed', cause, reason })
        return
      }
      case 'ignored':
        return
    }
  }

  /** Tells listeners that an attempt is over, once. */
  #stageOver(stageId: number, stageAttempt: number, failureReason?: string): void {
    const stageInfo = this.#book.completed(stageId, stageAttempt, failureReason)
    if (this.#barriers.delete(`${stageId}.${stageAttempt}`))
      this.#props.barriers.tell({ type: 'barrier-over', id: { stageId, stageAttempt } })
    if (stageInfo !== undefined) {
      this.#props.publish({ type: 'SparkListenerStageCompleted', stageInfo })
    }
  }

  #wallNow(): number {
    return this.#ctx?.environment.clock.wallNow() ?? 0
  }

  #endJob(jobId: number, update: JobUpdate): void {
    this.#jobs.get(jobId)?.tell(update)
    this.#jobs.delete(jobId)
    this.#packages.delete(`job ${jobId}`)
  }

  #submitTaskSet(effect: Extract<DagEffect, { type: 'submit-task-set' }>): void {
    const { plan, stageId, stageAttempt, jobId, partitions, reason, properties } = effect
    const { publish } = this.#props
    const key = plan.shuffleId === undefined ? `job ${jobId}` : `shuffle ${plan.shuffleId}`
    const stage = this.#packages.get(key)
    if (stage === undefined) {
      const cause = new SparkError(
        'TROUPE_SPARK_JOB_FAILED',
        `Stage ${stageId} (${key}) was not packed`,
      )
      this.#step({ type: 'task-set-failed', stageId, stageAttempt, cause, reason: cause.message })
      return
    }
    const info = stageInfo(plan, jobId, stageId, stageAttempt)
    publish({ type: 'stage-submitted', ...info, numTasks: partitions.length, reason })
    publish({
      type: 'SparkListenerStageSubmitted',
      stageInfo: this.#book.submitted(this.#state, stageId, stageAttempt, plan, partitions.length),
      properties,
    })
    if (plan.isBarrier === true) {
      this.#barriers.add(`${stageId}.${stageAttempt}`)
      const id = { stageId, stageAttempt }
      this.#props.barriers.tell({ type: 'barrier-begins', id, numTasks: partitions.length })
    }
    const preferredHosts = nearOutputs(this.#state, plan, stage.preferredHosts)
    this.#taskSets?.start(effect, { ...stage, preferredHosts })
  }
}
