import {
  HashPartitioner,
  RangePartitioner,
  type Aggregator,
  type Pair,
  type Partitioner,
} from '../shuffle/index.ts'
import { checkFunction } from '../errors.ts'
import { createOperator } from './operator-table.ts'
import type { RDD } from './rdd.ts'
import { Transformations, asRDD } from './transformations.ts'

/** How many partitions, or which partitioner; by default the parent's or a hash of the default parallelism. */
export type Partitioning = number | Partitioner

/** What can be done to RDDs of pairs. Keys are compared by value; see `keys/`. */
export abstract class PairTransformations<T> extends Transformations<T> {
  /** The keys of the pairs. */
  keys<K, V>(this: RDD<Pair<K, V>>): RDD<K> {
    return createOperator('keys', this.context, [asRDD(this)], {})
  }

  /** The values of the pairs. */
  values<K, V>(this: RDD<Pair<K, V>>): RDD<V> {
    return createOperator('values', this.context, [asRDD(this)], {})
  }

  /** Every value through `f`; keeps the keys and the partitioner. */
  mapValues<K, V, U>(this: RDD<Pair<K, V>>, f: (value: V) => U): RDD<Pair<K, U>> {
    return createOperator('mapValues', this.context, [asRDD(this)], { f })
  }

  /** One pair a key: its values merged by `merge`, an associative and commutative function. */
  reduceByKey<K, V>(
    this: RDD<Pair<K, V>>,
    merge: (left: V, right: V) => V,
    partitioning?: Partitioning,
  ): RDD<Pair<K, V>> {
    checkFunction('reduceByKey', merge)
    const aggregator = { type: 'reduce', merge } as const
    return combined(asRDD(this), aggregator as unknown as Aggregator, partitioning)
  }

  /**
   * One pair a key: its values put together by way of a combiner. `isMapSide` (true by default): combine
   * before the shuffle too.
   */
  combineByKey<K, V, C>(
    this: RDD<Pair<K, V>>,
    createCombiner: (value: V) => C,
    mergeValue: (combiner: C, value: V) => C,
    mergeCombiners: (left: C, right: C) => C,
    options: { readonly partitioning?: Partitioning; readonly isMapSide?: boolean } = {},
  ): RDD<Pair<K, C>> {
    for (const f of [createCombiner, mergeValue, mergeCombiners]) checkFunction('combineByKey', f)
    const isMapSide = options.isMapSide ?? true
    const aggregator = { type: 'combine', createCombiner, mergeValue, mergeCombiners, isMapSide }
    return combined(asRDD(this), aggregator as Aggregator, options.partitioning)
  }

  /** One pair a key, with all its values in an array. Prefer reduceByKey where the values can be merged. */
  groupByKey<K, V>(this: RDD<Pair<K, V>>, partitioning?: Partitioning): RDD<Pair<K, V[]>> {
    return combined(asRDD(this), { type: 'group' }, partitioning)
  }

  /** The pairs where the partitioner puts them. */
  partitionBy<K, V>(this: RDD<Pair<K, V>>, partitioning: Partitioning): RDD<Pair<K, V>> {
    const partitioner = chosen(asRDD(this), partitioning)
    if (this.partitioner?.equals(partitioner) === true) return this
    return shuffled(asRDD(this), partitioner, {})
  }

  /** The pairs in order of their keys; see {@link Transformations.sortBy}. */
  sortByKey<K, V>(
    this: RDD<Pair<K, V>>,
    isAscending = true,
    numPartitions: number = this.context.defaultParallelism,
  ): RDD<Pair<K, V>> {
    const partitioner = new RangePartitioner(numPartitions, isAscending)
    return shuffled(asRDD(this), partitioner, { order: isAscending ? 'ascending' : 'descending' })
  }
}

/** Combines after a shuffle, or in place when the keys already lie where they should. */
function combined<Result>(
  rdd: RDD<never>,
  aggregator: Aggregator,
  partitioning: Partitioning | undefined,
): Result {
  const partitioner = chosen(rdd, partitioning)
  if (rdd.partitioner?.equals(partitioner) === true) {
    return createOperator('combinePartitions', rdd.context, [rdd], { aggregator })
  }
  return shuffled(rdd, partitioner, { aggregator })
}

function chosen(rdd: RDD<never>, partitioning: Partitioning | undefined): Partitioner {
  if (isPartitioner(partitioning)) return partitioning
  if (partitioning !== undefined) return new HashPartitioner(partitioning)
  return rdd.partitioner ?? new HashPartitioner(rdd.context.defaultParallelism)
}

/** What is neither a number nor a partitioner is refused where a number is. */
function isPartitioner(partitioning: Partitioning | undefined): partitioning is Partitioner {
  return (
    typeof partitioning === 'object' &&
    // From JavaScript anything may come.
    typeof (partitioning as Partial<Partitioner> | null)?.getPartition === 'function'
  )
}

function shuffled<Result>(
  rdd: RDD<never>,
  partitioner: Partitioner,
  props: { readonly aggregator?: Aggregator; readonly order?: 'ascending' | 'descending' },
): Result {
  const shuffleId = rdd.context.newShuffleId()
  return createOperator('shuffled', rdd.context, [rdd], { shuffleId, partitioner, ...props })
}
