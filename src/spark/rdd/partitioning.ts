import { HashPartitioner, type Partitioner } from '../shuffle/index.ts'
import type { RDD } from './rdd.ts'

/**
 * How an operation spreads keys: by a partitioner, over a number of partitions by hash, or, when left out, by the
 * partitioner that the RDD has, or else over the context's default parallelism by hash.
 */
export type Partitioning = Partitioner | number

/**
 * The partitioner that is asked for; otherwise the one with most partitions among those the RDDs have.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 * @see Partitioner.defaultPartitioner in Spark
 */
export function chosenPartitioner(
  rdds: readonly RDD<never>[],
  partitioning: Partitioning | undefined,
): Partitioner {
  if (isPartitioner(partitioning)) return partitioning
  if (partitioning !== undefined) return new HashPartitioner(partitioning)
  let largest: Partitioner | undefined
  for (const { partitioner } of rdds) {
    if (partitioner === undefined) continue
    if (largest === undefined || partitioner.numPartitions > largest.numPartitions) {
      largest = partitioner
    }
  }
  return largest ?? new HashPartitioner(rdds[0]?.context.defaultParallelism ?? 1)
}

/** What is neither a number nor a partitioner is refused where a number is. */
function isPartitioner(partitioning: Partitioning | undefined): partitioning is Partitioner {
  return (
    typeof partitioning === 'object' &&
    // From JavaScript anything may come.
    typeof (partitioning as Partial<Partitioner> | null)?.getPartition === 'function'
  )
}
