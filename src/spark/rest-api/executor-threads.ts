import { threadJson } from './forms/thread.ts'
import type { JsonValue } from './pretty-json.ts'
import { numberOf } from './query.ts'
import { notFound, Refusal } from './replies.ts'
import type { OpenApplication, RestRoot } from './rest-root.ts'

/** Answers `executors/<id>/threads`: what the threads of an executor do at the moment. */
export async function executorThreads(
  root: RestRoot,
  { store, threads }: OpenApplication,
  executorId: string,
): Promise<JsonValue> {
  if (executorId !== 'driver' && numberOf(executorId) === undefined)
    throw new Refusal(400, "Invalid executorId: neither 'driver' nor number.")
  if (root.isHistory)
    throw new Refusal(503, 'Thread dumps not available through the history server.')
  const executor = store.executors.all.get(executorId)
  if (executor === undefined) throw notFound('Executor does not exist.')
  if (!executor.isActive) throw new Refusal(400, 'Executor is not active.')
  const told = await threads?.(executorId)
  if (told === undefined) throw notFound('No thread dump is available.')
  return told.map(threadJson)
}
