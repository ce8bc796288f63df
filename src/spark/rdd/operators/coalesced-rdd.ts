import { concatBatches, type Batches } from '../../batches/index.ts'
import { invalidArgument } from '../../errors.ts'
import { checkedPartitions } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import {
  groupPartitions,
  type PartitionGroup,
  type PlacedPartition,
} from '../coalesce/group-partitions.ts'
import { narrow } from '../dependency.ts'
import { preferredHosts } from '../lineage.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

/** Decides which partitions become one: each in one group, no group empty. Asked on the driver. */
export type PartitionCoalescer = (
  partitions: readonly PlacedPartition[],
  maxGroups: number,
) => readonly PartitionGroup[]

interface CoalescedPartition extends Partition {
  readonly splits: readonly Partition[]
  readonly host: string | undefined
}

/**
 * The rows of the parent in fewer partitions, without a shuffle.
 *
 * partitions: groups of the parent's, by a coalescer; dependencies: one narrow, many to one; preferred locations: the
 * group's host; partitioner: none.
 */
export class CoalescedRDD<T> extends RDD<T> {
  readonly #parent: RDD<T>
  readonly #numPartitions: number
  readonly #coalescer: PartitionCoalescer
  #groups: readonly PartitionGroup[] = []

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: { readonly numPartitions?: number; readonly coalescer?: PartitionCoalescer | undefined },
  ) {
    const parent = parents[0] as RDD<never>
    super(context, [narrow(parent, (partition) => this.#groups[partition]?.members ?? [])])
    this.#parent = parent
    this.#numPartitions = checkedPartitions('coalesce', props.numPartitions ?? 1)
    this.#coalescer = props.coalescer ?? groupPartitions
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID for a coalescer that leaves partitions out, or has one twice */
  async getPartitions(): Promise<readonly CoalescedPartition[]> {
    const splits = await this.#parent.partitions()
    const placed = splits.map(({ index }) => ({
      index,
      hosts: preferredHosts(this.#parent, index),
    }))
    const groups = this.#coalescer(placed, this.#numPartitions)
    const members = groups.flatMap((group) => group.members).sort((a, b) => a - b)
    if (members.length !== splits.length || members.some((member, i) => member !== i)) {
      const accepted = `groups that have each of the partitions 0 … ${splits.length - 1} once`
      throw invalidArgument('coalesce: partitionCoalescer', JSON.stringify(members), accepted)
    }
    this.#groups = groups
    return groups.map(({ host, members: group }, index) => ({
      index,
      host,
      splits: group.map((at) => splits[at] as Partition),
    }))
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const { splits } = split as CoalescedPartition
    return concatBatches(splits.map((inner) => () => this.#parent.iterator(inner, context)))
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    const { host } = split as CoalescedPartition
    return host === undefined ? [] : [host]
  }

  override toSpec(): OperatorSpec {
    return { kind: 'coalesce', props: {} }
  }
}
