import type { ProcessExit } from '../../platform/index.ts'
import {
  hasCapability,
  type CheckStatusInfo,
  type FrameworkInfo,
  type KillPolicy,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '../protocol/index.ts'
import type { CheckNotice } from './protocol.ts'
import { waitMessage } from './wait-message.ts'

/** A task whose command runs in a container. Immutable. */
export interface TaskLife {
  readonly info: TaskInfo
  readonly killing: Killing | undefined
  /** What its checks have found last. */
  readonly found: Pick<TaskStatus, 'healthy' | 'check_status'>
}

interface Killing {
  readonly cause: 'asked' | 'completion' | 'unhealthy'
  readonly sinceMs: number
  readonly graceMs: number
}

/** What a status says beyond its task and what is the same for all. */
export type StatusPart = Pick<
  TaskStatus,
  'state' | 'message' | 'reason' | 'healthy' | 'check_status' | 'limitation'
>

/** What an executor does for one of its tasks. */
export type LifeEffect =
  | { readonly type: 'update'; readonly taskId: string; readonly status: StatusPart }
  | {
      readonly type: 'signal'
      readonly taskId: string
      readonly signal: 'SIGTERM' | 'SIGKILL'
    }
  | { readonly type: 'start-checks'; readonly taskId: string }
  | { readonly type: 'stop-checks'; readonly taskId: string }
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

/** A task at its beginning. */
export function newLife(info: TaskInfo): TaskLife {
  return { info, killing: undefined, found: {} }
}

/** Says the next state of a task. */
export function update(life: TaskLife, state: TaskState): LifeEffect {
  return say(life, { state })
}

/** A status of a task that has a check says so from the beginning. */
export function say(life: TaskLife, status: StatusPart): LifeEffect & { readonly type: 'update' } {
  const type = life.info.check?.type
  const check_status: CheckStatusInfo | undefined =
    type === 'COMMAND' || type === 'HTTP' || type === 'TCP'
      ? { type, [type.toLowerCase()]: {} }
      : undefined
  const blank = { ...(check_status !== undefined && { check_status }) }
  return { type: 'update', taskId: idOf(life), status: { ...blank, ...status } }
}

/** Its command runs, and has for `ranMs`: its checks begin, and so does the time that it may take. */
export function begin(life: TaskLife, ranMs: number): readonly LifeEffect[] {
  return [...checks(life, 'start-checks'), ...startCompletion(life, ranMs)]
}

function checks(life: TaskLife, type: 'start-checks' | 'stop-checks'): readonly LifeEffect[] {
  const { check, health_check } = life.info
  return check === undefined && health_check === undefined ? [] : [{ type, taskId: idOf(life) }]
}

/** What is made of a result of its checks; nothing once it is to end. */
export function checked(
  life: TaskLife,
  framework: FrameworkInfo,
  notice: CheckNotice,
  nowMs: number,
): readonly [TaskLife, readonly LifeEffect[]] {
  if (life.killing !== undefined) return [life, []]
  const state = 'TASK_RUNNING'
  if (notice.type === 'task-checked') {
    const found = { ...life.found, check_status: notice.check_status }
    const reason = 'REASON_TASK_CHECK_STATUS_UPDATED'
    return [{ ...life, found }, [say(life, { state, reason, ...found })]]
  }
  const found = { ...life.found, healthy: notice.healthy }
  const next: TaskLife = { ...life, found }
  const said = say(life, { state, reason: 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED', ...found })
  if (!notice.kill) return [next, [said]]
  const [killed, effects] = kill(next, framework, 'unhealthy', graceMsOf(life, undefined), nowMs)
  return [killed, [said, ...effects]]
}

function startCompletion(life: TaskLife, ranMs: number): readonly LifeEffect[] {
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
      ...checks(life, 'stop-checks'),
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

/** Its times run no longer, nor do its checks. */
export function finish(life: TaskLife): readonly LifeEffect[] {
  const taskId = idOf(life)
  return [
    { type: 'cancel-timer', key: completionTimer(taskId) },
    { type: 'cancel-timer', key: graceTimer(taskId) },
    ...checks(life, 'stop-checks'),
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
    case 'unhealthy':
      return { state: 'TASK_KILLED', message, healthy: false }
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
