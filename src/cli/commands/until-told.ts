import type { ActorSystem } from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'

/**
 * Keeps a service running until SIGINT or SIGTERM, then shuts its system down in its phases. Resolves to
 * the exit code: 0, or 1 when the system ended by a failure.
 */
export async function untilTold(environment: Environment, system: ActorSystem): Promise<number> {
  const { processes } = environment
  const stop = (): void => void system.terminate()
  const forget = [processes.onSignal('SIGINT', stop), processes.onSignal('SIGTERM', stop)]
  const { failure } = await system.whenTerminated
  for (const off of forget) off()
  return failure === undefined ? 0 : 1
}
