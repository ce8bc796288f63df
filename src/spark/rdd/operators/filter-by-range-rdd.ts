import { transformBatches, type Batches } from '../../batches/index.ts'
import { compareKeys } from '../../keys/index.ts'
import {
  RangePartitioner,
  knownPartitioner,
  requirePairs,
  type Pair,
  type Partitioner,
} from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow } from '../dependency.ts'
import { prepareLineage } from '../lineage.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

interface FilterByRangeProps {
  readonly lower: unknown
  readonly upper: unknown
}

interface KeptPartition extends Partition {
  readonly split: Partition
}

/**
 * The pairs whose keys lie in a range.
 *
 * partitions: of a parent in ranges only those that the range touches, of others all; dependencies: one narrow;
 * partitioner: the parent's, unless it is in ranges.
 */
export class FilterByRangeRDD extends RDD<Pair> {
  override readonly partitioner: Partitioner | undefined
  readonly #parent: RDD<Pair>
  readonly #props: FilterByRangeProps
  #kept: readonly number[] = []

  constructor(context: RddContext, parents: readonly RDD<never>[], props: FilterByRangeProps) {
    const parent = parents[0] as RDD<never>
    super(context, [narrow(parent, (partition) => this.#kept.slice(partition, partition + 1))])
    this.#parent = parent
    this.#props = props
    this.partitioner = keptPartitioner(parent)
  }

  async getPartitions(): Promise<readonly KeptPartition[]> {
    const { lower, upper } = this.#props
    let splits = await this.#parent.partitions()
    const { partitioner: given } = this.#parent
    const partitioner = given === undefined ? undefined : knownPartitioner(given)
    if (partitioner instanceof RangePartitioner) {
      await prepareLineage(this.#parent) // for the bounds, by a job
      const ends = [partitioner.getPartition(lower), partitioner.getPartition(upper)]
      splits =
        compareKeys(lower, upper) > 0 ? [] : splits.slice(Math.min(...ends), Math.max(...ends) + 1)
    }
    this.settle(keptPartitioner(this.#parent))
    this.#kept = splits.map(({ index }) => index)
    return splits.map((split, index) => ({ index, split }))
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { lower, upper } = this.#props
    const rows = this.#parent.iterator((split as KeptPartition).split, context)
    return transformBatches(rows, (batch) => {
      requirePairs(batch, 'filterByRange')
      return batch.filter(([key]) => compareKeys(lower, key) <= 0 && compareKeys(key, upper) <= 0)
    })
  }

  override toSpec(): OperatorSpec {
    return { kind: 'filterByRange', props: this.#props }
  }
}

/** Of ranges only some may be left. What is not known yet is settled with the partitions. */
function keptPartitioner({ partitioner }: RDD<never> | RDD<Pair>): Partitioner | undefined {
  const known = partitioner === undefined ? undefined : knownPartitioner(partitioner)
  return known instanceof RangePartitioner ? undefined : known
}
