/**
 * Timers of one incarnation of an actor, by key. Setting a key again replaces its timer. After `cancel`, or in
 * the next incarnation, a timer delivers nothing, even if it has fired already. Messages of timers are outside the
 * mailbox's bounds.
 */
export interface Timers<in M> {
  /** Tells `message` to this actor once, after `delayMs`. */
  startSingle(key: string, message: M, delayMs: number): void
  /** Tells `message` every `periodMs`, first after `periodMs`. While one of its messages waits in
   * the mailbox, no further one joins it. */
  startPeriodic(key: string, message: M, periodMs: number): void
  cancel(key: string): void
  cancelAll(): void
  isActive(key: string): boolean
}
