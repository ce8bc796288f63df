import { RestartWindow } from './restart-window.ts'
import type { ChildFailure, Decision, Supervisor, SupervisorStrategy } from './supervisor.ts'

const MAX_RESTARTS = 10
const PERIOD_MS = 10_000

/** Its end is no restart: it uses up none of them. */
const neverRestarted: Decision = {
  directive: 'stop',
  scope: 'one',
  delayMs: 0,
  reason: 'a temporary child is never restarted',
}

/** One-for-one, restart at once, at most 10 in 10 s over all children; then escalate. */
export const defaultStrategy: SupervisorStrategy = {
  description: 'one-for-one restart, 10 in 10 s',
  start: (): Supervisor => {
    const window = new RestartWindow(MAX_RESTARTS, PERIOD_MS)
    return {
      decide(failure: ChildFailure): Decision {
        if (failure.restart === 'temporary') return neverRestarted
        const isAdmitted = window.admit(failure.nowMs)
        const count = window.count(failure.nowMs)
        return isAdmitted
          ? {
              directive: 'restart',
              scope: 'one',
              delayMs: 0,
              reason: 'within its intensity',
              window: count,
            }
          : {
              directive: 'escalate',
              scope: 'one',
              delayMs: 0,
              reason: `more than ${String(MAX_RESTARTS)} restarts in ${String(PERIOD_MS)} ms`,
              window: count,
            }
      },
    }
  },
}
