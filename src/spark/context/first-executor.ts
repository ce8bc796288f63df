import type { Clock } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import type { ListenerBus } from '../events/index.ts'

/** Whom one waits for, and how long. */
interface Waiting {
  readonly master: string
  readonly timeoutMs: number
  readonly clock: Clock
  readonly listeners: ListenerBus
  /** What keeps executors from coming, as far as the backend knows. */
  readonly trouble: () => string | undefined
}

/**
 * Resolves when an executor has registered; waits no longer once `over` fires, with a text for its reason if there will be none.
 *
 * @throws TROUPE_SPARK_NO_EXECUTORS when none does in time, or will
 */
export function firstExecutor(waiting: Waiting, over: AbortSignal): Promise<void> {
  const { master, timeoutMs, clock, listeners, trouble } = waiting
  const beganMs = clock.now()
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(timeoutMs, () => {
      reject(noExecutors(master, timeoutMs, trouble()))
    })
    const remove = listeners.add((event) => {
      if (event.type === 'executor-added') resolve()
    })
    over.addEventListener('abort', () => {
      timer.cancel()
      remove()
      const reason: unknown = over.reason
      if (typeof reason === 'string') reject(noExecutors(master, clock.now() - beganMs, reason))
    })
  })
}

function noExecutors(master: string, waitedMs: number, trouble: string | undefined): SparkError {
  const advice =
    trouble ??
    'see that the cluster has free resources and that its executors can reach the driver (spark.driver.host)'
  return new SparkError(
    'TROUPE_SPARK_NO_EXECUTORS',
    `No executor of ${master} has registered within ${waitedMs} ms: ${advice}`,
    { data: { master, waitedMs } },
  )
}
