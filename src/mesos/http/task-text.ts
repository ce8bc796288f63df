import type { TaskInfo } from '../protocol/index.ts'
import { jsonCodec, messageType, type Decoded } from './wire/index.ts'

/** What was read, or why nothing was. */
export type ReadTask<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** Reads a TaskInfo as JSON; it need not say its agent. */
export function readTaskInfo(text: string): ReadTask<TaskInfo> {
  return read(text, 'TaskInfo', (value) => withAgent(value))
}

/** Reads a TaskGroupInfo as JSON; its tasks need not say their agent. */
export function readTaskGroup(text: string): ReadTask<{ readonly tasks: readonly TaskInfo[] }> {
  return read(text, 'TaskGroupInfo', (value) => {
    const { tasks } = value
    return { ...value, ...(Array.isArray(tasks) && { tasks: tasks.map(withAgent) }) }
  })
}

function read<T>(
  text: string,
  name: string,
  complete: (value: Record<string, unknown>) => unknown,
): ReadTask<T> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) }
  }
  if (!isObject(value)) return { ok: false, problem: `it is no object, as a ${name} is` }
  const bytes = new TextEncoder().encode(JSON.stringify(complete(value)))
  const decoded: Decoded = jsonCodec.decode(messageType(name), bytes)
  if (decoded.ok) return { ok: true, value: decoded.value as unknown as T }
  return { ok: false, problem: decoded.problem.replace(/^Failed to .*?: /, '') }
}

function withAgent(task: unknown): unknown {
  return isObject(task) ? { agent_id: { value: '' }, ...task } : task
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
