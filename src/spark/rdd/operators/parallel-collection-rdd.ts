import { BATCH_ROWS, Batches, columnBatches, type Rows } from '../../batches/index.ts'
import { ColumnBatch } from '../../columns/index.ts'
import { checkedPartitions } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { isNumberArray, type NumberArray } from '../number-array.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'

/** A slice of a collection; the rows travel with it. */
export interface CollectionPartition extends Partition {
  readonly rows: readonly unknown[] | NumberArray
}

interface CollectionProps<T> {
  readonly rows?: readonly T[] | NumberArray
  readonly numSlices?: number
  /** By slice. */
  readonly hosts?: readonly (readonly string[])[]
}

/**
 * A collection of the driver's, in slices of about equal length.
 *
 * partitions: the slices; dependencies: none; compute: the slice; preferred locations: as given; partitioner: none.
 */
export class ParallelCollectionRDD<T> extends RDD<T> {
  readonly #rows: readonly T[] | NumberArray
  readonly #numSlices: number
  readonly #hosts: readonly (readonly string[])[]

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID */
  constructor(context: RddContext, _parents: readonly RDD<never>[], props: CollectionProps<T>) {
    super(context, [])
    this.#rows = props.rows ?? []
    this.#numSlices = checkedPartitions('parallelize', props.numSlices ?? 1)
    this.#hosts = props.hosts ?? []
  }

  getPartitions(): readonly CollectionPartition[] {
    const { length } = this.#rows
    return Array.from({ length: this.#numSlices }, (_, index) => ({
      index,
      rows: this.#rows.slice(
        Math.floor((index * length) / this.#numSlices),
        Math.floor(((index + 1) * length) / this.#numSlices),
      ),
    }))
  }

  compute(split: Partition): Rows<T> {
    const { rows } = split as CollectionPartition
    return isNumberArray(rows) ? (numbers(rows) as Batches<never>) : (rows as readonly T[])
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    return this.#hosts[split.index] ?? []
  }

  override toSpec(): OperatorSpec {
    return { kind: 'parallelize', props: {} }
  }
}

/** Rows of a batch of numbers. */
const NUMBERS = 32_768

function numbers(rows: NumberArray): Batches<number> {
  let at = 0
  return columnBatches(() => {
    if (at >= rows.length) return undefined
    const values = Float64Array.from(rows.subarray(at, at + NUMBERS))
    at += values.length
    return new ColumnBatch(values.length, [{ type: 'number', values }], 0)
  })
}

interface RangeProps {
  readonly start?: number
  readonly end?: number
  readonly step?: number
  readonly numSlices?: number
}

interface RangeSlice extends Partition {
  readonly start: number
  readonly step: number
  readonly count: number
}

/**
 * Numbers in equal steps, made where they are needed.
 *
 * partitions: slices of about equal length; dependencies: none; preferred locations: none; partitioner: none.
 */
export class NumberRangeRDD extends RDD<number> {
  readonly #start: number
  readonly #step: number
  readonly #count: number
  readonly #numSlices: number

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID */
  constructor(context: RddContext, _parents: readonly RDD<never>[], props: RangeProps) {
    super(context, [])
    const { start = 0, end = 0, step = 1 } = props
    this.#start = start
    this.#step = step
    this.#count = Math.max(0, Math.ceil((end - start) / step))
    this.#numSlices = checkedPartitions('range', props.numSlices ?? 1)
  }

  getPartitions(): readonly RangeSlice[] {
    const step = this.#step
    return Array.from({ length: this.#numSlices }, (_, index) => {
      const from = Math.floor((index * this.#count) / this.#numSlices)
      const to = Math.floor(((index + 1) * this.#count) / this.#numSlices)
      return { index, start: this.#start + from * step, step, count: to - from }
    })
  }

  compute(split: Partition): Batches<number> {
    const { start, step, count } = split as RangeSlice
    let made = 0
    const next = (): number[] | undefined => {
      if (made >= count) return undefined
      const batch: number[] = []
      for (const end = Math.min(count, made + BATCH_ROWS); made < end; made += 1) {
        batch.push(start + made * step)
      }
      return batch
    }
    const nextColumns = (): ColumnBatch | undefined => {
      if (made >= count) return undefined
      const values = new Float64Array(Math.min(NUMBERS, count - made))
      for (let i = 0; i < values.length; i += 1, made += 1) values[i] = start + made * step
      return new ColumnBatch(values.length, [{ type: 'number', values }], 0)
    }
    return new Batches(next, undefined, nextColumns)
  }

  override toSpec(): OperatorSpec {
    return { kind: 'range', props: {} }
  }
}

/** No rows, in no partition. */
export class EmptyRDD extends RDD<never> {
  constructor(context: RddContext) {
    super(context, [])
  }

  getPartitions(): readonly Partition[] {
    return []
  }

  compute(): readonly never[] {
    return []
  }

  override toSpec(): OperatorSpec {
    return { kind: 'empty', props: {} }
  }
}
