import type { Clock, Timer, TurnScheduler } from '../clock.ts'

const LONGEST_DELAY_MS = 2_147_483_647

/** The system's clocks: monotonic `performance.now`, and Unix time. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer(delayMs, fn, options): Timer {
    const handle = setTimeout(fn, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS))
    if (options?.background === true) handle.unref()
    return { cancel: () => clearTimeout(handle) }
  },
}

const settled = Promise.resolve()

/**
 * Turns of Node's own event loop. A reaction to a settled promise is the same microtask that
 * `queueMicrotask` makes, without the async resource that Node wraps around each of those.
 */
export const nodeTurns: TurnScheduler = {
  microtask(fn) {
    void settled.then(fn)
  },
  macrotask(fn) {
    setImmediate(fn)
  },
}
