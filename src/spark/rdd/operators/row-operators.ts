import {
  batchesOf,
  flatMapBatches,
  laterBatches,
  transformBatches,
  type Batches,
  type Rows,
} from '../../batches/index.ts'
import { invalidArgument, type SparkError } from '../../errors.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'

/** Every row through `f`. */
export class MapRDD<T, U> extends NarrowRDD<T, U, { readonly f: (row: T) => U }> {
  readonly kind = 'map'

  compute(split: Partition, context: TaskContext): Batches<U> {
    const { f } = this.props
    return transformBatches(this.parent.iterator(split, context), (batch) => {
      const mapped: U[] = []
      for (let i = 0; i < batch.length; i += 1) mapped.push(f(batch[i] as T))
      return mapped
    })
  }
}

/** The rows for which `f` holds. */
export class FilterRDD<T> extends NarrowRDD<T, T, { readonly f: (row: T) => boolean }> {
  readonly kind = 'filter'

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: { f: (row: T) => boolean },
  ) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const { f } = this.props
    return transformBatches(this.parent.iterator(split, context), (batch) => {
      const kept: T[] = []
      for (let i = 0; i < batch.length; i += 1) {
        const answer: unknown = f(batch[i] as T)
        if (answer instanceof Promise) throw promisedAnswer(answer)
        if (answer) kept.push(batch[i] as T)
      }
      return kept
    })
  }
}

/** A promise holds whatever it comes to: every row would be kept. */
function promisedAnswer(answer: Promise<unknown>): SparkError {
  const accepted = 'true or false from its function; only mapPartitions takes one that is async'
  return invalidArgument('filter', answer, accepted)
}

/** Every row through `f`, the rows of its results in a line. */
export class FlatMapRDD<T, U> extends NarrowRDD<T, U, { readonly f: (row: T) => Iterable<U> }> {
  readonly kind = 'flatMap'

  compute(split: Partition, context: TaskContext): Batches<U> {
    return flatMapBatches(this.parent.iterator(split, context), this.props.f)
  }
}

interface PartitionsProps<F> {
  readonly f: F
  readonly preservesPartitioning?: boolean
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

  compute(split: Partition, context: TaskContext): Batches<U> {
    const { f } = this.props
    return opened(f(split.index, this.parent.iterator(split, context), context))
  }
}

function opened<U>(rows: Rows<U> | Promise<Rows<U>>): Batches<U> {
  return rows instanceof Promise ? laterBatches(rows) : batchesOf(rows)
}
