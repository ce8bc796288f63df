/** What a {@link StatCounter} knows, as plain data. */
export interface StatSummary {
  readonly count: number
  readonly mean: number
  /** Sum of squares of the differences from the mean. */
  readonly squares: number
  readonly max: number
  readonly min: number
}

/**
 * Count, mean, variance, smallest and largest of numbers, gathered one by one or from other counters, in a numerically
 * stable way. A NaN makes all but the count NaN.
 *
 * @see StatCounter in Spark; Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm, 1979
 */
export class StatCounter {
  #count = 0
  #mean = 0
  #squares = 0
  #max = -Infinity
  #min = Infinity

  constructor(values: Iterable<number> = []) {
    for (const value of values) this.merge(value)
  }

  static of({ count, mean, squares, max, min }: StatSummary): StatCounter {
    const counter = new StatCounter()
    counter.#count = count
    counter.#mean = mean
    counter.#squares = squares
    counter.#max = max
    counter.#min = min
    return counter
  }

  /** Takes in a number, or all that another counter has. Answers itself. */
  merge(other: number | StatCounter): this {
    if (typeof other === 'number') this.#add(other)
    else this.#mergeCounter(other)
    return this
  }

  get count(): number {
    return this.#count
  }

  /** 0 when there is none. */
  get mean(): number {
    return this.#mean
  }

  get sum(): number {
    return this.#count * this.#mean
  }

  /** -Infinity when there is none. */
  get max(): number {
    return this.#max
  }

  /** Infinity when there is none. */
  get min(): number {
    return this.#min
  }

  /** Of the population: of all there are, divided by their count. NaN when there is none. */
  get variance(): number {
    return this.popVariance
  }

  /** {@link StatCounter.variance} */
  get popVariance(): number {
    return this.#count === 0 ? NaN : this.#squares / this.#count
  }

  /** Of what the values are a sample of: divided by their count less one. NaN for fewer than two. */
  get sampleVariance(): number {
    return this.#count <= 1 ? NaN : this.#squares / (this.#count - 1)
  }

  /** The square root of {@link StatCounter.variance}. */
  get stdev(): number {
    return Math.sqrt(this.popVariance)
  }

  /** {@link StatCounter.stdev} */
  get popStdev(): number {
    return this.stdev
  }

  /** The square root of {@link StatCounter.sampleVariance}. */
  get sampleStdev(): number {
    return Math.sqrt(this.sampleVariance)
  }

  /** As plain data, which travels. */
  summary(): StatSummary {
    return {
      count: this.#count,
      mean: this.#mean,
      squares: this.#squares,
      max: this.#max,
      min: this.#min,
    }
  }

  toString(): string {
    const { count, mean, stdev, max, min } = this
    return `(count: ${count}, mean: ${mean}, stdev: ${stdev}, max: ${max}, min: ${min})`
  }

  #add(value: number): void {
    const delta = value - this.#mean
    this.#count += 1
    this.#mean += delta / this.#count
    this.#squares += delta * (value - this.#mean)
    this.#max = Math.max(this.#max, value)
    this.#min = Math.min(this.#min, value)
  }

  #mergeCounter(other: StatCounter): void {
    if (other.#count === 0) return
    const [ours, theirs] = [this.#count, other.#count]
    const total = ours + theirs
    const delta = other.#mean - this.#mean
    const mean =
      ours === 0
        ? other.#mean
        : theirs * 10 < ours
          ? this.#mean + (delta * theirs) / total
          : ours * 10 < theirs
            ? other.#mean - (delta * ours) / total
            : (this.#mean * ours + other.#mean * theirs) / total
    // `other` may be this counter itself: its fields are read before any is written.
    const squares = this.#squares + other.#squares + (delta * delta * ours * theirs) / total
    this.#max = Math.max(this.#max, other.#max)
    this.#min = Math.min(this.#min, other.#min)
    this.#mean = mean
    this.#squares = squares
    this.#count = total
  }
}
