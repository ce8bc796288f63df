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

  /** How many of the restarts noted lie within the period before `nowMs`; O(log maxRestarts). */
  count(nowMs: number): RestartCount {
    const { maxRestarts, periodMs } = this
    return { restarts: this.#within(nowMs), maxRestarts, periodMs }
  }

  #within(nowMs: number): number {
    const ring = this.#stamps
    const size = ring.length
    // Oldest first the stamps ascend: the first one that is young enough is found by halves.
    const oldest = this.#next - this.#count + size
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (nowMs - (ring[(oldest + middle) % size] as number) < this.periodMs) high = middle
      else low = middle + 1
    }
    return this.#count - low
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
