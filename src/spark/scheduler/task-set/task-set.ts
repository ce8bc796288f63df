import {
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
  type ChildFailure,
  type Decision,
  type SupervisorStrategy,
} from '../../../actors/index.ts'
import { isTroupeError } from '../../../platform/index.ts'
import { points } from '../../decision-points.ts'
import { fetchFailureOf } from '../../errors.ts'
import {
  taskEndReason,
  type ListenerTaskInfo,
  type Properties,
  type SparkEvent,
  type TaskEndReason,
  type TaskInfo,
} from '../../events/index.ts'
import type { TaskDescription } from '../../task/index.ts'
import type { ExecutorRegistryMessage, SlotsOffered } from '../executor-registry/index.ts'
import type { TaskKey, TaskSetEffect, TaskSetEvent } from './events.ts'
import { LaunchNote, accountOf, failureNote, type SetName } from './explain.ts'
import type { TaskMessage, TaskSetMessage } from './protocol.ts'
import { taskSetState, wantedSlots, type TaskSetState, type TaskState } from './state.ts'
import { TaskBook, type TaskEnd } from './task-book.ts'
import { taskActor } from './task.ts'
import { taskSetTransition } from './transition.ts'

/** What the task set says to the DAG scheduler. */
export type TaskSetReport =
  | ({
      readonly type: 'task-accepted'
      readonly taskAttemptId: number
      readonly result: Extract<TaskSetMessage, { type: 'task-done' }>['result']
      /** What listeners are to be told, when it is known what it adds to accumulators. */
      readonly end: TaskEnd | undefined
    } & TaskInfo)
  | {
      readonly type: 'task-set-gave-up'
      readonly stageId: number
      readonly stageAttempt: number
      readonly cause: unknown
      readonly reason: string
    }

/** What a task set is made of. */
export interface TaskSetProps {
  readonly applicationId: string
  readonly jobId: number
  readonly stageId: number
  readonly stageAttempt: number
  readonly partitions: readonly number[]
  /** By partition of the stage, encoded. */
  readonly splits: readonly Uint8Array[]
  readonly preferredHosts: readonly (readonly string[])[]
  readonly binary: Uint8Array
  readonly maxTaskFailures: number
  readonly registry: ActorRef<ExecutorRegistryMessage>
  readonly scheduler: ActorRef<TaskSetReport>
  readonly nextTaskAttemptId: () => number
  readonly isShuffleMap: boolean
  /** Of the RDD that the stage computes. */
  readonly numPartitions: number
  /** The local properties of its job. */
  readonly properties: Properties
  readonly nowMs: () => number
  readonly wallNowMs: () => number
  readonly publish: (event: SparkEvent) => void
}

/** A task set's behavior, and the strategy by which it supervises its tasks. Both share its state: spawn it once. */
export interface TaskSet {
  readonly behavior: Behavior<TaskSetMessage>
  readonly supervision: SupervisorStrategy
}

/**
 * The tasks of one attempt of one stage, and their supervising parent: a task that fails is restarted, elsewhere
 * where there is an elsewhere, until it has failed too often; then the set gives up and its children are stopped. A
 * fetch that failed is escalated: the DAG scheduler, its parent, decides what is recomputed.
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
      description: `restart elsewhere, ${props.maxTaskFailures} failures of a task at most; a failed fetch escalates`,
      start: () => ({ decide: (failure) => run.decide(failure) }),
    },
  }
}

interface Child {
  readonly ref: ActorRef<TaskMessage>
  key: TaskKey
  startedMs: number
  /** As listeners were told when it began. */
  info: ListenerTaskInfo | undefined
}

class TaskSetRun {
  readonly #props: TaskSetProps
  readonly #id: string
  readonly #state: TaskSetState
  readonly #name: SetName
  readonly #book: TaskBook
  /** task → its actor */
  readonly #children = new Map<number, Child>()
  #ctx: ActorContext<TaskSetMessage> | undefined

