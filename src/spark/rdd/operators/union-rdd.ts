import { concatBatches, type Batches } from '../../batches/index.ts'
import { isSamePartitioner, type Partitioner } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { countOf, narrow, narrowRange, type Dependency } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

/** A partition of one of the parents. */
interface OnePartition extends Partition {
  /** Which parent. */
  readonly parent: number
  readonly split: Partition
}

/** A partition of each of the parents, one after the other. */
interface SidePartition extends Partition {
  readonly splits: readonly Partition[]
}

type UnionPartition = OnePartition | SidePartition

/**
 * The rows of several RDDs, one after the other.
 *
 * partitions: those of all parents; dependencies: a range for each; partitioner: none. But where all parents lie by
 * one partitioner: as many partitions as it has, each the parents' of its index one after the other, by that
 * partitioner.
 *
 * @see UnionRDD and PartitionerAwareUnionRDD in Spark
 */
export class UnionRDD<T> extends RDD<T> {
  override readonly partitioner: Partitioner | undefined
  readonly #parents: readonly RDD<T>[]

  constructor(context: RddContext, parents: readonly RDD<never>[]) {
    const partitioner = sharedPartitioner(parents)
    super(context, partitioner === undefined ? ranges(parents) : parents.map((rdd) => narrow(rdd)))
    this.partitioner = partitioner
    this.#parents = parents
  }

  async getPartitions(): Promise<readonly UnionPartition[]> {
    const splits: (readonly Partition[])[] = []
    for (const rdd of this.#parents) splits.push(await rdd.partitions())
    // Over how many partitions the parents are spread may be known only now.
    const partitioner = sharedPartitioner(this.#parents as readonly RDD<never>[])
    if (partitioner !== undefined) {
      this.settle(
        partitioner,
        this.#parents.map((rdd) => narrow(rdd)),
      )
      return Array.from({ length: partitioner.numPartitions }, (_, index) => ({
        index,
        splits: splits.map((each) => each[index] as Partition),
      }))
    }
    return splits
      .flatMap((each, parent) => each.map((split) => ({ parent, split })))
      .map(({ parent, split }, index) => ({ index, parent, split }))
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const union = split as UnionPartition
    if ('split' in union) {
      return (this.#parents[union.parent] as RDD<T>).iterator(union.split, context)
    }
    return concatBatches(
      this.#parents.map((rdd, i) => () => rdd.iterator(union.splits[i] as Partition, context)),
    )
  }

  override toSpec(): OperatorSpec {
    return { kind: 'union', props: {} }
  }
}

function sharedPartitioner(parents: readonly RDD<never>[]): Partitioner | undefined {
  const first = parents[0]?.partitioner
  if (first === undefined || parents.length < 2) return undefined
  return parents.every((rdd) => isSamePartitioner(rdd.partitioner, first)) ? first : undefined
}

function ranges(parents: readonly RDD<never>[]): Dependency[] {
  return parents.map((rdd, at) =>
    narrowRange(rdd, () => parents.slice(0, at).reduce((sum, before) => sum + countOf(before), 0)),
  )
}
