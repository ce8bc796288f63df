import type { Batches, Rows } from '../batches/index.ts'
import type { BaseRDD } from './base-rdd.ts'
import { createOperator } from './operator-table.ts'
import type { RDD } from './rdd.ts'
import type { TaskContext } from './task-context.ts'

/**
 * The rows for functions whose tasks run all at once, or not at all, and may wait for each other ({@link BarrierTaskContext}).
 * When one of them fails all run again.
 *
 * @see RDDBarrier.scala in Spark
 */
export class RDDBarrier<T> {
  readonly #rdd: BaseRDD<T>

  constructor(rdd: BaseRDD<T>) {
    this.#rdd = rdd
  }

  /** {@link RDD.mapPartitions} in a barrier stage. */
  mapPartitions<U>(
    f: (rows: Batches<T>) => Rows<U> | Promise<Rows<U>>,
    options: { readonly preservesPartitioning?: boolean } = {},
  ): RDD<U> {
    return this.#operator('mapPartitions', f, options)
  }

  /** {@link RDD.mapPartitionsWithIndex} in a barrier stage. */
  mapPartitionsWithIndex<U>(
    f: (index: number, rows: Batches<T>, context: TaskContext) => Rows<U> | Promise<Rows<U>>,
    options: { readonly preservesPartitioning?: boolean } = {},
  ): RDD<U> {
    return this.#operator('mapPartitionsWithIndex', f, options)
  }

  #operator<U>(kind: string, f: unknown, options: object): RDD<U> {
    const parent = this.#rdd as unknown as RDD<never>
    return createOperator(kind, parent.context, [parent], { f, ...options, isFromBarrier: true })
  }
}
