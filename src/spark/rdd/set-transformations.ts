import type { Later } from '../batches/index.ts'
import { checkFunction, invalidArgument } from '../errors.ts'
import { IndexPartitioner, checkedPartitions, type Pair } from '../shuffle/index.ts'
import { combined } from './combined.ts'
import { createOperator } from './operator-table.ts'
import type { PartitionCoalescer } from './operators/coalesced-rdd.ts'
import { asManyAs, type Partitioning } from './partitioning.ts'
import type { RDD } from './rdd.ts'
import { checkedFraction, checkedSeed, checkedWeights } from './sampling/arguments.ts'
import { Transformations, asRDD } from './transformations.ts'

/**
 * What can be done to an RDD as a whole: sets, samples, order, and how its rows are spread. Rows are compared by
 * value, as keys are.
 */
export abstract class SetTransformations<T> extends Transformations<T> {
  /**
   * The rows of this and then those of the others, duplicates and all. Keeps the partitioner, and adds no partition, where
   * all lie by the same one.
   */
  union(...others: RDD<T>[]): RDD<T> {
    return createOperator('union', this.context, [asRDD(this), ...others.map(asRDD)], {})
  }

  /** Each row once; in place where the rows are pairs that lie by a partitioner. @throws TROUPE_SPARK_KEY_UNSUPPORTED, when run, for rows that can't be compared by value */
  distinct(partitioning?: Partitioning): RDD<T> {
    const { partitioner } = this
    const isInPlace =
      partitioning === undefined ? partitioner !== undefined : partitioning === partitioner
    if (isInPlace) return createOperator('distinctInPlace', this.context, [asRDD(this)], {})
    const pairs = asRDD(rowsAsKeys(this))
    const once: RDD<Pair<T>> = combined(
      pairs,
      { type: 'distinct' },
      partitioning ?? asManyAs(asRDD(this)),
    )
    return once.keys()
  }

  /** The rows that both have, each once. */
  intersection(other: RDD<T>, partitioning?: Partitioning): RDD<T> {
    return rowsAsKeys(this)
      .cogroup([rowsAsKeys(other)], partitioning)
      .filter(isInBoth)
      .keys()
  }

  /** The rows that the other has not; duplicates stay. */
  subtract(other: RDD<T>, partitioning?: Partitioning): RDD<T> {
    return rowsAsKeys(this)
      .subtractByKey(rowsAsKeys(other), partitioning ?? asManyAs(asRDD(this)))
      .keys()
  }

  /** Every row of this beside every row of the other; partitions multiply. */
  cartesian<U>(other: RDD<U>): RDD<Pair<T, U>> {
    return createOperator('cartesian', this.context, [asRDD(this), asRDD(other)], {})
  }

  /** One pair for each value of `f`, with the rows that have it. Prefer reduceByKey where rows can be merged. */
  groupBy<K>(f: (row: T) => Later<K>, partitioning?: Partitioning): RDD<Pair<K, T[]>> {
    checkFunction('groupBy', f)
    return this.keyBy(f).groupByKey(partitioning)
  }

  /**
   * A random sample of about the share `fraction` of the rows; with replacement, a row may come more than once, and
   * `fraction`, the expected number of times, may exceed 1. The same seed gives the same rows each time; without one it is
   * drawn once, now. Keeps the partitioner.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  sample(
    withReplacement: boolean,
    fraction: number,
    seed: number = this.context.newSeed(),
  ): RDD<T> {
    const type = withReplacement ? 'poisson' : 'bernoulli'
    const most = withReplacement ? Infinity : 1
    checkedSeed('sample', seed)
    const props = { type, fraction: checkedFraction('sample', fraction, most), seed }
    return createOperator('sample', this.context, [asRDD(this)], props)
  }

  /**
   * Parts the rows at random, into RDDs of about these weights (which need not sum to 1). Every row is in one of
   * them, if the rows come in the same order each time they are computed.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  randomSplit(weights: readonly number[], seed: number = this.context.newSeed()): RDD<T>[] {
    checkedWeights('randomSplit', weights)
    checkedSeed('randomSplit', seed)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    let from = 0
    return weights.map((weight, i) => {
      const to = i === weights.length - 1 ? 1 : from + weight / total
      const props = { type: 'cell', from, to, seed }
      from = to
      return createOperator('sample', this.context, [asRDD(this)], props)
    })
  }

  /**
   * The rows in order of `f(row)`, over `numPartitions` ranges (as many as this RDD has partitions
   * otherwise). Rows of equal keys keep their order. A job samples the keys before the first action.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  sortBy<K>(f: (row: T) => Later<K>, isAscending = true, numPartitions?: number): RDD<T> {
    return this.keyBy(f).sortByKey(isAscending, numPartitions).values()
  }

  /** The rows of each partition dealt out over `numPartitions` in turn, by a shuffle. */
  repartition(numPartitions: number): RDD<T> {
    checkedPartitions('repartition', numPartitions)
    const spread: RDD<Pair<number, T>> = createOperator('distribute', this.context, [asRDD(this)], {
      numPartitions,
    })
    return spread.partitionBy(new IndexPartitioner(numPartitions)).values()
  }

  /**
   * The rows in at most `numPartitions` partitions, without a shuffle: whole partitions are put together, those of one host
   * by preference. With `shuffle` it is {@link SetTransformations.repartition}, which may also make more of them.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  coalesce(
    numPartitions: number,
    options: {
      readonly shuffle?: boolean
      /** Decides on the driver which partitions become one. */
      readonly partitionCoalescer?: PartitionCoalescer
    } = {},
  ): RDD<T> {
    const { shuffle, partitionCoalescer: coalescer } = options
    checkedPartitions('coalesce', numPartitions)
    if (coalescer !== undefined) {
      checkFunction('coalesce: partitionCoalescer', coalescer)
      if (shuffle === true) {
        throw invalidArgument('coalesce: shuffle', shuffle, 'false beside a partitionCoalescer')
      }
    }
    if (shuffle === true) return this.repartition(numPartitions)
    return createOperator('coalesce', this.context, [asRDD(this)], { numPartitions, coalescer })
  }
}

/** Rows as the keys of pairs without a value. */
function rowsAsKeys<T>(rdd: SetTransformations<T>): RDD<Pair<T, null>> {
  return createOperator('rowsAsKeys', rdd.context, [asRDD(rdd)], {})
}

function isInBoth([, [ours, theirs]]: Pair<
  unknown,
  readonly [readonly unknown[], readonly unknown[]]
>): boolean {
  return ours.length > 0 && theirs.length > 0
}
