import {
  RangePartitioner,
  choosePartitioner,
  determineBounds,
  sampleSizePerPartition,
  type KeySample,
} from '../shuffle/index.ts'
import type { ShuffleDependency } from './dependency.ts'
import type { RDD } from './rdd.ts'
import { sparseRdd } from './sparse-sample.ts'

/** Keys for each range that a sample of pieces is to come to. */
const LEAST_KEYS = 20

/**
 * Has a range partitioner that has no bounds yet draw them, by a job over the RDD that is to be shuffled; does nothing for
 * others.
 */
export async function prepareRanges(
  { rdd, partitioner: given }: Pick<ShuffleDependency, 'rdd' | 'partitioner'>,
  signal?: AbortSignal,
): Promise<void> {
  const partitioner = await choosePartitioner(given)
  if (!(partitioner instanceof RangePartitioner) || partitioner.hasBounds()) return
  const numPartitions = (await rdd.partitions()).length
  const size = sampleSizePerPartition(partitioner.numPartitions, numPartitions)
  const samples =
    (await sparseSample(rdd, size, partitioner.numPartitions, signal)) ??
    (await sampleKeys(rdd, size, signal))
  const bounds = determineBounds(samples, partitioner.numPartitions)
  // Another action may have been faster: from then on there are as many partitions as it has found.
  if (!partitioner.hasBounds()) partitioner.setBounds(bounds)
}

/** Of pieces of the files; undefined where these have too few keys, as of long rows, or of many that few are left of. */
async function sparseSample(
  rdd: RDD<unknown>,
  size: number,
  numRanges: number,
  signal: AbortSignal | undefined,
): Promise<readonly KeySample[] | undefined> {
  const sparse = sparseRdd(rdd)
  if (sparse === undefined) return undefined
  const drawn = await sampleKeys(sparse.rdd, size, signal)
  const ratios = drawn.map((_, partition) => sparse.ratioOf(partition))
  const keys = drawn.reduce((sum, sample) => sum + sample.keys.length, 0)
  const isWhole = ratios.every((ratio) => ratio === 1)
  if (!isWhole && keys < numRanges * LEAST_KEYS) return undefined
  return drawn.map((sample, i) => ({ keys: sample.keys, rows: sample.rows * (ratios[i] ?? 1) }))
}

async function sampleKeys(
  rdd: RDD<unknown>,
  size: number,
  signal: AbortSignal | undefined,
): Promise<readonly KeySample[]> {
  const sample = { kind: 'sampleKeys', props: { size } }
  const drawn = await rdd.context.runJob(rdd, sample, { name: 'sample keys', signal })
  return drawn as readonly KeySample[]
}
