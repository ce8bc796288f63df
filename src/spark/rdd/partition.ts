/**
 * One part of an RDD: its index and, by kind, what is needed to compute it. Plain data; it travels. Partitions of parents
 * that it holds are its `split`, or its `splits`: then a long lineage is not a deep one on its way.
 */
export interface Partition {
  /** 0 … number of partitions - 1. */
  readonly index: number
}
