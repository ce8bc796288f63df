import { invalidArgument } from '../errors.ts'
import type { ActionOptions } from './actions.ts'
import { resultsOf } from './actions/results.ts'
import { PairActions } from './pair-actions.ts'
import type { RDD } from './rdd.ts'
import { checkedBuckets, evenBuckets, type Histogram } from './statistics/buckets.ts'
import { StatCounter, type StatSummary } from './statistics/stat-counter.ts'

/** What sums up RDDs of numbers, in one pass. Rows that are no numbers are refused (TROUPE_SPARK_ROW_NOT_A_NUMBER). */
export abstract class NumberActions<T> extends PairActions<T> {
  /** The rows added up; 0 when there are none. */
  async sum(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    const parts = await resultsOf<number>(this, 'sum', {}, options)
    return parts.reduce((total, part) => total + part, 0)
  }

  /** Count, mean, variance, smallest and largest at once. */
  async stats(this: RDD<number>, options: ActionOptions = {}): Promise<StatCounter> {
    return statsOf(this, 'stats', options)
  }

  /** 0 when there are no rows. */
  async mean(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    return (await statsOf(this, 'mean', options)).mean
  }

  /** Of the population; NaN when there are no rows. */
  async variance(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    return (await statsOf(this, 'variance', options)).variance
  }

  /** {@link NumberActions.variance} */
  async popVariance(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    return (await statsOf(this, 'popVariance', options)).popVariance
  }

  /** Corrected for a sample; NaN for fewer than two rows. */
  async sampleVariance(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    return (await statsOf(this, 'sampleVariance', options)).sampleVariance
  }

  /** Of the population; NaN when there are no rows. */
  async stdev(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    return (await statsOf(this, 'stdev', options)).stdev
  }

  /** {@link NumberActions.stdev} */
  async popStdev(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    return (await statsOf(this, 'popStdev', options)).popStdev
  }

  /** Corrected for a sample; NaN for fewer than two rows. */
  async sampleStdev(this: RDD<number>, options: ActionOptions = {}): Promise<number> {
    return (await statsOf(this, 'sampleStdev', options)).sampleStdev
  }

  /**
   * How many rows are in each bucket. With a number: so many buckets of equal width between the smallest and the largest
   * row, which a job finds first. With bounds, in ascending order: bucket i has the rows from bound i up to bound
   * i + 1, the last one its upper bound too; other rows and NaN are not counted. `evenBuckets` says that
   * the bounds are evenly spaced, which spares a search for each row.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID; TROUPE_SPARK_EMPTY_COLLECTION without rows, or with infinite ones or NaN, where
   *   buckets are to be found
   */
  async histogram(
    this: RDD<number>,
    buckets: number | readonly number[],
    options: ActionOptions & { readonly evenBuckets?: boolean } = {},
  ): Promise<Histogram> {
    const { signal } = options
    const isCount = typeof buckets === 'number'
    if (isCount && (!Number.isInteger(buckets) || buckets < 1)) {
      throw invalidArgument(
        'histogram',
        buckets,
        'a number of buckets of 1 or more, or their bounds',
      )
    }
    let bounds = isCount ? [] : checkedBuckets(buckets)
    if (isCount) {
      const { min, max, mean } = await statsOf(this, 'histogram', { signal })
      bounds = evenBuckets(Number.isNaN(mean) ? NaN : min, max, buckets)
    }
    const props = { buckets: bounds, isEven: isCount || options.evenBuckets === true }
    const parts = await resultsOf<readonly number[]>(this, 'histogram', props, { signal })
    const counts = Array.from({ length: bounds.length - 1 }, (_, i) =>
      parts.reduce((total, part) => total + (part[i] ?? 0), 0),
    )
    return { buckets: bounds, counts }
  }
}

async function statsOf(
  rdd: RDD<number>,
  operation: string,
  options: ActionOptions,
): Promise<StatCounter> {
  const job = { ...options, name: operation }
  const parts = await resultsOf<StatSummary>(rdd, 'stats', { operation }, job)
  return parts.reduce((counter, part) => counter.merge(StatCounter.of(part)), new StatCounter())
}
