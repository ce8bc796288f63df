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
 * Resolves when an executor has registered; waits no longer once `over` fires.
 *
 * @throws TROUPE_SPARK_NO_EXECUTORS when none does in time
 */
export function firstExecutor(waiting: Waiting, over: AbortSignal): Promise<void> {
  const { master, timeoutMs, clock, listeners, trouble } = waiting
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
