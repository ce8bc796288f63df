import { laterBatches, transformBatches, type Batches } from '../../batches/index.ts'
import { requirePairs, type Combining, type Pair } from '../../shuffle/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import { sketchOf, type SketchSpec } from '../sketches/index.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'
import { combinePartition } from './pair-operators.ts'

export interface SketchByKeyProps extends SketchSpec {
  /** The method it comes from, for errors. */
  readonly operation: string
}

/** One pair a key: the sketch of its values, in one partition. */
export class SketchByKeyRDD extends NarrowRDD<Pair, Pair, SketchByKeyProps> {
  readonly kind = 'sketchByKey'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: SketchByKeyProps) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { operation, props } = this.props
    const { create, add, merge } = sketchOf(this.props)
    const combining: Combining = {
      combine: (batch, into) => {
        requirePairs(batch, operation)
        for (let i = 0; i < batch.length; i += 1) {
          const pair = batch[i] as Pair
          const number = into.numberOf(pair[0])
          if (number < 0) into.values.push(add(create(props), pair[1], props))
          else into.values[number] = add(into.values[number], pair[1], props)
        }
      },
      merge: (left, right) => merge(left, right, props),
    }
    const rows = this.parent.iterator(split, context)
    return laterBatches(combinePartition(rows, combining, context, `sketches of ${operation}`))
  }
}

/** One pair a key: what its sketches, merged, come to. */
export class SketchResultsRDD extends NarrowRDD<Pair, Pair, SketchByKeyProps> {
  readonly kind = 'sketchResults'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: SketchByKeyProps) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { operation, props } = this.props
    const { merge, result } = sketchOf(this.props)
    const combining: Combining = {
      combine: (batch, into) => {
        for (let i = 0; i < batch.length; i += 1) {
          const pair = batch[i] as Pair
          const number = into.numberOf(pair[0])
          if (number < 0) into.values.push(pair[1])
          else into.values[number] = merge(into.values[number], pair[1], props)
        }
      },
      merge: (left, right) => merge(left, right, props),
    }
    const rows = this.parent.iterator(split, context)
    const merged = combinePartition(rows, combining, context, `sketches of ${operation}`)
    return transformBatches(laterBatches(merged), (batch) =>
      batch.map(([key, sketch]) => [key, result(sketch, props)] as const),
    )
  }
}
