import type { RestartCount } from './supervisor.ts'

/**
 * Counts restarts within a sliding period: a ring of the last `maxRestarts` stamps, so that a look is
 * O(1) however long the period. (OTP keeps every stamp of the period and scans them.)
 */
export class RestartWindow {
  readonly maxRestarts: number
  readonly periodMs: number
  readonly #stamps: Float64Array
  #next = 0
  #count = 0

  constructor(maxRestarts: number, periodMs: number) {
    this.maxRestarts = maxRestarts
    this.periodMs = periodMs
    this.#stamps = new Float64Array(Math.min(maxRestarts, 2 ** 16))
  }

  /** How many of the restarts noted lie within the period before `nowMs`. */
  count(nowMs: number): RestartCount {
    const { maxRestarts, periodMs } = this
    const ring = this.#stamps
    const size = ring.length
    // The oldest ones stand first; what is out of the period now is so for good.
    while (this.#count > 0) {
      const oldest = this.#next - this.#count
      if (nowMs - (ring[oldest < 0 ? oldest + size : oldest] as number) < periodMs) break
      this.#count--
    }
    return { restarts: this.#count, maxRestarts, periodMs }
  }

  /** Notes a restart at `nowMs`; false if it is one too many. */
  admit(nowMs: number): boolean {
    const ring = this.#stamps
    if (this.maxRestarts > ring.length) return true
    if (ring.length === 0) return false
    if (this.#count === ring.length && nowMs - (ring[this.#next] as number) < this.periodMs) {
      return false
    }
    ring[this.#next] = nowMs
    this.#next = (this.#next + 1) % ring.length
    if (this.#count < ring.length) this.#count++
    return true
  }
}
