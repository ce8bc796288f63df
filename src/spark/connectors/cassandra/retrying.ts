import {
  isTroupeError,
  type Clock,
  type CqlBatchOptions,
  type CqlOptions,
  type CqlQuery,
  type CqlResult,
  type CqlSession,
  type CqlValue,
} from '../../../platform/index.ts'
import { delayWithoutJitterMs, exponentialBackoff } from '../../../supervision/index.ts'

const BACKOFF = exponentialBackoff({ minMs: 50, maxMs: 5000 })

/** What keeps from asking once more. */
export interface RetryLimits {
  readonly clock: Clock
  /** Times that a statement is asked again. */
  readonly retries: number
  /** Throws where the task is to end. */
  readonly throwIfCancelled: () => void
}

/**
 * A session as a task asks it: what was not done is asked again, and what may have been done where twice is the same as once, after
 * 50, 100, 200 ms and so on up to 5 s. What stays failed is the task's failure, and so its task set's affair.
 */
export class RetryingSession {
  readonly session: CqlSession
  readonly #limits: RetryLimits

  constructor(session: CqlSession, limits: RetryLimits) {
    this.session = session
    this.#limits = limits
  }

  execute(query: string, params: readonly CqlValue[], options: CqlOptions): Promise<CqlResult> {
    const ask = (): Promise<CqlResult> => this.session.execute(query, params, options)
    return ask().catch((error: unknown) => this.#again(error, ask, options))
  }

  batch(queries: readonly CqlQuery[], options: CqlBatchOptions): Promise<CqlResult> {
    const ask = (): Promise<CqlResult> => this.session.batch(queries, options)
    return ask().catch((error: unknown) => this.#again(error, ask, options))
  }

  async #again(
    first: unknown,
    ask: () => Promise<CqlResult>,
    { isIdempotent = false }: CqlOptions,
  ): Promise<CqlResult> {
    const { clock, retries, throwIfCancelled } = this.#limits
    let last = first
    for (let attempt = 0; attempt < retries && mayAskAgain(last, isIdempotent); attempt += 1) {
      const delayMs = delayWithoutJitterMs(BACKOFF, attempt)
      await new Promise<void>((resolve) => void clock.setTimer(delayMs, resolve))
      throwIfCancelled()
      try {
        return await ask()
      } catch (error) {
        last = error
      }
    }
    throw last
  }
}

function mayAskAgain(error: unknown, isIdempotent: boolean): boolean {
  if (isTroupeError(error, 'TROUPE_PLATFORM_TABLES_UNREACHABLE')) return true
  return isIdempotent && isTroupeError(error, 'TROUPE_PLATFORM_TABLES_UNANSWERED')
}
