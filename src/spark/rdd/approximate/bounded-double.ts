/** An estimate: with the given confidence, what is estimated lies between `low` and `high`. */
export interface BoundedDouble {
  readonly mean: number
  /** 0 … 1. */
  readonly confidence: number
  readonly low: number
  readonly high: number
}

/** What is known for certain. */
export function exactly(value: number): BoundedDouble {
  return { mean: value, confidence: 1, low: value, high: value }
}
