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
    send(change, key, { frameworkId, task, waiting: [status], attempts: 0 })
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
  change.cancelTimer(retryTimer(key))
  const { frameworkId } = stream
  const framework = change.state.frameworks.get(frameworkId)
  const record = { type: 'acknowledged', frameworkId, taskId: task_id.value, uuid } as const
  // Lost, the status is sent once more.
  change.record(framework, record, { mayLag: true })
  const waiting = stream.waiting.slice(1)
  if (waiting.length > 0) {
    send(change, key, { ...stream, waiting, attempts: 0 })
    return
  }
  change.setStream(key, undefined)
  change.forgetFramework(frameworkId)
}

/** Keeps a stream and sends the first status of it, and again later if it is not acknowledged by then. */
export function send(
  change: AgentChange,
  key: string,
  stream: UpdateStream | undefined = change.state.updates.get(key),
): void {
  const status = stream?.waiting[0]
  if (stream === undefined || status === undefined) return
  if (!change.state.isRegistered) {
    change.setStream(key, stream)
    return
  }
  const latest_state = stream.waiting.at(-1)?.state ?? status.state
  const framework_id = { value: stream.frameworkId }
  change.callMaster({ type: 'UPDATE', update: { framework_id, status, latest_state } })
  const { updateRetryMs, longestUpdateRetryMs } = change.state.options
  const waitMs = Math.min(longestUpdateRetryMs, updateRetryMs * 2 ** Math.min(stream.attempts, 30))
  change.setStream(key, { ...stream, attempts: stream.attempts + 1 })
  change.startTimer(retryTimer(key), waitMs, { type: 'retry-due', key })
}

/** After a registration: everything under way is sent anew. */
export function sendAll(change: AgentChange): void {
  for (const [key, stream] of change.state.updates) {
    send(change, key, { ...stream, attempts: 0 })
  }
}

/** Nobody will acknowledge the statuses of this framework any more. */
export function dropStreams(change: AgentChange, frameworkId: string): void {
  for (const [key, stream] of change.state.updates) {
    if (stream.frameworkId !== frameworkId) continue
    change.cancelTimer(retryTimer(key))
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

function retryTimer(key: string): string {
  return `retry ${key}`
}
