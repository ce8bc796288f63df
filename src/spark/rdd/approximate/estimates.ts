import type { StatCounter } from '../statistics/stat-counter.ts'
import { exactly, type BoundedDouble } from './bounded-double.ts'
import {
  negativeBinomialQuantile,
  normalQuantile,
  poissonQuantile,
  studentQuantile,
} from './distributions.ts'

/** How much of a job is there: `done` of `total` partitions. */
export interface Progress {
  readonly done: number
  readonly total: number
}

/**
 * A count, of which `sum` was found in the partitions that are done: what is missing is modelled as failures before as
 * many successes, or for large counts as a Poisson variable.
 *
 * @see CountEvaluator in Spark
 */
export function countEstimate(
  sum: number,
  { done, total }: Progress,
  confidence: number,
): BoundedDouble {
  if (done === total) return exactly(sum)
  if (done === 0 || sum === 0) return { mean: 0, confidence: 0, low: 0, high: Infinity }
  const p = done / total
  const missing = (sum * (1 - p)) / p
  const [low, high] = [(1 - confidence) / 2, (1 + confidence) / 2].map((share) =>
    sum <= 10_000 ? negativeBinomialQuantile(share, sum, p) : poissonQuantile(share, missing),
  ) as [number, number]
  return { mean: sum + missing, confidence, low: sum + low, high: sum + high }
}

/** A mean of numbers, some of which were seen. @see MeanEvaluator in Spark */
export function meanEstimate(
  counter: StatCounter,
  { done, total }: Progress,
  confidence: number,
): BoundedDouble {
  const { mean, count } = counter
  if (done === total) return exactly(mean)
  if (done === 0 || count === 0) return unknown(0, 0)
  if (count === 1) return unknown(mean, confidence)
  const error = Math.sqrt(counter.sampleVariance / count)
  const span = factor(count, confidence) * error
  return { mean, confidence, low: mean - span, high: mean + span }
}

/** A sum of numbers, some of which were seen. @see SumEvaluator in Spark */
export function sumEstimate(
  counter: StatCounter,
  { done, total }: Progress,
  confidence: number,
): BoundedDouble {
  const { mean, count, sum } = counter
  if (done === total) return exactly(sum)
  if (done === 0 || count === 0) return unknown(0, 0)
  const p = done / total
  const missing = (count * (1 - p)) / p
  const missingSum = mean * missing
  if (count === 1) return unknown(sum + missingSum, confidence)
  // Of the product of two independent variables: the mean, and how many are missing.
  const meanVariance = counter.sampleVariance / count
  const missingVariance = (count * (1 - p)) / (p * p)
  const variance =
    meanVariance * missing * missing +
    missingVariance * mean * mean +
    meanVariance * missingVariance
  const span = factor(count, confidence) * Math.sqrt(variance)
  const middle = sum + missingSum
  return { mean: middle, confidence, low: middle - span, high: middle + span }
}

function factor(count: number, confidence: number): number {
  const share = (1 + confidence) / 2
  return count > 100 ? normalQuantile(share) : studentQuantile(share, count - 1)
}

function unknown(mean: number, confidence: number): BoundedDouble {
  return { mean, confidence, low: -Infinity, high: Infinity }
}
