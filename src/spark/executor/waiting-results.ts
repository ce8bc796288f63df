import type { ActorRef } from '../../actors/index.ts'
import { totalBytes } from '../storage/index.ts'
import type { TaskResult } from '../task/index.ts'
import {
  DEFAULT_MAX_DIRECT_RESULT_BYTES,
  MAX_DIRECT_RESULT_KEY,
  MAX_RESULT_PART_BYTES,
  type ExecutorCommand,
  type TaskReport,
} from './protocol.ts'

interface Waiting {
  readonly result: TaskResult
  readonly parts: readonly Uint8Array[]
  readonly replyTo: ActorRef<TaskReport>
}

/** Large results of tasks that are done, until the driver has taken them: it takes what it has room for. */
export class WaitingResults {
  /** task attempt → its result */
  readonly #waiting = new Map<number, Waiting>()

  /** Keeps a result that is too large to be sent with its report, and says that it is there; whether it did. */
  keep(
    result: TaskResult,
    taskAttemptId: number,
    maxDirectBytes: number,
    replyTo: ActorRef<TaskReport>,
  ): boolean {
    const { outcome } = result
    if (outcome.type !== 'result' || totalBytes(outcome.parts) <= maxDirectBytes) return false
    const { parts } = outcome
    const rest: TaskResult = { ...result, outcome: { type: 'result', parts: [] } }
    const waiting = { result: rest, parts, replyTo }
    this.#waiting.set(taskAttemptId, waiting)
    announceOne(taskAttemptId, waiting)
    return true
  }

  /** Says what waits, also what was said before: that may have been lost. */
  announce(): void {
    for (const [taskAttemptId, waiting] of this.#waiting) announceOne(taskAttemptId, waiting)
  }

  /** Sends the bytes that are asked for, or the report of the task when all of them were; whether it did the latter. */
  read({ taskAttemptId, offset }: Extract<ExecutorCommand, { type: 'read-result' }>): boolean {
    const found = this.#waiting.get(taskAttemptId)
    if (found === undefined) return false
    const { parts, result, replyTo } = found
    const bytes = bytesAt(parts, offset)
    if (bytes !== undefined) {
      replyTo.tell({ type: 'result-part', taskAttemptId, offset, bytes })
      return false
    }
    this.#waiting.delete(taskAttemptId)
    replyTo.tell({ type: 'task-succeeded', taskAttemptId, result })
    return true
  }

  /** Nobody wants it any more; whether it was there. */
  forget(taskAttemptId: number): boolean {
    return this.#waiting.delete(taskAttemptId)
  }
}

function announceOne(taskAttemptId: number, { parts, replyTo }: Waiting): void {
  const sizesBytes = parts.map(({ length }) => length)
  replyTo.tell({ type: 'result-ready', taskAttemptId, sizesBytes })
}

/** What one message takes of the part that `offset` is in; undefined behind the last. */
function bytesAt(parts: readonly Uint8Array[], offset: number): Uint8Array | undefined {
  let at = 0
  for (const part of parts) {
    const from = offset - at
    if (from < part.length) return part.slice(from, from + MAX_RESULT_PART_BYTES)
    at += part.length
  }
  return undefined
}

/** What the properties of a task say of its result; never more than one message takes. */
export function maxDirectResultBytes(properties: Readonly<Record<string, string>>): number {
  const set = Number(properties[MAX_DIRECT_RESULT_KEY] ?? DEFAULT_MAX_DIRECT_RESULT_BYTES)
  return Math.min(set, MAX_RESULT_PART_BYTES)
}
