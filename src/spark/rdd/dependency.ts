import type { Aggregator, Pair, Partitioner } from '../shuffle/index.ts'
import type { RDD } from './rdd.ts'

/** A partition of the child reads few partitions of the parent: they are computed in one task. */
export interface NarrowDependency {
  readonly type: 'narrow'
  readonly rdd: RDD<unknown>
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

/** @see NarrowDependency */
export function narrow(rdd: RDD<never> | RDD<unknown>): NarrowDependency {
  return { type: 'narrow', rdd: rdd }
}
