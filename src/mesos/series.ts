const KEPT = 1000

/** What the newest values of a series are, as Mesos shows them. */
export interface SeriesSummary {
  readonly last: number
  readonly count: number
  readonly min: number
  readonly max: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly p9999: number
}

/** Something that is measured again and again: the newest thousand values. */
export class Series {
  readonly #values: number[] = []
  #next = 0
  #last: number | undefined

  add(value: number): void {
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % KEPT
    this.#last = value
  }

  /** Undefined before the first value. */
  summary(): SeriesSummary | undefined {
    if (this.#last === undefined) return undefined
    const sorted = [...this.#values].sort((a, b) => a - b)
    const [min = this.#last] = sorted
    const at = (ratio: number): number => between(sorted, ratio * (sorted.length - 1))
    return {
      last: this.#last,
      count: sorted.length,
      min,
      max: sorted.at(-1) ?? this.#last,
      p50: at(0.5),
      p90: at(0.9),
      p95: at(0.95),
      p99: at(0.99),
      p999: at(0.999),
      p9999: at(0.9999),
    }
  }
}

/** What stands at `place`, or in proportion between its neighbours. */
function between(sorted: readonly number[], place: number): number {
  const below = Math.floor(place)
  const low = sorted[below] ?? 0
  const high = sorted[below + 1] ?? low
  return low + (place - below) * (high - low)
}
