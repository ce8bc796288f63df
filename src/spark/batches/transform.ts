import { BATCH_ROWS, Batches, type Batch } from './batches.ts'

/** Every batch through `f`; what `f` returns has at most as many rows. */
export function transformBatches<T, U>(
  source: Batches<T>,
  f: (batch: Batch<T>) => Batch<U>,
): Batches<U> {
  const apply = (batch: Batch<T> | undefined): Batch<U> | undefined =>
    batch === undefined ? undefined : f(batch)
  return new Batches(() => {
    const pulled = source.next()
    return pulled instanceof Promise ? pulled.then(apply) : apply(pulled)
  }, source.close)
}

/** Every row through `f`, the rows of its results in a line; batches stay within their bound. */
export function flatMapBatches<T, U>(source: Batches<T>, f: (row: T) => Iterable<U>): Batches<U> {
  const cursor = new FlatMapCursor(f)
  const fill = (batch: Batch<T> | undefined): Batch<U> | undefined => {
    if (batch === undefined) return undefined
    cursor.feed(batch)
    return cursor.fill()
  }
  return new Batches(() => {
    if (cursor.hasMore) return cursor.fill()
    const pulled = source.next()
    return pulled instanceof Promise ? pulled.then(fill) : fill(pulled)
  }, source.close)
}

/** Where a flatMap stands in the batch it reads and in the result of the row it reads. */
class FlatMapCursor<T, U> {
  readonly #f: (row: T) => Iterable<U>
  #batch: Batch<T> = []
  #row = 0
  /** What is left of the last row's result, when the batch going out was full. */
  #rest: Iterator<U> | undefined

  constructor(f: (row: T) => Iterable<U>) {
    this.#f = f
  }

  get hasMore(): boolean {
    return this.#rest !== undefined || this.#row < this.#batch.length
  }

  feed(batch: Batch<T>): void {
    this.#batch = batch
    this.#row = 0
  }

  fill(): Batch<U> {
    const out: U[] = []
    if (this.#rest !== undefined) this.#drain(this.#rest, out)
    const batch = this.#batch
    const f = this.#f
    while (this.#row < batch.length && out.length < BATCH_ROWS) {
      const result = f(batch[this.#row] as T)
      this.#row += 1
      if (Array.isArray(result) && out.length + result.length <= BATCH_ROWS) {
        for (let i = 0; i < result.length; i += 1) out.push(result[i] as U)
      } else {
        this.#drain(result[Symbol.iterator](), out)
      }
    }
    return out
  }

  #drain(iterator: Iterator<U>, out: U[]): void {
    this.#rest = iterator
    while (out.length < BATCH_ROWS) {
      const step = iterator.next()
      if (step.done === true) {
        this.#rest = undefined
        return
      }
      out.push(step.value)
    }
  }
}
