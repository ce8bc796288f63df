/** How the arrival of heartbeats is judged. */
export interface DetectorOptions {
  /** Suspicion from which a node counts as out of reach; 8 means one false alarm in 10^8 beats. */
  readonly threshold: number
  /** How long a silence is forgiven on top of what is usual, in ms. */
  readonly acceptablePauseMs: number
  readonly expectedIntervalMs: number
  /** The deviation is taken to be at least this, in ms. */
  readonly minDeviationMs: number
  /** How many intervals are remembered. */
  readonly samples: number
}

export const defaultDetector: DetectorOptions = {
  threshold: 8,
  acceptablePauseMs: 3_000,
  expectedIntervalMs: 1_000,
  minDeviationMs: 100,
  samples: 100,
}

/**
 * Suspicion that grows with silence: -log10 of the chance that a heartbeat comes even later than now, given
 * the intervals seen so far (taken as normally distributed).
 *
 * @see Hayashibara et al., "The φ accrual failure detector", 2004.
 */
export class FailureDetector {
  readonly #options: DetectorOptions
  readonly #intervals: number[] = []
  #next = 0
  #sum: number
  #squares: number
  #lastAt: number

  constructor(options: DetectorOptions, nowMs: number) {
    this.#options = options
    this.#lastAt = nowMs
    // As in Akka: a first guess with a generous deviation, until there is something to go by.
    const guess = options.expectedIntervalMs
    const deviation = guess / 4
    this.#sum = 0
    this.#squares = 0
    this.#add(guess - deviation)
    this.#add(guess + deviation)
  }

  heartbeat(nowMs: number): void {
    const interval = nowMs - this.#lastAt
    this.#lastAt = nowMs
    // What was forgiven as a pause says nothing of the usual interval.
    const { expectedIntervalMs, acceptablePauseMs } = this.#options
    if (interval <= expectedIntervalMs + acceptablePauseMs) this.#add(interval)
  }

  phi(nowMs: number): number {
    const count = this.#intervals.length
    const mean = this.#sum / count
    const variance = Math.max(0, this.#squares / count - mean * mean)
    const deviation = Math.max(this.#options.minDeviationMs, Math.sqrt(variance))
    const silence = nowMs - this.#lastAt
    return suspicion((silence - mean - this.#options.acceptablePauseMs) / deviation)
  }

  isSuspicious(nowMs: number): boolean {
    return this.phi(nowMs) >= this.#options.threshold
  }

  #add(interval: number): void {
    if (this.#intervals.length < this.#options.samples) this.#intervals.push(interval)
    else {
      const old = this.#intervals[this.#next] ?? 0
      this.#sum -= old
      this.#squares -= old * old
      this.#intervals[this.#next] = interval
      this.#next = (this.#next + 1) % this.#options.samples
    }
    this.#sum += interval
    this.#squares += interval * interval
  }
}

/** -log10 of the upper tail of the normal distribution, by a logistic approximation that keeps its tail. */
function suspicion(y: number): number {
  const e = Math.exp(-y * (1.5976 + 0.070566 * y * y))
  // Beyond the reach of doubles the exponent itself is the answer.
  if (e === 0) return (y * (1.5976 + 0.070566 * y * y)) / Math.LN10
  return y > 0 ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e))
}
