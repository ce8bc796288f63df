import type { Clock, Timer, TurnScheduler } from '../clock.ts'

/** The longest delay that `setTimeout` takes; longer ones are waited for in parts. */
const LONGEST_DELAY_MS = 2_147_483_647

/** The system's clocks: monotonic `performance.now`, and Unix time. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer(delayMs, fn, options): Timer {
    const isBackground = options?.background === true
    let handle: NodeJS.Timeout
    const arm = (leftMs: number): void => {
      const partMs = Math.min(leftMs, LONGEST_DELAY_MS)
      handle = setTimeout(() => (leftMs > partMs ? arm(leftMs - partMs) : fn()), partMs)
      if (isBackground) handle.unref()
    }
    arm(delayMs)
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
    // As a reaction after the turn's callbacks: nothing of Node's stands below it on the stack then, which makes an error
    // that is thrown there, and its stack trace, a quarter cheaper.
    setImmediate(() => void settled.then(fn))
  },
}
