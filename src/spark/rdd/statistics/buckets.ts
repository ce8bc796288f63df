import { SparkError, invalidArgument } from '../../errors.ts'

/** Bounds of buckets, and how many numbers are in each: bucket i has those from bound i up to bound i + 1. */
export interface Histogram {
  /** One more than there are buckets. */
  readonly buckets: readonly number[]
  readonly counts: readonly number[]
}

/**
 * `count` buckets of equal width from `min` to `max`; one of no width where both are the same.
 *
 * @throws TROUPE_SPARK_EMPTY_COLLECTION where there is no range: no rows, or infinite ones, or NaN
 */
export function evenBuckets(min: number, max: number, count: number): number[] {
  if (!Number.isFinite(min) || !Number.isFinite(max)) {
    throw new SparkError(
      'TROUPE_SPARK_EMPTY_COLLECTION',
      `histogram of numbers from ${min} to ${max} has no range to cut into buckets: there are none, or one of them is ` +
        'infinite or NaN; filter these out, or give the bounds of the buckets',
      { data: { action: 'histogram', min, max } },
    )
  }
  if (min === max) return [min, min]
  const bounds = Array.from({ length: count }, (_, i) => min + (i * (max - min)) / count)
  return [...bounds, max]
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID unless there are at least two, in ascending order, none NaN */
export function checkedBuckets(buckets: readonly number[]): readonly number[] {
  const isOrdered = buckets.every((bound, i) => i === 0 || bound > (buckets[i - 1] as number))
  if (buckets.length >= 2 && isOrdered && !buckets.some(Number.isNaN)) return buckets
  const accepted = 'at least two bounds, each larger than the one before'
  throw invalidArgument('histogram: buckets', JSON.stringify(buckets), accepted)
}

/**
 * The bucket that `value` is in; -1 for NaN and what is beyond the bounds. The last bucket has its upper bound
 * too. `isEven`: the buckets are of equal width, which spares the search.
 */
export function bucketOf(value: number, bounds: readonly number[], isEven: boolean): number {
  const count = bounds.length - 1
  const min = bounds[0] as number
  const max = bounds[count] as number
  if (!(value >= min && value <= max)) return -1
  if (value === max) return count - 1
  if (isEven) return Math.min(count - 1, Math.floor(((value - min) / (max - min)) * count))
  let low = 0
  let high = count
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (value < (bounds[middle] as number)) high = middle
    else low = middle
  }
  return low
}
