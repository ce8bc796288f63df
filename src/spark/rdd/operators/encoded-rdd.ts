import {
  columnBatches,
  rowsOf,
  transformBatches,
  type AnyBatch,
  type Batches,
} from '../../batches/index.ts'
import { ColumnBatch, RowEncoder, Scratch, type Schema } from '../../columns/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'

/** The rows, held to be of a declared type, and as columns from here on. */
export class EncodedRDD<T> extends NarrowRDD<T, T, { readonly schema: Schema }> {
  readonly kind = 'as'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: { schema: Schema }) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const source = this.parent.iterator(split, context)
    const encoder = new RowEncoder(this.props.schema, split.index)
    if (!context.recognises) {
      return transformBatches(source, (batch) => {
        encoder.check(batch)
        return batch
      })
    }
    const scratch = new Scratch()
    let ready: AnyBatch<T>[] = []
    const take = (batch: AnyBatch<T> | undefined): AnyBatch<T> | undefined => {
      if (batch === undefined) return undefined
      if (!(batch instanceof ColumnBatch)) return encoder.encode(batch, scratch) ?? batch
      if (encoder.isOfType(batch)) return batch
      ready = rowsOf<T>(batch)
      return []
    }
    const pull = source.nextAny ?? source.next
    return columnBatches(() => {
      scratch.reset()
      const next = ready.shift()
      if (next !== undefined) return take(next)
      const pulled = pull()
      return pulled instanceof Promise ? pulled.then(take) : take(pulled)
    }, source.close)
  }
}
