import type { Later } from '../batches/index.ts'
import { checkFunction } from '../errors.ts'
import { isSamePartitioner, type Aggregator, type Pair } from '../shuffle/index.ts'
import { combined, shuffled } from './combined.ts'
import { createOperator } from './operator-table.ts'
import { chosenPartitioner, type Partitioning } from './partitioning.ts'
import type { RDD } from './rdd.ts'
import { SetTransformations } from './set-transformations.ts'
import { asRDD } from './transformations.ts'
import { numbersOf, zeroOf } from './zero-value.ts'

/**
 * What can be done to the values of RDDs of pairs, key by key. Keys are compared by value; see `keys/`. Functions may be
 * async; merging functions are awaited one after the other.
 */
export abstract class PairTransformations<T> extends SetTransformations<T> {
  /** The keys of the pairs. */
  keys<K, V>(this: RDD<Pair<K, V>>): RDD<K> {
    return createOperator('keys', this.context, [asRDD(this)], {})
  }

  /** The values of the pairs. */
  values<K, V>(this: RDD<Pair<K, V>>): RDD<V> {
    return createOperator('values', this.context, [asRDD(this)], {})
  }

  /** Every value through `f`; keeps the keys and the partitioner. */
  mapValues<K, V, U>(this: RDD<Pair<K, V>>, f: (value: V) => Later<U>): RDD<Pair<K, U>> {
    return createOperator('mapValues', this.context, [asRDD(this)], { f })
  }

  /** Every value through `f`, a pair for each of its results; keeps the keys and the partitioner. */
  flatMapValues<K, V, U>(
    this: RDD<Pair<K, V>>,
    f: (value: V) => Later<Iterable<U>> | AsyncIterable<U>,
  ): RDD<Pair<K, U>> {
    return createOperator('flatMapValues', this.context, [asRDD(this)], { f })
  }

  /** One pair a key: its values merged by `merge`, an associative and commutative function. */
  reduceByKey<K, V>(
    this: RDD<Pair<K, V>>,
    merge: (left: V, right: V) => Later<V>,
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
    createCombiner: (value: V) => Later<C>,
    mergeValue: (combiner: C, value: V) => Later<C>,
    mergeCombiners: (left: C, right: C) => Later<C>,
    options: { readonly partitioning?: Partitioning; readonly isMapSide?: boolean } = {},
  ): RDD<Pair<K, C>> {
    for (const f of [createCombiner, mergeValue, mergeCombiners]) checkFunction('combineByKey', f)
    const isMapSide = options.isMapSide ?? true
    const aggregator = { type: 'combine', createCombiner, mergeValue, mergeCombiners, isMapSide }
    return combined(asRDD(this), aggregator as Aggregator, options.partitioning)
  }

  /**
   * One pair a key: its values folded into a copy of `zero` by `seqOp`, and what the partitions come to merged by `combOp`.
   * Both may change and return their first argument. `zero` is copied by structure.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID for a `zero` that can't be copied
   */
  aggregateByKey<K, V, C>(
    this: RDD<Pair<K, V>>,
    zero: C,
    seqOp: (combiner: C, value: V) => Later<C>,
    combOp: (left: C, right: C) => Later<C>,
    partitioning?: Partitioning,
  ): RDD<Pair<K, C>> {
    checkFunction('aggregateByKey: seqOp', seqOp)
    checkFunction('aggregateByKey: combOp', combOp)
    return folded(asRDD(this), zeroOf('aggregateByKey', zero), seqOp, combOp, partitioning)
  }

  /** One pair a key: its values folded into a copy of `zero`, once in each partition that has the key. */
  foldByKey<K, V>(
    this: RDD<Pair<K, V>>,
    zero: V,
    f: (left: V, right: V) => Later<V>,
    partitioning?: Partitioning,
  ): RDD<Pair<K, V>> {
    checkFunction('foldByKey', f)
    return folded(asRDD(this), zeroOf('foldByKey', zero), f, f, partitioning)
  }

  /** One pair a key, with all its values in an array. Prefer reduceByKey where the values can be merged. */
  groupByKey<K, V>(this: RDD<Pair<K, V>>, partitioning?: Partitioning): RDD<Pair<K, V[]>> {
    return combined(asRDD(this), { type: 'group' }, partitioning)
  }

  /** The pairs where the partitioner puts them. */
  partitionBy<K, V>(this: RDD<Pair<K, V>>, partitioning: Partitioning): RDD<Pair<K, V>> {
    const partitioner = chosenPartitioner([asRDD(this)], partitioning)
    if (isSamePartitioner(this.partitioner, partitioner)) return this
    return shuffled(asRDD(this), partitioner, {})
  }
}

/** One pair a key: its values folded into a copy of `zero`. */
function folded<V, C, Result>(
  rdd: RDD<never>,
  zero: C,
  mergeValue: (combiner: C, value: V) => Later<C>,
  mergeCombiners: (left: C, right: C) => Later<C>,
  partitioning: Partitioning | undefined,
): Result {
  const createCombiner = startingFrom(zero, mergeValue)
  const numbers = numbersOf(zero)
  const aggregator = {
    type: 'combine',
    createCombiner,
    mergeValue,
    mergeCombiners,
    isMapSide: true,
    ...(numbers === undefined ? {} : { zero: numbers }),
  }
  return combined(rdd, aggregator as unknown as Aggregator, partitioning)
}

/** Folds a first value into a copy of a zero of its own. It travels: it has nothing but its two values. */
function startingFrom<V, C>(
  zero: C,
  f: (combiner: C, value: V) => Later<C>,
): (value: V) => Later<C> {
  return typeof zero === 'object' && zero !== null
    ? (value) => f(structuredClone(zero), value)
    : (value) => f(zero, value)
}
