import {
  batchesOf,
  flatMapBatches,
  laterBatches,
  mapBatches,
  settleRows,
  transformBatches,
  type Batch,
  type Batches,
  type Later,
  type Rows,
} from '../../batches/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'
import { recognised } from './recognised.ts'

/** Every row through `f`. */
export class MapRDD<T, U> extends NarrowRDD<T, U, { readonly f: (row: T) => Later<U> }> {
  readonly kind = 'map'

  compute(split: Partition, context: TaskContext): Batches<U> {
    const { f } = this.props
    return recognised('map', f, this.parent.iterator(split, context), context, (source) =>
      mapBatches(source, f),
    )
  }
}

/** The rows for which `f` holds. */
export class FilterRDD<T> extends NarrowRDD<T, T, { readonly f: (row: T) => Later<boolean> }> {
  readonly kind = 'filter'

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: { f: (row: T) => Later<boolean> },
  ) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const { f } = this.props
    return recognised('filter', f, this.parent.iterator(split, context), context, (source) =>
      transformBatches(source, (batch) => {
        const kept: T[] = []
        for (let i = 0; i < batch.length; i += 1) {
          const answer = f(batch[i] as T)
          if (answer instanceof Promise) return filterLater(kept, answer, batch, i, f)
          if (answer) kept.push(batch[i] as T)
        }
        return kept
      }),
    )
  }
}

/** The rest of a batch from row `at` on, whose answer is a promise. */
async function filterLater<T>(
  kept: T[],
  first: Promise<boolean>,
  batch: Batch<T>,
  at: number,
  f: (row: T) => Later<boolean>,
): Promise<T[]> {
  const answers = await settleRows([], first, batch, at + 1, f)
  for (let i = 0; i < answers.length; i += 1) if (answers[i]) kept.push(batch[at + i] as T)
  return kept
}

/** Every row through `f`, the rows of its results in a line. */
export class FlatMapRDD<T, U> extends NarrowRDD<
  T,
  U,
  { readonly f: (row: T) => Later<Iterable<U>> | AsyncIterable<U> }
> {
  readonly kind = 'flatMap'

  compute(split: Partition, context: TaskContext): Batches<U> {
    const { f } = this.props
    return recognised('flatMap', f, this.parent.iterator(split, context), context, (source) =>
      flatMapBatches(source, f),
    )
  }
}

/** The rows that are not undefined. */
export class DefinedRDD<T> extends NarrowRDD<T | undefined, T, object> {
  readonly kind = 'defined'

  compute(split: Partition, context: TaskContext): Batches<T> {
    return transformBatches(this.parent.iterator(split, context), (batch) =>
      batch.filter((row) => row !== undefined),
    )
  }
}

/** One row: all rows of the partition. */
export class GlomRDD<T> extends NarrowRDD<T, T[], object> {
  readonly kind = 'glom'

  compute(split: Partition, context: TaskContext): Batches<T[]> {
    const rows = this.parent.iterator(split, context)
    return laterBatches(rows.toArray().then((all) => [all]))
  }
}

interface PartitionsProps<F> {
  readonly f: F
  readonly preservesPartitioning?: boolean
  readonly isFromBarrier?: boolean
}

type PartitionsFunction<T, U> = (rows: Batches<T>) => Rows<U> | Promise<Rows<U>>

/** The rows of each partition through `f`. */
export class MapPartitionsRDD<T, U> extends NarrowRDD<
  T,
  U,
  PartitionsProps<PartitionsFunction<T, U>>
> {
  readonly kind = 'mapPartitions'

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: PartitionsProps<PartitionsFunction<T, U>>,
  ) {
    super(context, parents, props, { keepsKeys: props.preservesPartitioning === true })
  }

  override get isFromBarrier(): boolean {
    return this.props.isFromBarrier === true
  }

  compute(split: Partition, context: TaskContext): Batches<U> {
    const { f } = this.props
    return opened(f(this.parent.iterator(split, context)))
  }
}

type IndexedFunction<T, U> = (
  index: number,
  rows: Batches<T>,
  context: TaskContext,
) => Rows<U> | Promise<Rows<U>>

/** The rows of each partition through `f`, which is told the index. */
export class MapPartitionsWithIndexRDD<T, U> extends NarrowRDD<
  T,
  U,
  PartitionsProps<IndexedFunction<T, U>>
> {
  readonly kind = 'mapPartitionsWithIndex'

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: PartitionsProps<IndexedFunction<T, U>>,
  ) {
    super(context, parents, props, { keepsKeys: props.preservesPartitioning === true })
  }

  override get isFromBarrier(): boolean {
    return this.props.isFromBarrier === true
  }

  compute(split: Partition, context: TaskContext): Batches<U> {
    const { f } = this.props
    return opened(f(split.index, this.parent.iterator(split, context), context))
  }
}

/** What a function over partitions has answered, as batches. */
export function opened<U>(rows: Rows<U> | Promise<Rows<U>>): Batches<U> {
  return rows instanceof Promise ? laterBatches(rows) : batchesOf(rows)
}
