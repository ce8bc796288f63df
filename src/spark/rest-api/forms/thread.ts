import type { ExecutorThread } from '../../executor/index.ts'
import type { JsonFields } from '../pretty-json.ts'

/** What a JVM tells of a thread, as far as there is the like here; threads wait for messages only, and hold no locks. */
export function threadJson({ id, name, isRunning, frames }: ExecutorThread): JsonFields {
  return {
    threadId: id,
    threadName: name,
    threadState: isRunning ? 'RUNNABLE' : 'WAITING',
    stackTrace: { elems: frames.map((frame) => `${frame}\n`) },
    blockedByLock: '',
    holdingLocks: [],
    synchronizers: [],
    monitors: [],
    suspended: false,
    inNative: false,
    isDaemon: false,
    priority: 5,
  }
}
