import type { Environment } from '../platform/index.ts'

/** The name of the user that this process runs as, for frameworks: on agents that switch users, their tasks run as that one. */
export function ownUser({ processes }: Pick<Environment, 'processes'>): string {
  const { environment, userId } = processes
  return userId === 0 ? 'root' : (environment['USER'] ?? environment['LOGNAME'] ?? 'nobody')
}
