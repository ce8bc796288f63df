import { isTaskReport } from '../../executor/shapes.ts'
import {
  accepting,
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import { isTroupeError } from '../../../platform/index.ts'
import { SparkError, taskCancelled } from '../../errors.ts'
import type { ExecutorCommand, RunningTasks, TaskReport } from '../../executor/protocol.ts'
import type { ExecutorRegistryMessage, LenderMessage, SessionCommand } from './protocol.ts'

/** How often a session with tasks under way asks which of them its executor knows. */
const RECONCILE_MS = 10_000

/** What a session is made of. */
export interface SessionProps {
  readonly executorId: string
  /** Undefined where its slots are lent, until it has registered. */
  readonly executor: ActorRef<ExecutorCommand> | undefined
  /** By whom its tasks are launched and killed, where its slots are lent. */
  readonly lender?: ActorRef<LenderMessage> | undefined
  readonly registry: ActorRef<ExecutorRegistryMessage>
  /** The application's token: it proves that code comes from this driver. */
  readonly token: Uint8Array
}

type SessionMessage = SessionCommand | TaskReport | RunningTasks | { readonly type: 'reconcile' }

/**
 * The driver's side of one executor: ships the code of a stage once, before its first task, hands reports on to the
 * tasks, and tells the registry when the executor is gone. An order or a report that was lost on the way shows when
 * the executor is asked what it has under way; its task then fails, and runs again.
 */
export function executorSession(props: SessionProps): Behavior<SessionCommand> {
  const behavior = setup<SessionMessage>((ctx) => {
    const session = new Session(props, ctx)
    return receive<SessionMessage>(
      (message) => {
        session.handle(message)
      },
      (signal) => {
        if (signal.type !== 'Terminated') return
        const reason = `its actor is gone: ${signal.reason}`
        props.registry.tell({ type: 'executor-gone', executorId: props.executorId, reason })
      },
    )
  })
  return accepting(isTaskReport, behavior)
}

interface InFlight {
  readonly stageId: number
  readonly replyTo: ActorRef<TaskReport>
  /** The order was handed to the executor itself, or is known to be there. */
  hasArrived: boolean
}

class Session {
  readonly #props: SessionProps
  readonly #ctx: ActorContext<SessionMessage>
  /** Stages whose code the executor has been sent. */
  readonly #loaded = new Set<number>()
  /** task attempt → where its report goes */
  readonly #inFlight = new Map<number, InFlight>()
  /** The attempts under way when the executor was asked last. */
  #asked: readonly number[] = []
  #executor: ActorRef<ExecutorCommand> | undefined
  /** What an executor that has not registered yet is to be told. */
  readonly #early: ExecutorCommand[] = []

  constructor(props: SessionProps, ctx: ActorContext<SessionMessage>) {
    this.#props = props
    this.#ctx = ctx
    this.#executor = props.executor
    if (props.executor !== undefined) ctx.watch(props.executor)
  }

  handle(message: SessionMessage): void {
    switch (message.type) {
      case 'launch':
        this.#launch(message)
        return
      case 'cancel':
        this.#cancel(message.taskAttemptId)
        return
      case 'forget-stage':
        if (this.#loaded.delete(message.stageId)) this.#tell(message)
        return
      case 'attached':
        this.#attached(message.executor)
        return
      case 'arrived': {
        const order = this.#inFlight.get(message.taskAttemptId)
        if (order !== undefined) order.hasArrived = true
        return
      }
      case 'gone': {
        const { taskAttemptId } = message
        const error = taskCancelled(taskAttemptId)
        this.#reported({ type: 'task-failed', taskAttemptId, error })
        return
      }
      case 'end':
        this.#end(message.reason)
        return
      case 'peer-lost':
      case 'read-result':
        this.#tell(message)
        return
      case 'result-ready':
      case 'result-part':
        this.#inFlight.get(message.taskAttemptId)?.replyTo.tell(message)
        return
      case 'task-succeeded':
      case 'task-failed':
        this.#reported(message)
        return
      case 'reconcile':
        this.#reconcile()
        return
      case 'running-tasks':
        this.#compare(message.taskAttemptIds)
        return
    }
  }

  #tell(command: ExecutorCommand): void {
    if (this.#executor === undefined) this.#early.push(command)
    else this.#executor.tell(command)
  }

  #attached(executor: ActorRef<ExecutorCommand>): void {
    this.#executor = executor
    this.#ctx.watch(executor)
    executor.tell({ type: 'report-to', replyTo: this.#ctx.self })
    for (const command of this.#early.splice(0)) executor.tell(command)
  }

  #cancel(taskAttemptId: number): void {
    const { executorId, lender } = this.#props
    if (lender === undefined) this.#tell({ type: 'cancel-task', taskAttemptId })
    else lender.tell({ type: 'kill-task', executorId, taskAttemptId })
  }

  #end(reason: string): void {
    const { executorId, lender } = this.#props
    if (this.#executor !== undefined) {
      this.#ctx.unwatch(this.#executor)
      this.#executor.tell({ type: 'shut-down', reason })
    }
    lender?.tell({ type: 'executor-over', executorId, reason })
    this.#ctx.stop()
  }

  #launch({ task, binary, replyTo }: Extract<SessionCommand, { type: 'launch' }>): void {
    const { executorId, lender, token } = this.#props
    const { stageId, taskAttemptId } = task
    if (!this.#loaded.has(stageId)) {
      this.#loaded.add(stageId)
      const proof = this.#ctx.environment.crypto.hmacSha256(token, binary)
      this.#tell({ type: 'load-stage', stageId, binary, proof })
    }
    this.#inFlight.set(taskAttemptId, { stageId, replyTo, hasArrived: lender === undefined })
    if (lender === undefined) this.#tell({ type: 'run-task', task, replyTo: this.#ctx.self })
    else lender.tell({ type: 'launch-task', executorId, task })
    if (!this.#ctx.timers.isActive('reconcile')) this.#reconcileLater()
  }

  #reported(report: Extract<TaskReport, { type: 'task-succeeded' | 'task-failed' }>): void {
    const order = this.#inFlight.get(report.taskAttemptId)
    if (order === undefined) return
    this.#inFlight.delete(report.taskAttemptId)
    if (
      report.type === 'task-failed' &&
      isTroupeError(report.error, 'TROUPE_SPARK_STAGE_UNKNOWN')
    ) {
      this.#loaded.delete(order.stageId)
    }
    order.replyTo.tell(report)
  }

  #reconcileLater(): void {
    this.#ctx.timers.startSingle('reconcile', { type: 'reconcile' }, RECONCILE_MS)
  }

  #reconcile(): void {
    if (this.#inFlight.size === 0) return
    this.#asked = [...this.#inFlight].flatMap(([id, { hasArrived }]) => (hasArrived ? [id] : []))
    this.#executor?.tell({ type: 'which-tasks', replyTo: this.#ctx.self })
    this.#reconcileLater()
  }

  /** What was under way before the question, and is neither reported nor known there, was lost on the way. */
  #compare(running: readonly number[]): void {
    const known = new Set(running)
    for (const taskAttemptId of this.#asked) {
      if (known.has(taskAttemptId) || !this.#inFlight.has(taskAttemptId)) continue
      const error = messageLost(taskAttemptId, this.#props.executorId)
      this.#sayAgain(taskAttemptId)
      this.#reported({ type: 'task-failed', taskAttemptId, error })
    }
    this.#asked = []
  }

  /** A launched task that waits over there waits for what was lost: the code of its stage, or this session's name. */
  #sayAgain(taskAttemptId: number): void {
    const stageId = this.#inFlight.get(taskAttemptId)?.stageId
    if (this.#props.lender === undefined || stageId === undefined) return
    this.#loaded.delete(stageId)
    this.#tell({ type: 'report-to', replyTo: this.#ctx.self })
    this.#tell({ type: 'cancel-task', taskAttemptId })
  }
}

function messageLost(taskAttemptId: number, executorId: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_MESSAGE_LOST',
    `The order to run task ${taskAttemptId}, or its report, was lost between the driver and executor ${executorId}; ` +
      'the task runs again',
    { data: { taskAttemptId, executorId } },
  )
}
