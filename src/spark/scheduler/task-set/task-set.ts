import {
  receive,
  setup,
  type ActorContext,
  type Behavior,
  type ChildFailure,
  type Decision,
  type SupervisorStrategy,
} from '../../../actors/index.ts'
import { isTroupeError } from '../../../platform/index.ts'
import { points } from '../../decision-points.ts'
import { fetchFailureOf } from '../../errors.ts'
import { taskEndReason, type TaskEndReason, type TaskInfo } from '../../events/index.ts'
import type { TaskMetrics } from '../../rdd/index.ts'
import { totalBytes } from '../../storage/index.ts'
import { metricsOf } from '../../task/index.ts'
import type { SlotsOffered } from '../executor-registry/index.ts'
import { decision, directiveOf } from './directives.ts'
import type { TaskKey, TaskSetEffect, TaskSetEvent } from './events.ts'
import { LaunchNote, accountOf, failureNote, type SetName } from './explain.ts'
import { isHopeless, textOf } from './failures.ts'
import { waitFor } from './offer-waits.ts'
import type { TaskSetProps } from './props.ts'
import type { TaskSetMessage } from './protocol.ts'
import { taskSetState, wantedSlots, type TaskSetState, type TaskState } from './state.ts'
import { describeTask, propertiesOf } from './task-properties.ts'
import { TaskBook } from './task-book.ts'
import { TaskChildren, type TaskChild } from './task-children.ts'
import { taskActor } from './task.ts'
import { taskSetTransition } from './transition.ts'

type Message<Type extends TaskSetMessage['type']> = Extract<TaskSetMessage, { type: Type }>
type Launch = Extract<TaskSetEffect, { type: 'launch' }>

/** A task set's behavior, and the strategy by which it supervises its tasks. Both share its state: spawn it once. */
export interface TaskSet {
  readonly behavior: Behavior<TaskSetMessage>
  readonly supervision: SupervisorStrategy
}

/**
 * The tasks of one attempt of one stage, and their supervising parent: a task that fails is restarted, elsewhere
 * where there is an elsewhere, until it has failed too often; then the set gives up and its children are stopped. A
 * fetch that failed is told the DAG scheduler, its parent, which decides what is recomputed, while what runs may finish.
 */
export function taskSet(props: TaskSetProps): TaskSet {
  const run = new TaskSetRun(props)
  return {
    behavior: setup((ctx) => {
      run.begin(ctx)
      return receive<TaskSetMessage>(
        (message) => {
          run.handle(message)
        },
        (signal) => {
          if (signal.type === 'PostStop') run.withdraw()
        },
      )
    }),
    supervision: {
      description: `restart elsewhere, ${props.settings.maxTaskFailures} failures of a task at most; a failed fetch is told the DAG scheduler`,
      start: () => ({ decide: (failure) => run.decide(failure) }),
    },
  }
}

class TaskSetRun {
  readonly #props: TaskSetProps
  readonly #id: string
  readonly #state: TaskSetState
  readonly #name: SetName
  readonly #book: TaskBook
  readonly #children = new TaskChildren()
  #ctx: ActorContext<TaskSetMessage> | undefined

