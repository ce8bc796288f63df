import type { ActorRef } from '../../actors/index.ts'
import type { ExecutorThread, ThreadDump } from '../executor/index.ts'
import type { RegistryMessage } from '../scheduler/index.ts'

/**
 * What the task threads of an executor do now; undefined when nobody can tell. An executor stops its threads for less than a second, but a
 * busy machine may take its time: it is waited for as for any answer of an executor.
 */
export async function threadsOf(
  registry: ActorRef<RegistryMessage> | undefined,
  executorId: string,
  timeoutMs: number,
): Promise<readonly ExecutorThread[] | undefined> {
  try {
    const dump = await registry?.ask<ThreadDump>(
      (replyTo) => ({ type: 'dump-threads', executorId, replyTo }),
      { timeoutMs },
    )
    return dump?.threads
  } catch {
    return undefined // it is gone meanwhile, or has too much to do
  }
}
