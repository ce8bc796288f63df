/** One part of an RDD: its index and, by kind, what is needed to compute it. Plain data; it travels. */
export interface Partition {
  /** 0 … number of partitions - 1. */
  readonly index: number
}