  constructor(props: TaskSetProps) {
    this.#props = props
    const { stageId, stageAttempt, partitions, preferredHosts, settings, isBarrier } = props
    this.#name = { app: props.applicationId, jobId: props.jobId, stageId, stageAttempt }
    this.#book = new TaskBook(props)
    this.#id = `${stageId}.${stageAttempt}`
    this.#state = taskSetState({
      stageId,
      stageAttempt,
      partitions,
      preferredHosts: partitions.map((partition) => preferredHosts[partition] ?? []),
      settings,
      isBarrier,
      nowMs: props.nowMs(),
    })
  }

  begin(ctx: ActorContext<TaskSetMessage>): void {
    this.#ctx = ctx
    ctx.system.decisions.account(ctx.self, (wanted) => accountOf(this.#state, this.#name, wanted))
    this.#want()
    this.#speculateLater()
  }

  handle(message: TaskSetMessage): void {
    switch (message.type) {
      case 'slots-offered':
        this.#launch(message)
        return
      case 'executor-lost':
        this.#step({ type: 'executor-lost', executorId: message.executorId })
        for (const child of [...this.#children.all()]) child.ref.tell(message)
        return
      case 'task-done':
        this.#done(message)
        return
      case 'kill-task':
        this.#kill(message)
        return
      case 'partition-done':
        this.#drop(this.#step(message))
        return
      case 'look-again':
        this.#want()
        return
      case 'speculation-due':
        this.#speculate()
        return
      case 'unschedulable-due':
        this.#gaveUpOn(this.#step(message))
        return
      case 'getting-result': {
        const child = this.#children.running(message.key)
        if (child?.info === undefined) return
        child.info = this.#book.gettingResult(child.info)
        const ready = { type: 'result-ready', resultBytes: message.sizeBytes } as const
        if (!this.#gaveUpOn(this.#step({ ...ready, ...message.key })))
          child.ref.tell({ type: 'take-result' })
        return
      }
      case 'stale-report': {
        const key = { task: -1, attempt: message.report.taskAttemptId, executorId: 'unknown' }
        this.#refused(key, this.#step({ type: 'task-succeeded', nowMs: 0, resultBytes: 0, ...key }))
        return
      }
    }
  }

  /** Answers the failure of a task; called by the runtime, between messages. */
  decide(failure: ChildFailure): Decision {
    const child = this.#children.byRef(failure.child)
    if (child === undefined) return decision('stop', 'the task is not of this set')
    const { error } = failure
    const { key } = child
    const effects = this.#failed(key, failure)
    const made = directiveOf(effects)
    const { directive, reason } = made
    const { stageId, stageAttempt, scheduler, registry, publish } = this.#props
    const info = this.#info(key)
    this.#ended(child, taskEndReason(error, key.executorId), metricsOf(error))
    const path = failure.child.path
    const note = failureNote(this.#name, info.partition, key, textOf(error), made, path)
    this.#ctx?.system.decisions.note(points.failure, note)
    publish({ type: 'task-failed', ...info, error, directive, reason })
    const set = { stageId, stageAttempt } as const
    for (const effect of effects) {
      if (effect.type === 'give-up') this.#gaveUp(error, effect.reason)
      if (effect.type === 'escalate') {
        const { partition, failure } = effect
        const { executorId } = failure
        scheduler.tell({ type: 'fetch-failed', ...set, partition, failure })
        const givenUpBy = failure.kind === 'given up' ? { givenUpBy: key.executorId } : {}
        if (executorId !== '')
          registry.tell({ type: 'fetch-failed-from', executorId, ...givenUpBy })
      }
      if (effect.type === 'fail-attempt')
        scheduler.tell({ type: 'barrier-failed', ...set, cause: error, why: effect.reason })
      if (effect.type === 'exclude') this.#book.excluded(effect.excluded)
    }
    if (directive === 'restart') this.#want()
    else this.#children.remove(child)
    this.#overWhenDrained()
    return directive === 'restart' ? decision(directive, reason) : decision('stop', reason)
  }

  /** The set has ended: results that still come are refused. */
  withdraw(): void {
    this.#step({ type: 'cancelled' })
    const killReason = 'its task set was stopped'
    for (const child of this.#children.all())
      this.#ended(child, { reason: 'TaskKilled', killReason })
    this.#props.registry.tell({ type: 'withdraw', taskSetId: this.#id })
  }

  #step(event: TaskSetEvent): readonly TaskSetEffect[] {
    return taskSetTransition(this.#state, event)[1]
  }

  #failed(key: TaskKey, { error, kind }: ChildFailure): readonly TaskSetEffect[] {
    const failure = fetchFailureOf(error)
    if (failure !== undefined) return this.#step({ type: 'fetch-failed', failure, ...key })
    return this.#step({
      type: 'task-failed',
      error,
      why: textOf(error),
      isExecutorLost: kind === 'node-lost' || isTroupeError(error, 'TROUPE_SPARK_EXECUTOR_LOST'),
      isDenied: isTroupeError(error, 'TROUPE_SPARK_COMMIT_DENIED'),
      isHopeless: isHopeless(error),
      ...key,
    })
  }

  #done({ key, taskAttemptId, result }: Message<'task-done'>): void {
    const { nowMs, publish, scheduler } = this.#props
    const child = this.#children.running(key)
    const { outcome } = result
    const resultBytes = outcome.type === 'result' ? totalBytes(outcome.parts) : 0
    const effects = this.#step({ type: 'task-succeeded', nowMs: nowMs(), resultBytes, ...key })
    this.#refused(key, effects)
    if (this.#gaveUpOn(effects)) return
    for (const effect of effects) {
      if (effect.type !== 'accepted') continue
      const runMs = nowMs() - (child?.startedMs ?? 0)
      const info = this.#info(key)
      publish({ type: 'task-end', ...info, metrics: result.metrics, runMs })
      const { metrics, executorMetrics } = result
      const success = { reason: 'Success' } as const
      const end = child?.info && this.#book.ended(child.info, success, metrics, executorMetrics)
      scheduler.tell({ type: 'task-accepted', ...info, taskAttemptId, result, end })
      if (child !== undefined) this.#children.remove(child)
      this.#drop(effects)
      // One that waits for another try has none to wait for.
      for (const idle of this.#children.of(key.task)) this.#stop(idle)
    }
    this.#tellFailures()
    this.#overWhenDrained()
  }

  /** Where tasks had failed, once the set has succeeded all the same. */
  #tellFailures(): void {
    const { exclusion, done, tasks } = this.#state
    if (exclusion === undefined || done < tasks.length) return
    const failures = exclusion.failures()
    if (failures.length === 0) return
    this.#props.registry.tell({ type: 'set-succeeded', taskSetId: this.#id, failures })
  }

  /** Ends the tries that nobody wants any more. */
  #drop(effects: readonly TaskSetEffect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'drop') continue
      const child = this.#children.running(effect)
      if (child === undefined) continue
      this.#ended(child, { reason: 'TaskKilled', killReason: effect.reason })
      this.#stop(child)
    }
  }

  #stop(child: TaskChild): void {
    this.#children.remove(child)
    void this.#ctx?.stop(child.ref)
  }

  #gaveUp(cause: unknown, reason: string): void {
    const { stageId, stageAttempt, scheduler } = this.#props
    scheduler.tell({ type: 'task-set-gave-up', stageId, stageAttempt, cause, reason })
  }

  /** Whether the set gives up, which the scheduler is told. */
  #gaveUpOn(effects: readonly TaskSetEffect[]): boolean {
    for (const effect of effects)
      if (effect.type === 'give-up') this.#gaveUp(effect.cause, effect.reason)
    return effects.some(({ type }) => type === 'give-up')
  }

  #overWhenDrained(): void {
    if (!this.#state.isZombie || this.#state.running > 0) return
    const { stageId, stageAttempt, scheduler } = this.#props
    scheduler.tell({ type: 'task-set-over', stageId, stageAttempt })
  }

  #want(): void {
    const { registry, jobId, stageId, pool, isBarrier, resources } = this.#props
    const ctx = this.#ctx
    if (ctx === undefined) return
    const [wanted, replyTo] = [wantedSlots(this.#state), ctx.self]
    registry.tell({
      type: 'want-slots',
      taskSetId: this.#id,
      jobId,
      stageId,
      pool,
      wanted,
      isWhole: isBarrier,
      resources,
      replyTo,
    })
  }

  #speculateLater(): void {
    const { speculation } = this.#props.settings
    if (speculation === undefined || this.#state.isZombie) return
    const due = { type: 'speculation-due' } as const
    this.#ctx?.timers.startSingle('speculation', due, speculation.intervalMs)
  }

  #speculate(): void {
    const effects = this.#step({ type: 'speculation-due', nowMs: this.#props.nowMs() })
    for (const effect of effects)
      if (effect.type === 'speculate') this.#book.speculated(effect.task, effect.partition)
    if (effects.length > 0) this.#want()
    this.#speculateLater()
  }

  #launch(offer: SlotsOffered): void {
    const { sessions, slots, limit, alive, excluded, idle } = offer
    const used = new Map<string, number>()
    const nowMs = this.#props.nowMs()
    const offered = { slots, limit, alive, excluded, idle, nowMs }
    const effects = this.#step({ type: 'slots-offered', ...offered })
    this.#gaveUpOn(effects)
    const properties = propertiesOf(this.#props, effects, offer)
    for (const effect of effects) {
      if (effect.type !== 'launch') continue
      const { executorId } = effect
      const session = sessions.get(executorId)
      if (session === undefined) continue
      used.set(executorId, (used.get(executorId) ?? 0) + 1)
      const { task, attempt } = effect
      const key = { task, attempt, executorId }
      const child = this.#child(effect, key, nowMs)
      this.#explain(effect, offer, child)
      const description = describeTask(this.#props, effect, properties)
      this.#props.publish({ type: 'task-start', ...this.#info(key), reason: effect.reason })
      child.info = this.#book.started(effect, description.taskAttemptId)
      const { binary } = this.#props
      child.ref.tell({ type: 'run', key, task: description, binary, session })
    }
    const { registry, resources } = this.#props
    if (this.#ctx !== undefined)
      waitFor(effects, { ctx: this.#ctx, registry, taskSetId: this.#id, nowMs })
    registry.tell({
      type: 'answer-offer',
      taskSetId: this.#id,
      used: [...used],
      wanted: wantedSlots(this.#state),
      cpus: resources?.cpus,
    })
  }

  #explain(effect: Launch, offer: SlotsOffered, { ref }: TaskChild): void {
    const log = this.#ctx?.system.decisions
    if (log?.isOn !== true) return
    const task = this.#state.tasks[effect.task] as TaskState
    const point = effect.attempt === 0 ? points.task : points.retry
    log.noteLazily(point, new LaunchNote(this.#name, effect, offer, task, ref.path))
  }

  #child({ task, partition, attempt }: Launch, key: TaskKey, startedMs: number): TaskChild {
    const idle = this.#children.idle(task)
    if (idle !== undefined) {
      idle.key = key
      idle.startedMs = startedMs
      return idle
    }
    const ctx = this.#ctx as ActorContext<TaskSetMessage>
    const name = attempt === 0 ? `task-${partition}` : `task-${partition}.${attempt}`
    const ref = ctx.spawn(taskActor(ctx.self, this.#props.registry, this.#id), name)
    const child: TaskChild = { ref, key, startedMs, info: undefined }
    this.#children.add(child)
    return child
  }

  #kill({ taskAttemptId, reason, replyTo }: Message<'kill-task'>): void {
    let wasRunning = false
    for (const { ref, key, info } of this.#children.all()) {
      if (info?.taskId !== taskAttemptId) continue
      for (const effect of this.#step({ type: 'kill-requested', ...key, why: reason })) {
        if (effect.type !== 'kill') continue
        wasRunning = true
        ref.tell({ type: 'kill' })
      }
    }
    replyTo.tell({ type: 'kill-answer', wasRunning })
  }

  #ended(child: TaskChild, reason: TaskEndReason, metrics?: TaskMetrics): void {
    if (child.info === undefined) return
    this.#props.publish(this.#book.ended(child.info, reason, metrics))
    child.info = undefined
  }

  #info({ task, attempt, executorId }: TaskKey): TaskInfo {
    const { stageId, stageAttempt } = this.#props
    const partition = this.#state.tasks[task]?.partition ?? -1
    return { stageId, stageAttempt, partition, attempt, executorId }
  }

  #refused(key: TaskKey, effects: readonly TaskSetEffect[]): void {
    for (const { type, reason } of effects) {
      if (type !== 'refused') continue
      this.#props.publish({ type: 'result-refused', ...this.#info(key), reason })
    }
  }
}
