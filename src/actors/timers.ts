/** Timers of one incarnation of an actor, by key. Setting a key again replaces its timer. */
export interface Timers<in M> {
  /** Tells `message` to this actor once, after `delayMs`. */
  startSingle(key: string, message: M, delayMs: number): void
  /** Tells `message` every `periodMs`, first after `periodMs`. Missed periods are not made up for. */
  startPeriodic(key: string, message: M, periodMs: number): void
  cancel(key: string): void
  cancelAll(): void
  isActive(key: string): boolean
}
