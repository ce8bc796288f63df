import { transformBatches, type Batches } from '../../batches/index.ts'
import type { Pair } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow } from '../dependency.ts'
import { levelOfOrderSensitive, type DeterministicLevel } from '../determinism.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

interface NumberedPartition extends Partition {
  readonly split: Partition
  /** The number of its first row. */
  readonly start: number
  readonly step: number
}

/**
 * Each row with its number.
 *
 * partitions: the parent's; dependencies: one narrow; partitioner: none.
 */
abstract class NumberedRDD<T> extends RDD<Pair<T, number>> {
  protected readonly parent: RDD<T>

  constructor(context: RddContext, parents: readonly RDD<never>[]) {
    const parent = parents[0] as RDD<never>
    super(context, [narrow(parent)])
    this.parent = parent
  }

  abstract override getPartitions(): Promise<readonly NumberedPartition[]>

  /** A row's number is its place. */
  protected override getOutputDeterministicLevel(): DeterministicLevel {
    return levelOfOrderSensitive(this.parent.outputDeterministicLevel)
  }

  compute(split: Partition, context: TaskContext): Batches<Pair<T, number>> {
    const { split: inner, start, step } = split as NumberedPartition
    let number = start
    return transformBatches(this.parent.iterator(inner, context), (batch) => {
      const pairs: Pair<T, number>[] = []
      for (let i = 0; i < batch.length; i += 1) {
        pairs.push([batch[i] as T, number])
        number += step
      }
      return pairs
    })
  }
}

/** Numbered through, in order of partition. Counts the rows of all partitions but the last, by a job, once. */
export class ZipWithIndexRDD<T> extends NumberedRDD<T> {
  async getPartitions(): Promise<readonly NumberedPartition[]> {
    const splits = await this.parent.partitions()
    const counts = await this.#counts(splits.length - 1)
    let start = 0
    return splits.map((split, index) => {
      const partition = { index, split, start, step: 1 }
      start += counts[index] ?? 0
      return partition
    })
  }

  override toSpec(): OperatorSpec {
    return { kind: 'zipWithIndex', props: {} }
  }

  async #counts(length: number): Promise<readonly number[]> {
    if (length < 1) return []
    const partitions = Array.from({ length }, (_, i) => i)
    const action = { kind: 'count', props: {} }
    const options = { partitions, name: 'zipWithIndex' }
    return (await this.context.runJob(this.parent, action, options)) as readonly number[]
  }
}

/** Of n partitions, the k-th numbers its rows k, n + k, 2n + k … No job is needed. */
export class ZipWithUniqueIdRDD<T> extends NumberedRDD<T> {
  async getPartitions(): Promise<readonly NumberedPartition[]> {
    const splits = await this.parent.partitions()
    return splits.map((split, index) => ({ index, split, start: index, step: splits.length }))
  }

  override toSpec(): OperatorSpec {
    return { kind: 'zipWithUniqueId', props: {} }
  }
}
