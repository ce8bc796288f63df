/** A value that follows the calls it was set for, through promises and callbacks. */
export interface AsyncLocal<T> {
  /** The value of the innermost `run` around the caller; undefined outside of all. */
  get(): T | undefined
  /** Calls `fn` with `value` in force, also for all that it starts. */
  run<R>(value: T, fn: () => R): R
}
