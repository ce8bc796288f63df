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
import { SparkError } from '../../errors.ts'
import type { ExecutorCommand, RunningTasks, TaskReport } from '../../executor/protocol.ts'
import type { ExecutorRegistryMessage, SessionCommand } from './protocol.ts'

/** How often a session with tasks under way asks which of them its executor knows. */
const RECONCILE_MS = 10_000

/** What a session is made of. */
export interface SessionProps {
  readonly executorId: string
  readonly executor: ActorRef<ExecutorCommand>
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

  constructor(props: SessionProps, ctx: ActorContext<SessionMessage>) {
    this.#props = props
    this.#ctx = ctx
    ctx.watch(props.executor)
  }

  handle(message: SessionMessage): void {
    const { executor } = this.#props
    switch (message.type) {
      case 'launch':
        this.#launch(message)
        return
      case 'cancel':
        executor.tell({ type: 'cancel-task', taskAttemptId: message.taskAttemptId })
        return
      case 'forget-stage':
        if (this.#loaded.delete(message.stageId)) executor.tell(message)
        return
      case 'peer-lost':
        executor.tell(message)
        return
      case 'end':
        this.#ctx.unwatch(executor)
        executor.tell({ type: 'shut-down', reason: message.reason })
        this.#ctx.stop()
        return
      case 'read-result':
        executor.tell(message)
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

  #launch({ task, binary, replyTo }: Extract<SessionCommand, { type: 'launch' }>): void {
    const { executor, token } = this.#props
    const { stageId, taskAttemptId } = task
    if (!this.#loaded.has(stageId)) {
      this.#loaded.add(stageId)
      const proof = this.#ctx.environment.crypto.hmacSha256(token, binary)
      executor.tell({ type: 'load-stage', stageId, binary, proof })
    }
    this.#inFlight.set(taskAttemptId, { stageId, replyTo })
    executor.tell({ type: 'run-task', task, replyTo: this.#ctx.self })
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
    this.#asked = [...this.#inFlight.keys()]
    this.#props.executor.tell({ type: 'which-tasks', replyTo: this.#ctx.self })
    this.#reconcileLater()
  }

  /** What was under way before the question, and is neither reported nor known there, was lost on the way. */
  #compare(running: readonly number[]): void {
    const known = new Set(running)
    for (const taskAttemptId of this.#asked) {
      if (known.has(taskAttemptId) || !this.#inFlight.has(taskAttemptId)) continue
      const error = messageLost(taskAttemptId, this.#props.executorId)
      this.#reported({ type: 'task-failed', taskAttemptId, error })
    }
    this.#asked = []
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
