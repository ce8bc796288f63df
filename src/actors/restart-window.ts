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
