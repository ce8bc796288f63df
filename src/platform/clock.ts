/** A timer that was set; `cancel` is idempotent and does nothing once the timer has fired. */
export interface Timer {
  cancel(): void
}

/**
 * Time. `now` never goes back and has an arbitrary origin; `wallNow` is Unix time and may jump.
 * Both in milliseconds, fractions allowed.
 */
export interface Clock {
  now(): number
  wallNow(): number
  /**
   * Calls `fn` once, no sooner than `delayMs` (≥ 0) from now, give or take the millisecond to which
   * systems round. A timer keeps the process alive unless `background` is set.
   */
  setTimer(delayMs: number, fn: () => void, options?: { readonly background?: boolean }): Timer
}

/** Turns of the event loop. Order among microtasks, and among macrotasks, is that of the calls. */
export interface TurnScheduler {
  /** Runs `fn` before the event loop looks at I/O again. */
  microtask(fn: () => void): void
  /** Runs `fn` after I/O and due timers have had their turn. */
  macrotask(fn: () => void): void
}
