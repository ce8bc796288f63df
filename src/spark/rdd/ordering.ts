import { invalidArgument } from '../errors.ts'
import { compareKeys } from '../keys/index.ts'

/** An order of rows: negative when `a` comes first, 0 when neither does, positive when `b` does. */
export type Ordering<T> = (a: T, b: T) => number

/** What an action needs of an order: a function of the user's travels, the engine's own is left out. */
export interface OrderProps {
  readonly compare?: Ordering<unknown> | undefined
  readonly isDescending: boolean
}

/** The order that the props stand for: that of keys by default. */
export function orderingOf({ compare = compareKeys, isDescending }: OrderProps): Ordering<unknown> {
  return isDescending ? (a, b) => compare(b, a) : compare
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkedCompare<T>(where: string, compare: Ordering<T> | undefined): void {
  if (compare === undefined || typeof compare === 'function') return
  throw invalidArgument(`${where}: compare`, compare, 'a function of two rows that gives a number')
}

/** Rows over what is kept that are gathered before they are sorted. */
const SPARE_ROWS = 4096

/**
 * Keeps the first `limit` rows by an order, of as many as come; rows that are equal in it stay in order of arrival.
 * Memory for `limit` + 4,096 rows, time for each row that of one comparison, mostly.
 */
export class FirstRows<T> {
  readonly #limit: number
  readonly #compare: Ordering<T>
  /** In boxes: sort would put undefined last whatever the order says. */
  #rows: { readonly row: T }[] = []
  #isFull = false

  constructor(limit: number, compare: Ordering<T>) {
    this.#limit = limit
    this.#compare = compare
  }

  add(row: T): void {
    if (this.#limit === 0) return
    // Once full, rows[limit - 1] is the last that counts.
    const last = this.#isFull ? this.#rows[this.#limit - 1] : undefined
    if (last !== undefined && this.#compare(row, last.row) >= 0) return
    this.#rows.push({ row })
    if (this.#rows.length >= this.#limit + SPARE_ROWS) this.#cut()
  }

  /** The rows kept, in order. */
  rows(): T[] {
    this.#cut()
    return this.#rows.map(({ row }) => row)
  }

  #cut(): void {
    const compare = this.#compare
    this.#rows.sort((a, b) => compare(a.row, b.row))
    if (this.#rows.length > this.#limit) this.#rows.length = this.#limit
    this.#isFull = this.#rows.length === this.#limit
  }
}
