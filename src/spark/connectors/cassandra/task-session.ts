import type { TaskContext } from '../../rdd/index.ts'
import { RetryingSession } from './retrying.ts'
import { takeSession } from './sessions.ts'
import type { ConnectionSettings } from './settings.ts'

/** The session of the task's thread, for as long as the task goes on. */
export async function sessionOf(
  context: TaskContext,
  connection: ConnectionSettings,
): Promise<RetryingSession> {
  const { session, release } = await takeSession(context.ports, connection)
  context.addTaskCompletionListener(release)
  return new RetryingSession(session, {
    clock: context.ports.clock,
    retries: connection.retries,
    throwIfCancelled: () => {
      context.throwIfCancelled()
    },
  })
}
