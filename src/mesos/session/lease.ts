import type { Timers } from '../../actors/index.ts'
import type { Clock } from '../../platform/index.ts'

const KEY = 'lease'

/**
 * How long the other side of a session has been silent. Signs of life only move a moment, so that they may be as many as they
 * like; one timer looks at it when it may be over, and is set anew for what is left.
 */
export class Lease<Over> {
  readonly #timers: Timers<Over>
  readonly #clock: Clock
  readonly #over: Over
  #heardMs = 0
  #leaseMs = 0

  /** `over` is what its owner is told when it should ask `isOver`. */
  constructor(timers: Timers<Over>, clock: Clock, over: Over) {
    this.#timers = timers
    this.#clock = clock
    this.#over = over
  }

  /** Begins now, with this length. */
  begin(leaseMs: number): void {
    this.#leaseMs = leaseMs
    this.heard()
    this.#timers.startSingle(KEY, this.#over, leaseMs)
  }

  /** The other side lives. */
  heard(): void {
    this.#heardMs = this.#clock.now()
  }

  /** Whether it is over; if not, `over` comes again. */
  isOver(): boolean {
    const leftMs = this.#heardMs + this.#leaseMs - this.#clock.now()
    if (leftMs <= 0) return true
    this.#timers.startSingle(KEY, this.#over, leftMs)
    return false
  }
}
