import { invalidArgument } from '../../errors.ts'
import type { SketchKind } from './sketch.ts'

/** Clusters of neighbouring numbers, in ascending order, and numbers that are not in one yet. */
interface Digest {
  means: number[]
  weights: number[]
  loose: number[]
  min: number
  max: number
}

export interface PercentilesProps {
  /** 0 … 100. */
  readonly percentages: readonly number[]
  /** About how many clusters are kept; more is more exact. */
  readonly compression: number
}

/** Loose numbers that are gathered before they are put into clusters. */
const LOOSE = 512

/**
 * Percentiles, about: a merging t-digest. Clusters are small at both ends, so that the percentiles there are the most
 * exact; few numbers are kept as they are. NaN is left out.
 *
 * @see Dunning and Ertl, Computing extremely accurate quantiles using t-digests, 2019
 */
export const percentilesSketch: SketchKind<
  Digest,
  number,
  PercentilesProps,
  readonly (number | undefined)[]
> = {
  create: () => ({ means: [], weights: [], loose: [], min: Infinity, max: -Infinity }),
  add: (digest, value, { compression }) => {
    if (Number.isNaN(value)) return digest
    digest.loose.push(value)
    return digest.loose.length >= LOOSE ? compressed(digest, compression) : digest
  },
  merge: (left, right, { compression }) => {
    for (const value of right.loose) left.loose.push(value)
    for (let i = 0; i < right.means.length; i += 1) {
      left.means.push(right.means[i] as number)
      left.weights.push(right.weights[i] as number)
    }
    left.min = Math.min(left.min, right.min)
    left.max = Math.max(left.max, right.max)
    return compressed(left, compression)
  },
  result: (digest, { percentages, compression }) => {
    const settled = compressed(digest, compression)
    return percentages.map((percentage) => quantile(settled, percentage / 100))
  },
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkedPercentages(where: string, percentages: readonly number[]): void {
  const isFine =
    Array.isArray(percentages) && percentages.every((value) => value >= 0 && value <= 100)
  if (isFine) return
  throw invalidArgument(where, JSON.stringify(percentages), 'an array of numbers in 0 … 100')
}

/** Puts neighbours together as long as a cluster spans at most one step of the scale function. */
function compressed(digest: Digest, compression: number): Digest {
  const all = digest.means
    .map((mean, i) => ({ mean, weight: digest.weights[i] as number }))
    .concat(digest.loose.map((mean) => ({ mean, weight: 1 })))
    .sort((a, b) => (a.mean < b.mean ? -1 : a.mean > b.mean ? 1 : 0))
  const total = all.reduce((sum, { weight }) => sum + weight, 0)
  const [means, weights]: [number[], number[]] = [[], []]
  let before = 0
  let limit = 0
  for (const { mean, weight } of all) {
    const last = weights.length - 1
    const current = weights[last]
    if (current !== undefined && before + current + weight <= limit) {
      const merged = current + weight
      const center = means[last] as number
      // Of infinities, the difference is NaN.
      means[last] = mean === center ? center : center + ((mean - center) * weight) / merged
      weights[last] = merged
      continue
    }
    before += current ?? 0
    limit = total * nextQuantile(before / total, compression)
    means.push(mean)
    weights.push(weight)
  }
  digest.means = means
  digest.weights = weights
  digest.loose = []
  digest.min = Math.min(digest.min, all[0]?.mean ?? Infinity)
  digest.max = Math.max(digest.max, all.at(-1)?.mean ?? -Infinity)
  return digest
}

/** One step further on the scale k₁(q) = δ / 2π · asin(2q − 1). */
function nextQuantile(q: number, compression: number): number {
  const angle = Math.asin(2 * q - 1) + (2 * Math.PI) / compression
  return angle >= Math.PI / 2 ? 1 : (Math.sin(angle) + 1) / 2
}

/** Between the centers of clusters in a straight line; undefined without numbers. */
function quantile({ means, weights, min, max }: Digest, q: number): number | undefined {
  if (means.length === 0) return undefined
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const target = q * (total - 1)
  let [from, value] = [0, min]
  let passed = 0
  for (let i = 0; i < means.length; i += 1) {
    const weight = weights[i] as number
    const center = passed + (weight - 1) / 2
    if (target <= center) return between(value, means[i] as number, from, center, target)
    ;[from, value] = [center, means[i] as number]
    passed += weight
  }
  return between(value, max, from, total - 1, target)
}

function between(low: number, high: number, from: number, to: number, target: number): number {
  if (to <= from || low === high) return target < to ? low : high
  const share = (target - from) / (to - from)
  return share <= 0 ? low : share >= 1 ? high : low + (high - low) * share
}
