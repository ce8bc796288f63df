import type { Later } from '../batches/index.ts'
import { checkFunction } from '../errors.ts'
import { requirePairs, type Pair } from '../shuffle/index.ts'
import type { ActionOptions } from './actions.ts'
import type { KeyColumns } from './actions/key-actions.ts'
import { resultsOf } from './actions/results.ts'
import { prepareLineage } from './lineage.ts'
import { OrderActions, type CountColumns } from './order-actions.ts'
import { PairMap } from './pair-map.ts'
import type { RDD } from './rdd.ts'
import { asRDD } from './transformations.ts'

/** What brings pairs to the driver. Maps answer for keys by value; all of a map is in the driver's memory. */
export abstract class PairActions<T> extends OrderActions<T> {
  /**
   * The values of one key, in order of partition. Where the keys lie by a partitioner, only the partition of this key is
   * computed.
   *
   * @throws TROUPE_SPARK_KEY_UNSUPPORTED
   */
  async lookup<K, V>(this: RDD<Pair<K, V>>, key: K, options: ActionOptions = {}): Promise<V[]> {
    const { partitioner } = this
    const job = { ...options, partitions: undefined as readonly number[] | undefined }
    if (partitioner !== undefined) {
      await prepareLineage(asRDD(this), options.signal) // a range partitioner needs its bounds
      job.partitions = [partitioner.getPartition(key)]
    }
    const parts = await resultsOf<readonly V[]>(asRDD(this), 'lookup', { key }, job)
    return parts.flatMap((part) => part)
  }

  /** The pairs as a map; of several with one key, the last counts. */
  async collectAsMap<K, V>(
    this: RDD<Pair<K, V>>,
    options: ActionOptions = {},
  ): Promise<PairMap<K, V>> {
    const pairs = await this.collect(options)
    requirePairs(pairs, 'collectAsMap')
    return new PairMap(pairs)
  }

  /** How many pairs each key has. */
  async countByKey<K, V>(
    this: RDD<Pair<K, V>>,
    options: ActionOptions = {},
  ): Promise<PairMap<K, number>> {
    const job = { ...options, name: 'countByKey' }
    const parts = await resultsOf<KeyColumns>(asRDD(this), 'countBy', { of: 'key' }, job)
    return PairMap.merged(parts as readonly CountColumns<K>[], (a, b) => a + b)
  }

  /** The values of each key merged, in each partition and then on the driver: no shuffle. For few keys. */
  async reduceByKeyLocally<K, V>(
    this: RDD<Pair<K, V>>,
    merge: (left: V, right: V) => Later<V>,
    options: ActionOptions = {},
  ): Promise<PairMap<K, V>> {
    checkFunction('reduceByKeyLocally', merge)
    const parts = await resultsOf<KeyColumns>(asRDD(this), 'reduceByKeyLocally', { merge }, options)
    return PairMap.merged(parts as readonly Columns<K, V>[], merge)
  }
}

interface Columns<K, V> {
  readonly keys: readonly K[]
  readonly values: readonly V[]
}
