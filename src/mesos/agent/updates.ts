import {
  isTerminal,
  sameBytes,
  type AgentEvent,
  type TaskInfo,
  type TaskStatus,
} from '../protocol/index.ts'
import type { AgentChange } from './change.ts'
import { agentKey, type UpdateStream } from './state.ts'

type AcknowledgeEvent = Extract<AgentEvent, { readonly type: 'ACKNOWLEDGE' }>

/**
 * Puts a status behind those of its task that wait. Only the first is under way; it is sent until the framework
 * has acknowledged it, so statuses arrive in order and at least once. One that waits already is not put twice.
 */
export function enqueue(
  change: AgentChange,
  frameworkId: string,
  task: TaskInfo,
  status: TaskStatus,
): void {
  const key = agentKey(frameworkId, task.task_id.value)
  const stream = change.state.updates.get(key)
  const framework = change.state.frameworks.get(frameworkId)
  if (stream === undefined) {
    change.record(framework, { type: 'status', frameworkId, status })
    change.noteStatus(frameworkId, task, status)
    wakeAt(change, send(change, key, { frameworkId, task, waiting: [status] }, 0))
    return
  }
  const { uuid } = status
  const isKnown = stream.waiting.some(
    (one) => one.uuid !== undefined && uuid !== undefined && sameBytes(one.uuid, uuid),
  )
  if (isKnown) return
  change.record(framework, { type: 'status', frameworkId, status })
  change.noteStatus(frameworkId, task, status)
  change.setStream(key, { ...stream, waiting: [...stream.waiting, status] })
}

/** The first status of a stream is acknowledged: the next one is sent. */
export function acknowledged(change: AgentChange, event: AcknowledgeEvent): void {
  const { framework_id, task_id, uuid } = event.acknowledge
  const key = agentKey(framework_id.value, task_id.value)
  const stream = change.state.updates.get(key)
  const first = stream?.waiting[0]
  if (stream === undefined || first?.uuid === undefined || !sameBytes(first.uuid, uuid)) return
  const { frameworkId } = stream
  const framework = change.state.frameworks.get(frameworkId)
  const record = { type: 'acknowledged', frameworkId, taskId: task_id.value, uuid } as const
  // Lost, the status is sent once more.
  change.record(framework, record, { mayLag: true })
  const waiting = stream.waiting.slice(1)
  if (waiting.length > 0) {
    wakeAt(change, send(change, key, { frameworkId, task: stream.task, waiting }, 0))
    return
  }
  change.setStream(key, undefined)
  change.forgetFramework(frameworkId)
}

/** Keeps a stream and sends the first status of it, which was sent so often before: when it is to be sent again. */
function send(
  change: AgentChange,
  key: string,
  { frameworkId, task, waiting }: Omit<UpdateStream, 'attempts' | 'dueMs'>,
  attempts: number,
): number {
  const status = waiting[0]
  if (status === undefined) return Number.POSITIVE_INFINITY
  if (!change.state.isRegistered) {
    const dueMs = Number.POSITIVE_INFINITY
    change.setStream(key, { frameworkId, task, waiting, attempts, dueMs })
    return dueMs
  }
  const latest_state = waiting.at(-1)?.state ?? status.state
  const framework_id = { value: frameworkId }
  change.callMaster({ type: 'UPDATE', update: { framework_id, status, latest_state } })
  const { updateRetryMs, longestUpdateRetryMs } = change.state.options
  const waitMs = Math.min(longestUpdateRetryMs, updateRetryMs * 2 ** Math.min(attempts, 30))
  const dueMs = change.moment.nowMs + waitMs
  change.setStream(key, { frameworkId, task, waiting, attempts: attempts + 1, dueMs })
  return dueMs
}

/** Sends again what was not acknowledged in time. */
export function resend(change: AgentChange): void {
  change.setNextRetry(Number.POSITIVE_INFINITY)
  // After the next registration all are sent.
  if (!change.state.isRegistered) return
  let nextMs = Number.POSITIVE_INFINITY
  for (const [key, stream] of change.state.updates) {
    const isDue = stream.dueMs <= change.moment.nowMs
    const dueMs = isDue ? send(change, key, stream, stream.attempts) : stream.dueMs
    nextMs = Math.min(nextMs, dueMs)
  }
  wakeAt(change, nextMs)
}

/** One timer for all: those that are acknowledged in time, nearly all of them, cost none. */
function wakeAt(change: AgentChange, dueMs: number): void {
  if (dueMs >= change.state.nextRetryMs) return
  change.setNextRetry(dueMs)
  change.startTimer('retry', Math.max(0, dueMs - change.moment.nowMs), { type: 'retry-due' })
}

/** After a registration everything under way is sent anew; when a framework is back, what is for it. */
export function sendAll(change: AgentChange, frameworkId?: string): void {
  for (const [key, stream] of change.state.updates) {
    if (frameworkId !== undefined && stream.frameworkId !== frameworkId) continue
    wakeAt(change, send(change, key, stream, 0))
  }
}

/** Nobody will acknowledge the statuses of this framework any more. */
export function dropStreams(change: AgentChange, frameworkId: string): void {
  for (const [key, stream] of change.state.updates) {
    if (stream.frameworkId !== frameworkId) continue
    change.setStream(key, undefined)
  }
}

/** The newest state in a stream. */
export function latestState(stream: UpdateStream): TaskStatus['state'] {
  return stream.waiting.at(-1)?.state ?? 'TASK_STAGING'
}

/** Whether a terminal status of the task waits for its acknowledgement. */
export function isOver(change: AgentChange, key: string): boolean {
  const stream = change.state.updates.get(key)
  return stream !== undefined && isTerminal(latestState(stream))
}
