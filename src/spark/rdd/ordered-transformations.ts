import type { Pair } from '../shuffle/index.ts'
import { JoinTransformations } from './join-transformations.ts'
import { createOperator } from './operator-table.ts'
import { shuffled } from './combined.ts'
import { chosenPartitioner, rangesOver, type Partitioning } from './partitioning.ts'
import type { RDD } from './rdd.ts'
import { asRDD } from './transformations.ts'

/** What can be done to RDDs of pairs by the order of their keys; see `compareKeys`. */
export abstract class OrderedTransformations<T> extends JoinTransformations<T> {
  /**
   * The pairs in order of their keys, over `numPartitions` ranges (as many as this RDD has partitions otherwise). Pairs of equal keys keep their order. A job samples
   * the keys before the first action.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  sortByKey<K, V>(
    this: RDD<Pair<K, V>>,
    isAscending = true,
    numPartitions?: number,
  ): RDD<Pair<K, V>> {
    const partitioner = rangesOver(asRDD(this), numPartitions, isAscending)
    return shuffled(asRDD(this), partitioner, { order: isAscending ? 'ascending' : 'descending' })
  }

  /** The pairs where the partitioner puts them, each partition in order of its keys: one shuffle for both. */
  repartitionAndSortWithinPartitions<K, V>(
    this: RDD<Pair<K, V>>,
    partitioning: Partitioning,
    isAscending = true,
  ): RDD<Pair<K, V>> {
    const partitioner = chosenPartitioner([asRDD(this)], partitioning)
    return shuffled(asRDD(this), partitioner, { order: isAscending ? 'ascending' : 'descending' })
  }

  /**
   * The pairs whose keys lie in lower … upper, both included. Of an RDD that was sorted, only the partitions that may
   * have such keys are computed.
   */
  filterByRange<K, V>(this: RDD<Pair<K, V>>, lower: K, upper: K): RDD<Pair<K, V>> {
    return createOperator('filterByRange', this.context, [asRDD(this)], { lower, upper })
  }
}
