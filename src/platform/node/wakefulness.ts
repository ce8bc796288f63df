import { availableParallelism } from 'node:os'
import { PlatformError } from '../errors.ts'

/** Where there is a second core for the other side to answer on. */
const DEFAULT_AWAKE_MS = 0.2
const MAX_AWAKE_MS = 1_000
/** Spells in a row in which nothing came, before looking on is left out now and then. */
const PATIENCE = 3
/** At most 2 to the power of this in a row. */
const LONGEST_PAUSE = 6

export interface WakefulnessParts {
  readonly now: () => number
  /** Calls back after one turn of the event loop, which must not sleep before. */
  readonly nextTurn: (fn: () => void) => void
}

/**
 * Keeps the event loop from going to sleep for a moment after traffic. It takes some 40 µs to wake a loop that sleeps in
 * the kernel, often longer than the other side takes to answer; so an idle loop looks on for a while, as the schedulers of
 * the BEAM do (`+sbwt`). Where nothing ever comes within that while, it soon stops trying, but for one time in 65.
 */
export class Wakefulness {
  readonly #parts: WakefulnessParts
  #awakeMs = availableParallelism() > 1 ? DEFAULT_AWAKE_MS : 0
  #untilMs = 0
  #isAwake = false
  #misses = 0
  #skip = 0

  constructor(parts: WakefulnessParts) {
    this.#parts = parts
  }

  /** How long the loop goes on turning after traffic, in milliseconds; 0: not at all. */
  get awakeMs(): number {
    return this.#awakeMs
  }

  /** @throws TROUPE_PLATFORM_OPTION_INVALID unless it is a number from 0 to 1,000. */
  set awakeMs(value: number) {
    if (typeof value !== 'number' || !(value >= 0 && value <= MAX_AWAKE_MS)) {
      throw new PlatformError(
        'TROUPE_PLATFORM_OPTION_INVALID',
        `awakeMs is ${String(value)}: it takes milliseconds from 0 to ${String(MAX_AWAKE_MS)}, fractions allowed`,
        { data: { option: 'awakeMs', value, min: 0, max: MAX_AWAKE_MS } },
      )
    }
    this.#awakeMs = value
  }

  /** Something came in: more may. */
  heard(): void {
    if (this.#isAwake) this.#misses = 0
    this.sent()
  }

  /** Something went out: an answer may come. */
  sent(): void {
    if (this.#awakeMs === 0) return
    const { now, nextTurn } = this.#parts
    this.#untilMs = now() + this.#awakeMs
    if (this.#isAwake) return
    if (this.#skip > 0) {
      this.#skip--
      return
    }
    this.#isAwake = true
    nextTurn(this.#look)
  }

  readonly #look = (): void => {
    const { now, nextTurn } = this.#parts
    if (now() < this.#untilMs) {
      nextTurn(this.#look)
      return
    }
    this.#isAwake = false
    this.#misses = Math.min(this.#misses + 1, PATIENCE + LONGEST_PAUSE)
    // With the trial an odd number: where coming and going take turns, the trials meet both.
    this.#skip = this.#misses > PATIENCE ? 2 ** (this.#misses - PATIENCE) : 0
  }
}

/** Of this thread's event loop. */
export const wakefulness: Wakefulness = new Wakefulness({
  now: () => performance.now(),
  nextTurn: (fn) => void setImmediate(fn),
})
