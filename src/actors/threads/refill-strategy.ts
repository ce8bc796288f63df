import { RestartWindow } from '../restart-window.ts'
import type { ChildFailure, Decision, Supervisor, SupervisorStrategy } from '../supervisor.ts'

const MAX_RESTARTS = 10
const PERIOD_MS = 60_000
const FIRST_DELAY_MS = 100
const LAST_DELAY_MS = 5_000

/**
 * How a pool replaces lost threads: the first one at once, then after 100, 200, 400 … 5,000 ms, at most 10 in a
 * minute; a quiet minute begins anew.
 */
export const refillStrategy: SupervisorStrategy = {
  description: 'one-for-one restart with backoff, 10 in 60 s',
  start(): Supervisor {
    const window = new RestartWindow(MAX_RESTARTS, PERIOD_MS)
    let delayMs = 0
    let lastMs = -Infinity
    return {
      decide({ nowMs }: ChildFailure): Decision {
        if (nowMs - lastMs >= PERIOD_MS) delayMs = 0
        lastMs = nowMs
        if (!window.admit(nowMs)) {
          return {
            directive: 'escalate',
            scope: 'one',
            delayMs: 0,
            reason: `more than ${String(MAX_RESTARTS)} threads lost in ${String(PERIOD_MS)} ms`,
          }
        }
        const decision: Decision = {
          directive: 'restart',
          scope: 'one',
          delayMs,
          reason: 'a lost thread is replaced',
        }
        delayMs = delayMs === 0 ? FIRST_DELAY_MS : Math.min(LAST_DELAY_MS, delayMs * 2)
        return decision
      },
    }
  },
}
