import type { Batches, Rows } from '../batches/index.ts'
import { IndexPartitioner, checkedPartitions, type Pair } from '../shuffle/index.ts'
import { BaseRDD } from './base-rdd.ts'
import { createOperator } from './operator-table.ts'
import type { RDD } from './rdd.ts'
import type { TaskContext } from './task-context.ts'

/** What can be done to the rows of any RDD. Each call makes an RDD and computes nothing. */
export abstract class Transformations<T> extends BaseRDD<T> {
  /** Every row through `f`; a function that gives `[key, value]` makes an RDD of pairs. */
  map<K, V>(f: (row: T) => Pair<K, V>): RDD<Pair<K, V>>
  map<U>(f: (row: T) => U): RDD<U>
  map<U>(f: (row: T) => U): RDD<U> {
    return createOperator('map', this.context, [asRDD(this)], { f })
  }

  /** The rows for which `f` holds; keeps the partitioner. */
  filter(f: (row: T) => boolean): RDD<T> {
    return createOperator('filter', this.context, [asRDD(this)], { f })
  }

  /** Every row through `f`, the rows of its results in a line. */
  flatMap<K, V>(f: (row: T) => Iterable<Pair<K, V>>): RDD<Pair<K, V>>
  flatMap<U>(f: (row: T) => Iterable<U>): RDD<U>
  flatMap<U>(f: (row: T) => Iterable<U>): RDD<U> {
    return createOperator('flatMap', this.context, [asRDD(this)], { f })
  }

  /** The rows of each partition through `f`, which may be a generator, sync or async. */
  mapPartitions<U>(
    f: (rows: Batches<T>) => Rows<U> | Promise<Rows<U>>,
    options: { readonly preservesPartitioning?: boolean } = {},
  ): RDD<U> {
    return createOperator('mapPartitions', this.context, [asRDD(this)], { f, ...options })
  }

  /** As {@link Transformations.mapPartitions}, with the partition's index and the task's context. */
  mapPartitionsWithIndex<U>(
    f: (index: number, rows: Batches<T>, context: TaskContext) => Rows<U> | Promise<Rows<U>>,
    options: { readonly preservesPartitioning?: boolean } = {},
  ): RDD<U> {
    return createOperator('mapPartitionsWithIndex', this.context, [asRDD(this)], { f, ...options })
  }

  /** Pairs of `f(row)` and the row. */
  keyBy<K>(f: (row: T) => K): RDD<Pair<K, T>> {
    return createOperator('keyBy', this.context, [asRDD(this)], { f })
  }

  /** The rows of this and then those of the other, duplicates and all. */
  union(other: RDD<T>): RDD<T> {
    return createOperator('union', this.context, [asRDD(this), other as RDD<never>], {})
  }

  /**
   * The rows in order of `f(row)`, over `numPartitions` ranges (as many as the context's default parallelism
   * otherwise). Rows of equal keys keep their order. A job samples the keys before the first action.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  sortBy<K>(f: (row: T) => K, isAscending = true, numPartitions?: number): RDD<T> {
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
}

/** An RDD of rows as one whose rows nobody looks at. */
export function asRDD(rdd: BaseRDD<unknown>): RDD<never> {
  return rdd as unknown as RDD<never>
}
