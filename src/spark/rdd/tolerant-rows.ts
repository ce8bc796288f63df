import type { Later } from '../batches/index.ts'
import { checkFunction, invalidArgument } from '../errors.ts'
import type { Pair } from '../shuffle/index.ts'
import type { BaseRDD } from './base-rdd.ts'
import { createOperator } from './operator-table.ts'
import type { RDD } from './rdd.ts'

/** What becomes of bad rows. */
export interface TolerantOptions<T> {
  /** Called in the task with each bad row and what its function threw: for counting by an accumulator, say. */
  onBad?(row: T, error: unknown): void
}

/**
 * The rows of an RDD for functions that may fail for some of them; see `RDD.tolerate`.
 *
 * A row for which the function throws or rejects is left out. A partition that has more of them than the rate allows fails
 * its task at its end (TROUPE_SPARK_TOO_MANY_BAD_RECORDS), and before it as soon as they are more than 100 and ten times too many.
 *
 * @see err in dpark's RDDs
 */
export class TolerantRows<T> {
  readonly #rdd: BaseRDD<unknown>
  readonly #maxBadRate: number
  readonly #onBad: unknown

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID unless `maxBadRate` is in 0 … 1 */
  constructor(rdd: BaseRDD<unknown>, maxBadRate: number, options: { readonly onBad?: unknown }) {
    if (!Number.isFinite(maxBadRate) || maxBadRate < 0 || maxBadRate > 1) {
      throw invalidArgument('tolerate', maxBadRate, 'a rate in 0 … 1')
    }
    if (options.onBad !== undefined) checkFunction('tolerate: onBad', options.onBad)
    this.#rdd = rdd
    this.#maxBadRate = maxBadRate
    this.#onBad = options.onBad
  }

  /** Every row through `f`. */
  map<K, V>(f: (row: T) => Later<Pair<K, V>>): RDD<Pair<K, V>>
  map<U>(f: (row: T) => Later<U>): RDD<U>
  map<U>(f: (row: T) => Later<U>): RDD<U> {
    return this.#made('map', f)
  }

  /** The rows for which `f` holds. */
  filter(f: (row: T) => Later<boolean>): RDD<T> {
    return this.#made('filter', f)
  }

  /** Every row through `f`, the rows of its results in a line; of a bad row, none. */
  flatMap<K, V>(f: (row: T) => Later<Iterable<Pair<K, V>>>): RDD<Pair<K, V>>
  flatMap<U>(f: (row: T) => Later<Iterable<U>>): RDD<U>
  flatMap<U>(f: (row: T) => Later<Iterable<U>>): RDD<U> {
    return this.#made('flatMap', f)
  }

  #made<Result>(form: string, f: unknown): Result {
    const onBad = this.#onBad
    const handler = onBad === undefined ? {} : { onBad }
    const props = { form, f, maxBadRate: this.#maxBadRate, ...handler }
    const parents = [this.#rdd as unknown as RDD<never>]
    return createOperator('tolerant', this.#rdd.context, parents, props)
  }
}
