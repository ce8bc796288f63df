import { invalidArgument } from '../errors.ts'
import type { Pair } from '../shuffle/index.ts'
import { createOperator } from './operator-table.ts'
import { checkedCompare, type Ordering } from './ordering.ts'
import { OrderedTransformations } from './ordered-transformations.ts'
import { chosenPartitioner, type Partitioning } from './partitioning.ts'
import type { RDD } from './rdd.ts'
import { checkedFractions, checkedSeed } from './sampling/arguments.ts'
import { checkedPercentages, precisionFor, type SketchSpec } from './sketches/index.ts'
import { asRDD } from './transformations.ts'

/** How exact percentiles are, and where they end up. */
export interface PercentileOptions {
  /** About how many clusters of neighbouring numbers are kept for each key; 100 by default, 20 … 10,000. */
  readonly compression?: number
}

/** What sums up or samples the values of each key in a bounded size. */
export abstract class SketchTransformations<T> extends OrderedTransformations<T> {
  /**
   * How many values of each key differ, about. `relativeSD`: the relative standard deviation of the estimate; 0.05 by
   * default; a key takes 2^p bytes, where p = ⌈2 log₂(1.054 / relativeSD)⌉.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  countApproxDistinctByKey<K, V>(
    this: RDD<Pair<K, V>>,
    relativeSD = 0.05,
    partitioning?: Partitioning,
  ): RDD<Pair<K, number>> {
    const operation = 'countApproxDistinctByKey'
    const props = { p: precisionFor(operation, relativeSD) }
    return sketched(asRDD(this), operation, { sketch: 'distinct', props }, partitioning)
  }

  /**
   * The `n` largest values of each key, largest first; by `compare`, where it is given, those that come last by it. Keeps few
   * more than `n` for each key on the way.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  topByKey<K, V>(
    this: RDD<Pair<K, V>>,
    n: number,
    options: {
      readonly compare?: Ordering<V>
      readonly partitioning?: Partitioning
    } = {},
  ): RDD<Pair<K, V[]>> {
    const { compare, partitioning } = options
    if (!Number.isInteger(n) || n < 1)
      throw invalidArgument('topByKey', n, 'an integer of 1 or more')
    checkedCompare('topByKey', compare)
    const order = { isDescending: true, ...(compare === undefined ? {} : { compare }) }
    const spec: SketchSpec = { sketch: 'top', props: { limit: n, ...order } }
    return sketched(asRDD(this), 'topByKey', spec, partitioning)
  }

  /**
   * Percentiles of the values of each key, about, in the order of `percentages` (0 … 100): most exact at both ends, exact for
   * few values. NaN is left out; a key with nothing else has undefined.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  percentilesByKey<K>(
    this: RDD<Pair<K, number>>,
    percentages: readonly number[],
    options: PercentileOptions & { readonly partitioning?: Partitioning } = {},
  ): RDD<Pair<K, (number | undefined)[]>> {
    const spec = percentilesSpec('percentilesByKey', percentages, options)
    return sketched(asRDD(this), 'percentilesByKey', spec, options.partitioning)
  }

  /**
   * A random sample of the pairs, with a fraction for each key (a map of them by key). A key that has none fails the job.
   * With replacement, pairs may come more than once, and fractions may exceed 1.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  sampleByKey<K, V>(
    this: RDD<Pair<K, V>>,
    withReplacement: boolean,
    fractions: ReadonlyMap<K, number>,
    seed: number = this.context.newSeed(),
  ): RDD<Pair<K, V>> {
    checkedSeed('sampleByKey', seed)
    const most = withReplacement ? Infinity : 1
    const pairs = checkedFractions('sampleByKey', fractions, most)
    const props = { withReplacement, fractions: pairs, seed }
    return createOperator('sampleByKey', this.context, [asRDD(this)], props)
  }

  /**
   * As {@link SketchTransformations.sampleByKey}, with exactly ⌈fraction × pairs⌉ pairs of each key. Before the first
   * action a job counts the pairs of each key.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  sampleByKeyExact<K, V>(
    this: RDD<Pair<K, V>>,
    withReplacement: boolean,
    fractions: ReadonlyMap<K, number>,
    seed: number = this.context.newSeed(),
  ): RDD<Pair<K, V>> {
    checkedSeed('sampleByKeyExact', seed)
    const most = withReplacement ? Infinity : 1
    const pairs = checkedFractions('sampleByKeyExact', fractions, most)
    const props = { withReplacement, fractions: pairs, seed }
    return createOperator('sampleByKeyExact', this.context, [asRDD(this)], props)
  }
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function percentilesSpec(
  operation: string,
  percentages: readonly number[],
  { compression = 100 }: PercentileOptions,
): SketchSpec {
  checkedPercentages(operation, percentages)
  if (!(compression >= 20 && compression <= 10_000)) {
    throw invalidArgument(`${operation}: compression`, compression, 'a number in 20 … 10,000')
  }
  return { sketch: 'percentiles', props: { percentages, compression } }
}

/** Sketches in each partition, then by key where the partitioner puts them, then what they come to. */
function sketched<Result>(
  rdd: RDD<never>,
  operation: string,
  spec: SketchSpec,
  partitioning: Partitioning | undefined,
): Result {
  const props = { ...spec, operation }
  const sketches: RDD<Pair> = createOperator('sketchByKey', rdd.context, [rdd], props)
  const placed = sketches.partitionBy(chosenPartitioner([asRDD(sketches)], partitioning))
  return createOperator('sketchResults', rdd.context, [asRDD(placed)], props)
}
