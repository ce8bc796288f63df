import type { ActorRef } from '../../actors/index.ts'
import type { ExecutorThread, ThreadDump } from '../executor/index.ts'
import type { RegistryMessage } from '../scheduler/index.ts'

/** An executor stops its threads for less than a second. */
const PATIENCE_MS = 5_000

/** What the task threads of an executor do now; undefined when nobody can tell. */
export async function threadsOf(
  registry: ActorRef<RegistryMessage> | undefined,
  executorId: string,
): Promise<readonly ExecutorThread[] | undefined> {
  try {
    const dump = await registry?.ask<ThreadDump>(
      (replyTo) => ({ type: 'dump-threads', executorId, replyTo }),
      { timeoutMs: PATIENCE_MS },
    )
    return dump?.threads
  } catch {
    return undefined // it is gone meanwhile, or has too much to do
  }
}
