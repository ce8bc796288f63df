import type { ColumnBatch } from '../columns/index.ts'
import { SparkError } from '../errors.ts'

/** Rows that move together. */
export type Batch<T> = readonly T[]

/** The most rows a batch has. Cancellation and memory checks happen between batches. */
export const BATCH_ROWS = 4096

/** What gives the next batch: at once or later, undefined at the end. */
export type Pull<T> = () => Batch<T> | undefined | Promise<Batch<T> | undefined>

/** Rows that move together, as they are or as columns. */
export type AnyBatch<T> = Batch<T> | ColumnBatch

/** As {@link Pull}, for those that can work on columns. */
export type PullAny<T> = () => AnyBatch<T> | undefined | Promise<AnyBatch<T> | undefined>

/** What `compute` may return: batches, or any iterable or async iterable of rows. */
export type Rows<T> = Batches<T> | Iterable<T> | AsyncIterable<T>

/**
 * The rows of one partition on their way, pulled batch by batch by one consumer.
 *
 * `next` answers at once where it can, so that a pipeline over memory costs no promise. A batch may be
 * empty; undefined ends it for good. `close` gives up early and frees what the source holds; it may be called
 * at any time, and more than once. Iterating gives single rows, for functions that want these.
 */
export class Batches<T> implements AsyncIterable<T> {
  readonly next: Pull<T>
  readonly close: () => void | Promise<void>
  /** The same rows, as columns where the source has them so; undefined when it never has. */
  readonly nextAny: PullAny<T> | undefined

  constructor(
    next: Pull<T>,
    close: () => void | Promise<void> = nothing,
    nextAny: PullAny<T> | undefined = undefined,
  ) {
    this.next = next
    this.close = close
    this.nextAny = nextAny
  }

  /** All rows, in memory. */
  async toArray(): Promise<T[]> {
    const rows: T[] = []
    await this.forEachBatch((batch) => {
      for (const row of batch) rows.push(row)
    })
    return rows
  }

  /** Hands every batch to `take` in order; resolves at the end. `take` returns false to stop early. */
  async forEachBatch(
    take: (batch: Batch<T>) => void | boolean | Promise<void | boolean>,
  ): Promise<void> {
    try {
      for (;;) {
        const pulled = this.next()
        const batch = pulled instanceof Promise ? await pulled : pulled
        if (batch === undefined) return
        const answer = take(batch)
        if (answer === false) return
        if (answer instanceof Promise && (await answer) === false) return
      }
    } finally {
      await this.close()
    }
  }

  /** As {@link forEachBatch}, with columns where the source has them. */
  async forEachAnyBatch(take: (batch: AnyBatch<T>) => void | Promise<void>): Promise<void> {
    const pull = this.nextAny ?? this.next
    try {
      for (;;) {
        const pulled = pull()
        const batch = pulled instanceof Promise ? await pulled : pulled
        if (batch === undefined) return
        const answer = take(batch)
        if (answer instanceof Promise) await answer
      }
    } finally {
      await this.close()
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) {
        const pulled = this.next()
        const batch = pulled instanceof Promise ? await pulled : pulled
        if (batch === undefined) return
        yield* batch
      }
    } finally {
      await this.close()
    }
  }
}

function nothing(): void {}

/** Not for types, which refuse it anyway: without it `Array.from(rows)` would give nothing, and say nothing. */
Object.defineProperty(Batches.prototype, Symbol.iterator, {
  value: (): never => {
    throw new SparkError(
      'TROUPE_SPARK_ROWS_LATER',
      'The rows of a partition come piece by piece, some of them later: take them with `for await (const row of rows)` in an ' +
        'async function or an async generator, or all at once with `await rows.toArray()`',
    )
  },
})
