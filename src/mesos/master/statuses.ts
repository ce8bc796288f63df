import { sameBytes, type TaskStatus } from '../protocol/index.ts'

/**
 * What is remembered of a task when this is said of it: without data, which only its framework reads; of several
 * statuses of one state in a row the newest.
 * @see Master::updateTask in master/master.cpp of Apache Mesos
 */
export function withStatus(
  statuses: readonly TaskStatus[],
  status: TaskStatus,
): readonly TaskStatus[] {
  const last = statuses.at(-1)
  if (last !== undefined && isSame(last, status)) return statuses
  const before = last?.state === status.state ? statuses.slice(0, -1) : statuses
  return [...before, withoutData(status)]
}

function withoutData(status: TaskStatus): TaskStatus {
  if (status.data === undefined) return status
  const { data: _, ...remembered } = status
  return remembered
}

function isSame(a: TaskStatus, b: TaskStatus): boolean {
  return a.uuid !== undefined && b.uuid !== undefined && sameBytes(a.uuid, b.uuid)
}
