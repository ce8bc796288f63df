import type { Batches } from '../../batches/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

/** A partition of one of the parents. */
export interface UnionPartition extends Partition {
  /** Which parent. */
  readonly parent: number
  readonly split: Partition
}

/**
 * The rows of several RDDs, one after the other.
 *
 * partitions: those of all parents; dependencies: one narrow for each; preferred locations: the parent's;
 * partitioner: none.
 */
export class UnionRDD<T> extends RDD<T> {
  readonly #parents: readonly RDD<T>[]

  constructor(context: RddContext, parents: readonly RDD<never>[]) {
    super(context, parents.map(narrow))
    this.#parents = parents
  }

  async getPartitions(): Promise<readonly UnionPartition[]> {
    const partitions: UnionPartition[] = []
    for (const [parent, rdd] of this.#parents.entries()) {
      for (const split of await rdd.partitions()) {
        partitions.push({ index: partitions.length, parent, split })
      }
    }
    return partitions
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const { parent, split: inner } = split as UnionPartition
    return (this.#parents[parent] as RDD<T>).iterator(inner, context)
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    const { parent, split: inner } = split as UnionPartition
    return (this.#parents[parent] as RDD<T>).getPreferredLocations(inner)
  }

  override toSpec(): OperatorSpec {
    return { kind: 'union', props: {} }
  }
}
