import { compareKeys } from '../keys/index.ts'

/** Keys drawn from one partition, each standing for `weight` of its rows. */
export interface KeySample {
  readonly keys: readonly unknown[]
  readonly rows: number
}

/** Code units of a text that take part in bounds. */
const BOUND_LENGTH = 256

/**
 * What stands for a sampled key among bounds: of a long text its beginning, which parts the keys as well and need
 * not be a key itself. Bounds go with every task.
 */
export function boundKey(key: unknown): unknown {
  if (typeof key !== 'string' || key.length <= BOUND_LENGTH) return key
  const last = key.charCodeAt(BOUND_LENGTH - 1)
  // Half a character would not come out as it went in.
  return key.slice(0, last >= 0xd800 && last < 0xdc00 ? BOUND_LENGTH - 1 : BOUND_LENGTH)
}

/** How many keys to draw from each partition so that the ranges come out even: 60 a range, 1 M at most. */
export function sampleSizePerPartition(numRanges: number, numPartitions: number): number {
  const total = Math.min(20 * numRanges, 1_000_000)
  return Math.ceil((3 * total) / Math.max(1, numPartitions))
}

/**
 * Bounds that cut the sampled keys into `numRanges` ranges of about equal weight, or as many as there are keys: distinct,
 * ascending, at most `numRanges - 1`.
 *
 * @see RangePartitioner.determineBounds in Spark's Partitioner.scala
 */
export function determineBounds(samples: readonly KeySample[], numRanges: number): unknown[] {
  const weighted: { readonly key: unknown; readonly weight: number }[] = []
  for (const { keys, rows } of samples) {
    for (const key of keys) weighted.push({ key, weight: rows / keys.length })
  }
  weighted.sort((a, b) => compareKeys(a.key, b.key))
  const ranges = Math.min(numRanges, weighted.length)
  const step = weighted.reduce((sum, { weight }) => sum + weight, 0) / ranges
  const bounds: unknown[] = []
  let passed = 0
  for (const { key, weight } of weighted) {
    passed += weight
    if (passed < step * (bounds.length + 1) - 1e-9 || bounds.length >= ranges - 1) continue
    const last = bounds[bounds.length - 1]
    if (bounds.length === 0 || compareKeys(key, last) > 0) bounds.push(key)
  }
  return bounds
}
