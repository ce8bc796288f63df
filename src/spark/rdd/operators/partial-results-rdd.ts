import { batchesOf, laterBatches, transformBatches, type Batches } from '../../batches/index.ts'
import type { Pair } from '../../shuffle/index.ts'
import { runAction, type ActionSpec } from '../actions/action.ts'
import type { Partition } from '../partition.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'

interface EachPartitionProps {
  readonly action: ActionSpec
  /** Its results are arrays of rows. */
  readonly isFlat: boolean
}

/** What an action comes to in each partition, as a row or as rows. */
export class EachPartitionRDD<T, U> extends NarrowRDD<T, U, EachPartitionProps> {
  readonly kind = 'eachPartition'

  compute(split: Partition, context: TaskContext): Batches<U> {
    const { action, isFlat } = this.props
    const result = runAction(action, this.parent.iterator(split, context), context)
    return laterBatches(
      result.then((value) => batchesOf(isFlat ? (value as readonly U[]) : [value as U])),
    )
  }
}

/** The rows with the index of their partition for a key, modulo a number of partitions. */
export class KeyByPartitionRDD<T> extends NarrowRDD<
  T,
  Pair<number, T>,
  { readonly numPartitions: number }
> {
  readonly kind = 'keyByPartition'

  compute(split: Partition, context: TaskContext): Batches<Pair<number, T>> {
    const key = split.index % this.props.numPartitions
    return transformBatches(this.parent.iterator(split, context), (batch) =>
      batch.map((row) => [key, row] as const),
    )
  }
}
