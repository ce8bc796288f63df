import type { ActorSystem } from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'

const LOOK_EVERY_MS = 500

/**
 * Keeps a service running until SIGINT or SIGTERM, or until the process `endWith` is gone, then shuts its system down in its phases. Resolves to
 * the exit code: 0, or 1 when the system ended by a failure.
 */
export async function untilTold(
  environment: Environment,
  system: ActorSystem,
  endWith?: number,
): Promise<number> {
  const forget = onTold(environment, endWith, () => void system.terminate())
  const { failure } = await system.whenTerminated
  forget()
  return failure === undefined ? 0 : 1
}

/** Calls `stop` at SIGINT or SIGTERM, or once the process `endWith` is gone. @returns what forgets the signals */
export function onTold(
  { clock, processes }: Environment,
  endWith: number | undefined,
  stop: () => void,
): () => void {
  const off = [processes.onSignal('SIGINT', stop), processes.onSignal('SIGTERM', stop)]
  const look = (): void => {
    if (endWith === undefined) return
    if (processes.isAlive(endWith)) clock.setTimer(LOOK_EVERY_MS, look)
    else stop()
  }
  look()
  return () => {
    for (const forget of off) forget()
  }
}
