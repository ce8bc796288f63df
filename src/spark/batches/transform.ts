import { FIRST_ROWS, rowsAfter } from './batch-bound.ts'
import { BATCH_ROWS, Batches, type Batch } from './batches.ts'

/** What a function of the user's may answer: at once, or later. */
export type Later<T> = T | Promise<T>

/** Every batch through `f`; what `f` returns has at most as many rows. */
export function transformBatches<T, U>(
  source: Batches<T>,
  f: (batch: Batch<T>) => Later<Batch<U>>,
): Batches<U> {
  const apply = (batch: Batch<T> | undefined): Later<Batch<U>> | undefined =>
    batch === undefined ? undefined : f(batch)
  return new Batches<U>(() => {
    const pulled = source.next()
    return pulled instanceof Promise ? pulled.then(apply) : apply(pulled)
  }, source.close)
}

/** Every row through `f`; where the answers are large, a batch of rows becomes several. */
export function mapBatches<T, U>(source: Batches<T>, f: (row: T) => Later<U>): Batches<U> {
  let batch: Batch<T> = []
  let at = 0
  const fill = (): Later<Batch<U>> => {
    const mapped: U[] = []
    const from = at
    for (let most = FIRST_ROWS; mapped.length < most; most = rowsAfter(mapped)) {
      const end = Math.min(batch.length, from + most)
      for (; at < end; at += 1) {
        const answer = f(batch[at] as T)
        if (answer instanceof Promise) {
          const first = at + 1
          at = batch.length
          return settleRows(mapped, answer, batch, first, f)
        }
        mapped.push(answer)
      }
      if (at === batch.length) break
    }
    return mapped
  }
  const feed = (pulled: Batch<T> | undefined): Later<Batch<U>> | undefined => {
    if (pulled === undefined) return undefined
    batch = pulled
    at = 0
    return fill()
  }
  return new Batches<U>(() => {
    if (at < batch.length) return fill()
    const pulled = source.next()
    return pulled instanceof Promise ? pulled.then(feed) : feed(pulled)
  }, source.close)
}

/**
 * The end of a batch whose row before `from` was answered by the promise `first`: asks `f` for the rows that are
 * left, all at once, and awaits the answers. `done` are the answers before.
 */
export function settleRows<T, U>(
  done: U[],
  first: Promise<U>,
  batch: Batch<T>,
  from: number,
  f: (row: T) => Later<U>,
): Promise<U[]> {
  const pending: Later<U>[] = done
  pending.push(first)
  for (let i = from; i < batch.length; i += 1) {
    try {
      pending.push(f(batch[i] as T))
    } catch (error) {
      // Thrown by way of a promise, so that those under way are awaited by somebody.
      pending.push(Promise.reject(error))
      break
    }
  }
  return Promise.all(pending)
}

/** Every row through `f`, the rows of its results in a line; batches stay within their bound. */
export function flatMapBatches<T, U>(
  source: Batches<T>,
  f: (row: T) => Later<Iterable<U>> | AsyncIterable<U>,
): Batches<U> {
  const cursor = new FlatMapCursor(f)
  const fill = (batch: Batch<T> | undefined): Later<Batch<U>> | undefined => {
    if (batch === undefined) return undefined
    cursor.feed(batch)
    return cursor.fill()
  }
  return new Batches<U>(() => {
    if (cursor.hasMore) return cursor.fill()
    const pulled = source.next()
    return pulled instanceof Promise ? pulled.then(fill) : fill(pulled)
  }, source.close)
}

type Answer<U> = Later<Iterable<U>> | AsyncIterable<U>

/** Where a flatMap stands in the batch it reads and in the result of the row it reads. */
class FlatMapCursor<T, U> {
  readonly #f: (row: T) => Answer<U>
  #batch: Batch<T> = []
  #row = 0
  /** Results that were awaited, of the rows from `#row` on; they are looked at first. */
  #settled: readonly Iterable<U>[] = []
  #nextSettled = 0
  /** What is left of the last row's result, when the batch going out was full. */
  #rest: Iterator<U> | undefined

  constructor(f: (row: T) => Answer<U>) {
    this.#f = f
  }

  get hasMore(): boolean {
    return this.#rest !== undefined || this.#hasSettled || this.#row < this.#batch.length
  }

  get #hasSettled(): boolean {
    return this.#nextSettled < this.#settled.length
  }

  feed(batch: Batch<T>): void {
    this.#batch = batch
    this.#row = 0
  }

  fill(): Later<Batch<U>> {
    const out: U[] = []
    for (let most = FIRST_ROWS; out.length < most && this.hasMore; most = rowsAfter(out)) {
      const late = this.#fillTo(most, out)
      if (late !== undefined) return late
    }
    return out
  }

  /** Adds rows until there are `most`, or a few more, or no more here; answers what has to be awaited. */
  #fillTo(most: number, out: U[]): Promise<Batch<U>> | undefined {
    if (this.#rest !== undefined) this.#drain(this.#rest, out, most)
    while (this.#hasSettled && out.length < most) {
      this.#take(this.#settled[this.#nextSettled++] as Iterable<U>, out, most)
    }
    const batch = this.#batch
    const f = this.#f
    while (this.#row < batch.length && out.length < most) {
      const result = f(batch[this.#row] as T)
      this.#row += 1
      // An array is there as a whole already.
      if (Array.isArray(result) && out.length + result.length <= BATCH_ROWS) {
        for (let i = 0; i < result.length; i += 1) out.push(result[i] as U)
      } else if (isLate(result)) {
        return this.#settle(result, out)
      } else {
        this.#take(result, out, most)
      }
    }
    return undefined
  }

  /** Awaits the results of all rows that are left in this batch; what is in `out` already goes out now. */
  async #settle(first: Promise<Iterable<U>> | AsyncIterable<U>, out: U[]): Promise<Batch<U>> {
    const from = this.#row
    this.#row = this.#batch.length
    const f = this.#f
    this.#settled = await settleRows<T, Iterable<U>>(
      [],
      settled(first),
      this.#batch,
      from,
      (row) => {
        const answer = f(row)
        return isLate(answer) ? settled(answer) : answer
      },
    )
    this.#nextSettled = 0
    return out
  }

  #take(result: Iterable<U>, out: U[], most: number): void {
    this.#drain(result[Symbol.iterator](), out, most)
  }

  #drain(iterator: Iterator<U>, out: U[], most: number): void {
    this.#rest = iterator
    while (out.length < most) {
      const step = iterator.next()
      if (step.done === true) {
        this.#rest = undefined
        return
      }
      out.push(step.value)
    }
  }
}

function isLate<U>(answer: Answer<U>): answer is Promise<Iterable<U>> | AsyncIterable<U> {
  return (
    answer instanceof Promise ||
    (typeof answer === 'object' &&
      (answer as object | null) !== null &&
      Symbol.asyncIterator in answer)
  )
}

async function settled<U>(answer: Promise<Iterable<U>> | AsyncIterable<U>): Promise<Iterable<U>> {
  if (answer instanceof Promise) return answer
  const rows: U[] = []
  for await (const row of answer) rows.push(row)
  return rows
}
