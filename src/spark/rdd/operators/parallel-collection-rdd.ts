import { checkedPartitions } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'

/** A slice of a collection; the rows travel with it. */
export interface CollectionPartition extends Partition {
  readonly rows: readonly unknown[]
}

/**
 * A collection of the driver's, in slices of about equal length.
 *
 * partitions: the slices; dependencies: none; compute: the slice; preferred locations: none; partitioner: none.
 */
export class ParallelCollectionRDD<T> extends RDD<T> {
  readonly #rows: readonly T[]
  readonly #numSlices: number

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID */
  constructor(
    context: RddContext,
    _parents: readonly RDD<never>[],
    props: { readonly rows?: readonly T[]; readonly numSlices?: number },
  ) {
    super(context, [])
    this.#rows = props.rows ?? []
    this.#numSlices = checkedPartitions('parallelize', props.numSlices ?? 1)
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

  compute(split: Partition): readonly T[] {
    return (split as CollectionPartition).rows as readonly T[]
  }

  override toSpec(): OperatorSpec {
    return { kind: 'parallelize', props: {} }
  }
}
