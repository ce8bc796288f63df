import type { ProcessExit } from '../../platform/index.ts'
import {
  hasCapability,
  type FrameworkInfo,
  type KillPolicy,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '../protocol/index.ts'
import { waitMessage } from './wait-message.ts'

/** A task whose command runs in a container. Immutable. */
export interface TaskLife {
  readonly info: TaskInfo
  readonly killing: Killing | undefined
}

interface Killing {
  readonly cause: 'asked' | 'completion'
  readonly sinceMs: number
  readonly graceMs: number
}

/** What a status says beyond its task and what is the same for all. */
export type StatusPart = Pick<TaskStatus, 'state' | 'message' | 'reason' | 'healthy'>

/** What an executor does for one of its tasks. */
export type LifeEffect =
  | { readonly type: 'update'; readonly taskId: string; readonly status: StatusPart }
  | {
      readonly type: 'signal'
      readonly taskId: string
      readonly signal: 'SIGTERM' | 'SIGKILL'
    }
  | {
      readonly type: 'start-timer'
      readonly key: string
      readonly afterMs: number
      readonly event: LifeTimer
    }
  | { readonly type: 'cancel-timer'; readonly key: string }

/** The times of a task that run out. */
export type LifeTimer =
  | { readonly type: 'grace-over'; readonly taskId: string }
  | { readonly type: 'completion-over'; readonly taskId: string }

/** Between SIGTERM and SIGKILL, where neither the order nor the task says. */
const GRACE_MS = 3000

/** Says the next state of a task. */
export function update(life: TaskLife, state: TaskState): LifeEffect {
  return { type: 'update', taskId: idOf(life), status: { state } }
}

/** From now on its time runs, of which `ranMs` are over; none if it may take as long as it likes. */
export function startCompletion(life: TaskLife, ranMs: number): readonly LifeEffect[] {
  const limitMs = (life.info.max_completion_time?.nanoseconds ?? 0) / 1e6
  if (limitMs <= 0) return []
  const taskId = idOf(life)
  const event = { type: 'completion-over', taskId } as const
  const afterMs = Math.max(0, limitMs - ranMs)
  return [{ type: 'start-timer', key: completionTimer(taskId), afterMs, event }]
}

/** The time between SIGTERM and SIGKILL: the order's before the task's own. */
export function graceMsOf(life: TaskLife, policy: KillPolicy | undefined): number {
  const grace = policy?.grace_period ?? life.info.kill_policy?.grace_period
  return grace === undefined ? GRACE_MS : grace.nanoseconds / 1e6
}

/** Asks a command to end, and has it killed when its grace is over. Whoever asks again can only make that sooner. */
export function kill(
  life: TaskLife,
  framework: FrameworkInfo,
  cause: Killing['cause'],
  graceMs: number,
  nowMs: number,
): readonly [TaskLife, readonly LifeEffect[]] {
  const taskId = idOf(life)
  const { killing } = life
  const event = { type: 'grace-over', taskId } as const
  const timer = (afterMs: number): LifeEffect => ({
    type: 'start-timer',
    key: graceTimer(taskId),
    afterMs,
    event,
  })
  if (killing !== undefined) {
    if (graceMs >= killing.graceMs) return [life, []]
    const left = Math.max(0, killing.sinceMs + graceMs - nowMs)
    return [{ ...life, killing: { ...killing, graceMs } }, [timer(left)]]
  }
  const says = cause !== 'completion' && hasCapability(framework, 'TASK_KILLING_STATE')
  return [
    { ...life, killing: { cause, sinceMs: nowMs, graceMs } },
    [
      { type: 'cancel-timer', key: completionTimer(taskId) },
      ...(says ? [update(life, 'TASK_KILLING')] : []),
      { type: 'signal', taskId, signal: 'SIGTERM' },
      timer(graceMs),
    ],
  ]
}

/** Its grace is over, and it still runs. */
export function escalate(life: TaskLife): LifeEffect {
  return { type: 'signal', taskId: idOf(life), signal: 'SIGKILL' }
}

/** Its times run no longer. */
export function stopTimers(life: TaskLife): readonly LifeEffect[] {
  const taskId = idOf(life)
  return [
    { type: 'cancel-timer', key: completionTimer(taskId) },
    { type: 'cancel-timer', key: graceTimer(taskId) },
  ]
}

/** What becomes of a task whose command has ended; `unknown` is what to say if nobody knows how. */
export function endOf(life: TaskLife, exit: ProcessExit | undefined, unknown: string): StatusPart {
  if (exit === undefined) return { state: 'TASK_FAILED', message: unknown }
  const message = waitMessage(exit)
  switch (life.killing?.cause) {
    case 'completion':
      return { state: 'TASK_FAILED', reason: 'REASON_MAX_COMPLETION_TIME_REACHED', message }
    case 'asked':
      return { state: 'TASK_KILLED', message }
    case undefined:
      return { state: exit.code === 0 ? 'TASK_FINISHED' : 'TASK_FAILED', message }
  }
}

function idOf({ info }: TaskLife): string {
  return info.task_id.value
}

function graceTimer(taskId: string): string {
  return `grace ${taskId}`
}

function completionTimer(taskId: string): string {
  return `completion ${taskId}`
}
