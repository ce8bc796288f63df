import { taskJson } from './state.ts'
import type { MasterView } from './view.ts'

const DEFAULT_LIMIT = 100

/** The answer of `/tasks`: a window of them, newest first unless `order=asc`. */
export function tasksJson({ snapshot }: MasterView, query: URLSearchParams): unknown {
  const frameworkId = query.get('framework_id')
  const taskId = query.get('task_id')
  const found = snapshot.tasks.filter(
    (task) =>
      (frameworkId === null || task.frameworkId === frameworkId) &&
      (taskId === null || task.id === taskId),
  )
  if (query.get('order') !== 'asc') found.reverse()
  const offset = whole(query.get('offset')) ?? 0
  const limit = whole(query.get('limit')) ?? DEFAULT_LIMIT
  return { tasks: found.slice(offset, offset + limit).map(taskJson) }
}

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
