import type { Random } from '../platform/index.ts'
import { checkRange } from './errors.ts'

/** How long to wait before a restart, growing with each one that did not help. */
export interface BackoffOptions {
  /** The first delay, in ms; 1 … 2^31-1. */
  readonly minMs: number
  /** The longest delay, in ms; at least `minMs`. */
  readonly maxMs: number
  /** What each delay is multiplied by for the next one; 1 … 100, by default 2. */
  readonly factor?: number
  /** The share of each delay that chance may take off, 0 … 1; 0.2 by default, so that siblings part. */
  readonly jitterRatio?: number
  /** The time without failure, in ms, after which delays begin at `minMs` again; `maxMs` by default. */
  readonly resetAfterMs?: number
}

/** A backoff with its defaults filled in. */
export interface Backoff {
  readonly minMs: number
  readonly maxMs: number
  readonly factor: number
  readonly jitterRatio: number
  readonly resetAfterMs: number
}

/** What one child, or one group of children, has been through. */
export interface BackoffState {
  /** Restarts since the last time of rest. */
  readonly attempts: number
  /** When the last restart took effect, after its delay. */
  readonly restartedAtMs: number
}

const MAX_MS = 2 ** 31 - 1

/** @throws TROUPE_SUPERVISION_OPTION_INVALID */
export function exponentialBackoff(options: BackoffOptions): Backoff {
  const { minMs, maxMs, factor = 2, jitterRatio = 0.2, resetAfterMs = maxMs } = options
  checkRange('backoff.minMs', minMs, 1, MAX_MS)
  checkRange('backoff.maxMs', maxMs, minMs, MAX_MS)
  checkRange('backoff.factor', factor, 1, 100)
  checkRange('backoff.jitterRatio', jitterRatio, 0, 1)
  checkRange('backoff.resetAfterMs', resetAfterMs, 0, Number.MAX_SAFE_INTEGER)
  return { minMs, maxMs, factor, jitterRatio, resetAfterMs }
}

/**
 * The delay before restart number `attempts` (0 is the first), before chance.
 * With 3 s to 30 s and factor 2: 3, 6, 12, 24, 30, 30 … s.
 */
export function delayWithoutJitterMs(backoff: Backoff, attempts: number): number {
  return Math.min(backoff.maxMs, backoff.minMs * backoff.factor ** attempts)
}

/**
 * The next delay and the state after it. Chance takes off up to `jitterRatio` of a delay, never adds: with 0.2
 * the delays above lie in 2.4–3, 4.8–6, 9.6–12, 19.2–24, 24–30 s. Rounded to whole ms.
 */
export function nextDelay(
  backoff: Backoff,
  state: BackoffState | undefined,
  nowMs: number,
  random: Random,
): [BackoffState, number] {
  const isRested = state === undefined || nowMs - state.restartedAtMs >= backoff.resetAfterMs
  const attempts = isRested ? 0 : state.attempts
  const fullMs = delayWithoutJitterMs(backoff, attempts)
  const delayMs = Math.round(fullMs * (1 - backoff.jitterRatio * random.float()))
  return [{ attempts: attempts + 1, restartedAtMs: nowMs + delayMs }, delayMs]
}