  constructor(props: TaskSetProps) {
    this.#props = props
    const { stageId, stageAttempt, partitions, preferredHosts, maxTaskFailures } = props
    this.#name = { app: props.applicationId, jobId: props.jobId, stageId, stageAttempt }
    this.#book = new TaskBook(props)
    this.#id = `${stageId}.${stageAttempt}`
    this.#state = taskSetState({
      stageId,
      stageAttempt,
      partitions,
      preferredHosts: partitions.map((partition) => preferredHosts[partition] ?? []),
      maxTaskFailures,
    })
  }

  begin(ctx: ActorContext<TaskSetMessage>): void {
    this.#ctx = ctx
    ctx.system.decisions.account(ctx.self, (wanted) => accountOf(this.#state, this.#name, wanted))
    this.#want()
  }

  handle(message: TaskSetMessage): void {
    switch (message.type) {
      case 'slots-offered':
        this.#launch(message)
        return
      case 'executor-lost':
        this.#step({ type: 'executor-lost', executorId: message.executorId })
        for (const child of this.#children.values()) child.ref.tell(message)
        return
      case 'task-done': {
        const { key, taskAttemptId, result } = message
        const child = this.#children.get(key.task)
        const effects = this.#step({ type: 'task-succeeded', ...key })
        for (const effect of effects) {
          if (effect.type === 'refused') this.#refused(key, effect.reason)
          if (effect.type !== 'accepted') continue
          const runMs = this.#props.nowMs() - (child?.startedMs ?? 0)
          const info = this.#info(key)
          this.#props.publish({ type: 'task-end', ...info, metrics: result.metrics, runMs })
          const end =
            child?.info && this.#book.ended(child.info, { reason: 'Success' }, result.metrics)
          this.#props.scheduler.tell({ type: 'task-accepted', ...info, taskAttemptId, result, end })
          this.#children.delete(key.task)
        }
        return
      }
      case 'kill-task':
        this.#kill(message)
        return
      case 'getting-result': {
        const child = this.#children.get(message.key.task)
        if (child?.info === undefined) return
        child.info = this.#book.gettingResult(child.info)
        return
      }
      case 'stale-report': {
        const key = { task: -1, attempt: message.report.taskAttemptId, executorId: 'unknown' }
        for (const effect of this.#step({ type: 'task-succeeded', ...key })) {
          if (effect.type === 'refused') this.#refused(key, effect.reason)
        }
        return
      }
    }
  }

  /** Answers the failure of a task; called by the runtime, between messages. */
  decide(failure: ChildFailure): Decision {
    const key = this.#keyOf(failure)
    if (key === undefined) return decision('stop', 'the task is not of this set')
    const { error } = failure
    const fetch = fetchFailureOf(error)
    const isExecutorLost =
      failure.kind === 'node-lost' || isTroupeError(error, 'TROUPE_SPARK_EXECUTOR_LOST')
    const effects = this.#step(
      fetch !== undefined
        ? { type: 'fetch-failed', failure: fetch, ...key }
        : { type: 'task-failed', error, why: textOf(error), isExecutorLost, ...key },
    )
    const made = directiveOf(effects)
    const { directive, reason } = made
    const { partition } = this.#info(key)
    const path = failure.child.path
    this.#ended(this.#children.get(key.task), taskEndReason(error, key.executorId))
    const note = failureNote(this.#name, partition, key, textOf(error), made, path)
    this.#ctx?.system.decisions.note(points.failure, note)
    this.#props.publish({
      type: 'task-failed',
      ...this.#info(key),
      error,
      directive: directive === 'resume' ? 'stop' : directive,
      reason,
    })
    const gaveUp = effects.find((effect) => effect.type === 'give-up')
    if (gaveUp !== undefined) {
      const { stageId, stageAttempt } = this.#props
      const report = { type: 'task-set-gave-up', stageId, stageAttempt } as const
      this.#props.scheduler.tell({ ...report, cause: error, reason: gaveUp.reason })
    }
    if (directive === 'restart') this.#want()
    return made
  }

  /** The set has ended: results that still come are refused. */
  withdraw(): void {
    this.#step({ type: 'cancelled' })
    this.#props.registry.tell({ type: 'withdraw', taskSetId: this.#id })
  }

  #step(event: TaskSetEvent): readonly TaskSetEffect[] {
    return taskSetTransition(this.#state, event)[1]
  }

  #want(): void {
    const { registry, jobId, stageId } = this.#props
    const ctx = this.#ctx
    if (ctx === undefined) return
    const wanted = wantedSlots(this.#state)
    registry.tell({
      type: 'want-slots',
      taskSetId: this.#id,
      jobId,
      stageId,
      wanted,
      replyTo: ctx.self,
    })
  }

  #launch(offer: SlotsOffered): void {
    const sessions = new Map(offer.sessions)
    const used = new Map<string, number>()
    for (const effect of this.#step(offer)) {
      if (effect.type !== 'launch') continue
      const { task, attempt, executorId, partition } = effect
      const session = sessions.get(executorId)
      if (session === undefined) continue
      used.set(executorId, (used.get(executorId) ?? 0) + 1)
      const key = { task, attempt, executorId }
      const child = this.#child(task, key)
      this.#explain(effect, offer, child)
      const description = this.#describe(partition, attempt)
      this.#props.publish({ type: 'task-start', ...this.#info(key), reason: effect.reason })
      const host = offer.slots.find((slot) => slot.executorId === executorId)?.host ?? ''
      child.info = this.#book.started({
        taskId: description.taskAttemptId,
        index: task,
        attemptNumber: attempt,
        partitionId: partition,
        executorId,
        host,
        taskLocality: 'ANY',
        speculative: false,
      })
      const { binary } = this.#props
      child.ref.tell({ type: 'run', key, task: description, binary, session })
    }
    this.#props.registry.tell({
      type: 'answer-offer',
      taskSetId: this.#id,
      used: [...used],
      wanted: wantedSlots(this.#state),
    })
  }

  #explain(
    effect: Extract<TaskSetEffect, { type: 'launch' }>,
    offer: SlotsOffered,
    { ref }: Child,
  ): void {
    const log = this.#ctx?.system.decisions
    if (log?.isOn !== true) return
    const task = this.#state.tasks[effect.task] as TaskState
    const point = effect.attempt === 0 ? points.task : points.retry
    log.noteLazily(point, new LaunchNote(this.#name, effect, offer, task, ref.path))
  }

  #child(task: number, key: TaskKey): Child {
    const startedMs = this.#props.nowMs()
    const known = this.#children.get(task)
    if (known !== undefined) {
      known.key = key
      known.startedMs = startedMs
      return known
    }
    const ctx = this.#ctx as ActorContext<TaskSetMessage>
    const partition = (this.#state.tasks[task] as TaskState).partition
    const ref = ctx.spawn(taskActor(ctx.self, this.#props.registry), `task-${partition}`)
    const child: Child = { ref, key, startedMs, info: undefined }
    this.#children.set(task, child)
    return child
  }

  #describe(partition: number, attempt: number): TaskDescription {
    const { stageId, stageAttempt, splits, nextTaskAttemptId, numPartitions, properties } =
      this.#props
    return {
      stageId,
      stageAttempt,
      partitionId: partition,
      numPartitions,
      attemptNumber: attempt,
      taskAttemptId: nextTaskAttemptId(),
      properties,
      split: splits[partition] ?? new Uint8Array(0),
    }
  }

  #kill({ taskAttemptId, reason, replyTo }: Extract<TaskSetMessage, { type: 'kill-task' }>): void {
    let wasRunning = false
    for (const { ref, key, info } of this.#children.values()) {
      if (info?.taskId !== taskAttemptId) continue
      for (const effect of this.#step({ type: 'kill-requested', ...key, why: reason })) {
        if (effect.type !== 'kill') continue
        wasRunning = true
        ref.tell({ type: 'kill' })
      }
    }
    replyTo.tell({ type: 'kill-answer', wasRunning })
  }

  #ended(child: Child | undefined, reason: TaskEndReason): void {
    if (child?.info === undefined) return
    this.#props.publish(this.#book.ended(child.info, reason, undefined))
    child.info = undefined
  }

  #keyOf({ child }: ChildFailure): TaskKey | undefined {
    for (const { ref, key } of this.#children.values()) if (ref === child) return key
    return undefined
  }

  #info({ task, attempt, executorId }: TaskKey): TaskInfo {
    const { stageId, stageAttempt } = this.#props
    const partition = this.#state.tasks[task]?.partition ?? -1
    return { stageId, stageAttempt, partition, attempt, executorId }
  }

  #refused(key: TaskKey, reason: string): void {
    this.#props.publish({ type: 'result-refused', ...this.#info(key), reason })
  }
}

function directiveOf(effects: readonly TaskSetEffect[]): Decision {
  for (const effect of effects) {
    switch (effect.type) {
      case 'retry':
        return decision('restart', effect.reason)
      case 'give-up':
        return decision('stop', effect.reason)
      case 'escalate':
        return decision('escalate', effect.reason)
      default:
    }
  }
  return decision('stop', 'the task set launches nothing more')
}

function decision(directive: Decision['directive'], reason: string): Decision {
  return { directive, scope: 'one', delayMs: 0, reason }
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
