import type { Aggregator, Pair, Partitioner } from '../shuffle/index.ts'
import type { RDD } from './rdd.ts'

/** A partition of the child reads few partitions of the parent: they are computed in one task. */
export interface NarrowDependency {
  readonly type: 'narrow'
  readonly rdd: RDD<unknown>
  /**
   * The partitions of the parent that a partition of the child reads, in order; none where it reads nothing of
   * this parent. To be asked on the driver only, when the partitions of both are known.
   */
  readonly parentsOf: (partition: number) => readonly number[]
}

/** A partition of the child reads all partitions of the parent: a stage ends here. */
export interface ShuffleDependency {
  readonly type: 'shuffle'
  readonly rdd: RDD<Pair>
  /** Unique in the application; two RDDs that share it share the map outputs. */
  readonly shuffleId: number
  readonly partitioner: Partitioner
  readonly aggregator: Aggregator | undefined
}

/** How an RDD depends on a parent. */
export type Dependency = NarrowDependency | ShuffleDependency

/**
 * Partition i of the child reads what `parentsOf` says, by default partition i of the parent.
 *
 * @see OneToOneDependency in Spark's Dependency.scala
 */
export function narrow(
  rdd: RDD<never> | RDD<unknown>,
  parentsOf: (partition: number) => readonly number[] = itself,
): NarrowDependency {
  return { type: 'narrow', rdd, parentsOf }
}

/**
 * Partition `start() + i` of the child reads partition i of the parent, as in a union. Where it starts is asked
 * for late: it is known only when the partitions are.
 *
 * @see RangeDependency in Spark's Dependency.scala
 */
export function narrowRange(rdd: RDD<never>, start: () => number): NarrowDependency {
  return narrow(rdd, (partition) => {
    const at = partition - start()
    return at >= 0 && at < countOf(rdd) ? [at] : []
  })
}

/** The number of partitions of an RDD whose partitions were asked for. */
export function countOf(rdd: RDD<never>): number {
  return rdd.preparedPartitions?.length ?? 0
}

function itself(partition: number): readonly number[] {
  return [partition]
}
