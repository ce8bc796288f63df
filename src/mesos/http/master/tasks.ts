import { taskJson } from './state.ts'
import type { MasterView, Task } from './view.ts'

const DEFAULT_LIMIT = 100

/**
 * The answer of `/tasks`: a window of them, those that are over and out of reach as well; by the time of what was first
 * said of them, the newest first unless `order=asc`. Of those still to come nothing was said: they are the oldest.
 */
export function tasksJson({ snapshot }: MasterView, query: URLSearchParams): unknown {
  const frameworkId = query.get('framework_id')
  const taskId = query.get('task_id')
  const frameworks = [...snapshot.frameworks, ...snapshot.completedFrameworks]
  const remembered = frameworks.flatMap(({ unreachableTasks, completedTasks }) => [
    ...unreachableTasks,
    ...completedTasks,
  ])
  const found = [...snapshot.tasks, ...remembered].filter(
    (task) =>
      (frameworkId === null || task.frameworkId === frameworkId) &&
      (taskId === null || task.id === taskId),
  )
  const sign = query.get('order') === 'asc' ? 1 : -1
  found.sort((a, b) => sign * (begunAt(a) - begunAt(b)))
  const offset = whole(query.get('offset')) ?? 0
  const limit = whole(query.get('limit')) ?? DEFAULT_LIMIT
  return { tasks: found.slice(offset, offset + limit).map(taskJson) }
}

function begunAt({ statuses }: Task): number {
  return statuses[0]?.timestamp ?? 0
}

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
