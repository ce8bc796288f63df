import {
  HashPartitioner,
  LaterPartitioner,
  RangePartitioner,
  type Partitioner,
} from '../shuffle/index.ts'
import type { RDD } from './rdd.ts'

/**
 * How an operation spreads keys: by a partitioner, over a number of partitions by hash, or, when left out, by what
 * {@link defaultPartitioner} says of the RDDs.
 */
export type Partitioning = Partitioner | number

/** What the choice of a partitioner looks at. */
export interface Partitioned {
  readonly partitioner: Partitioner | undefined
  readonly numPartitions: number
}

/**
 * The partitioner that is asked for; otherwise that of {@link defaultPartitioner}, which is chosen at once where the
 * numbers of partitions don't matter, and else when they are known.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function chosenPartitioner(
  rdds: readonly [RDD<never>, ...RDD<never>[]],
  partitioning: Partitioning | undefined,
): Partitioner {
  if (isPartitioner(partitioning)) return partitioning
  if (partitioning !== undefined) return new HashPartitioner(partitioning)
  const [{ partitioner, context }] = rdds
  const { configuredParallelism } = context
  if (rdds.every((rdd) => rdd.partitioner === partitioner)) {
    if (partitioner !== undefined) return partitioner
    if (configuredParallelism !== undefined) return new HashPartitioner(configuredParallelism)
  }
  return new LaterPartitioner(async () => {
    const partitioned: Partitioned[] = []
    for (const rdd of rdds) {
      const numPartitions = (await rdd.partitions()).length
      partitioned.push({ partitioner: rdd.partitioner, numPartitions })
    }
    return defaultPartitioner(partitioned, configuredParallelism)
  })
}

/**
 * Of the partitioners that the RDDs have, that of the one with the most partitions, if it has no fewer than
 * `configuredParallelism` (or the largest number of any, where that isn't set), or more than a tenth of the largest
 * number; otherwise a hash over that many.
 *
 * @see Partitioner.defaultPartitioner in Spark
 */
export function defaultPartitioner(
  rdds: readonly Partitioned[],
  configuredParallelism: number | undefined,
): Partitioner {
  const most = Math.max(...rdds.map(({ numPartitions }) => numPartitions))
  const wanted = configuredParallelism ?? most
  let largest: Partitioned | undefined
  for (const each of rdds) {
    // One over no partitions has no rows, and tells nothing of others'.
    if (each.partitioner === undefined || each.numPartitions === 0) continue
    if (largest === undefined || each.numPartitions > largest.numPartitions) largest = each
  }
  if (largest?.partitioner !== undefined) {
    const { partitioner, numPartitions } = largest
    const isEligible = Math.log10(most) - Math.log10(numPartitions) < 1
    if (isEligible || wanted <= numPartitions) return partitioner
  }
  return hashOver(wanted)
}

/** By hash, over as many partitions as the RDD has. */
export function asManyAs(rdd: RDD<never>): Partitioner {
  return new LaterPartitioner(async () => hashOver((await rdd.partitions()).length))
}

/** By ranges of keys: as many as are asked for, or as the RDD has partitions. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function rangesOver(
  rdd: RDD<never>,
  numPartitions: number | undefined,
  isAscending: boolean,
): Partitioner {
  if (numPartitions !== undefined) return new RangePartitioner(numPartitions, isAscending)
  return new LaterPartitioner(async () => {
    const { length } = await rdd.partitions()
    // Without bounds all keys are in one range; so Spark's has one, too, of an RDD without partitions.
    return new RangePartitioner(Math.max(length, 1), isAscending)
  })
}

function hashOver(numPartitions: number): Partitioner {
  // None for rows of no partition, such as a folder without files.
  return new HashPartitioner(numPartitions, 0)
}

/** What is neither a number nor a partitioner is refused where a number is. */
function isPartitioner(partitioning: Partitioning | undefined): partitioning is Partitioner {
  return (
    typeof partitioning === 'object' &&
    // From JavaScript anything may come.
    typeof (partitioning as Partial<Partitioner> | null)?.getPartition === 'function'
  )
}
