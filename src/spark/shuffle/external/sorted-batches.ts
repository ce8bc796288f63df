import { BATCH_ROWS, Batches, type AnyBatch, type Batch, type Later } from '../../batches/index.ts'
import type { Pair } from '../aggregator.ts'
import { COLUMNS_BYTES, ROWS_BYTES, RecordGather } from './record-gather.ts'
import type { SortedRecords } from './sorted-records.ts'

/**
 * Sorted records as pairs, or as columns where they are texts and bytes and columns are pulled. `close` is called at the end,
 * too. Pairs of columns are good until the next pull.
 */
export function sortedBatches(
  records: SortedRecords,
  close: () => void | Promise<void>,
): Batches<Pair> {
  const stream = new SortedStream(records, close)
  return new Batches(
    () => stream.fillRows(),
    close,
    () => stream.fillColumns(),
  )
}

class SortedStream {
  readonly #records: SortedRecords
  readonly #close: () => void | Promise<void>
  #rows: RecordGather | undefined
  #columns: RecordGather | undefined
  /** Whether the records stand at one that was not taken. */
  #isPending = false

  constructor(records: SortedRecords, close: () => void | Promise<void>) {
    this.#records = records
    this.#close = close
  }

  fillRows(): Later<Batch<Pair> | undefined> {
    const gather = (this.#rows ??= new RecordGather(ROWS_BYTES, 'text'))
    gather.begin()
    return this.#gatherMore(gather, () => gather.pairs())
  }

  fillColumns(): Later<AnyBatch<Pair> | undefined> {
    const gather = (this.#columns ??= new RecordGather(COLUMNS_BYTES))
    gather.begin()
    return this.#gatherMore<AnyBatch<Pair>>(gather, () => gather.batch())
  }

  #gatherMore<B extends AnyBatch<Pair>>(
    gather: RecordGather,
    batch: () => B,
  ): Later<B | Batch<Pair> | undefined> {
    const records = this.#records
    for (;;) {
      const moved = this.#next()
      if (moved instanceof Promise) {
        return moved.then((isThere) => {
          this.#isPending = isThere
          if (isThere) return this.#gatherMore(gather, batch)
          return gather.rows > 0 ? batch() : this.#end([])
        })
      }
      if (!moved) return gather.rows > 0 ? batch() : this.#end([])
      if (gather.add(records.memory, records.at)) continue
      this.#isPending = true
      // Of a kind that is not put side by side, if it is the first.
      return gather.rows > 0 ? batch() : this.#makeRows([])
    }
  }

  /** Makes records one by one. */
  #makeRows(pairs: Pair[]): Later<Batch<Pair> | undefined> {
    while (pairs.length < BATCH_ROWS) {
      const moved = this.#next()
      if (moved instanceof Promise) {
        return moved.then((isThere) => {
          if (!isThere) return this.#end(pairs)
          pairs.push(this.#records.pair())
          return this.#makeRows(pairs)
        })
      }
      if (!moved) return this.#end(pairs)
      pairs.push(this.#records.pair())
    }
    return pairs
  }

  #next(): Later<boolean> {
    if (!this.#isPending) return this.#records.next()
    this.#isPending = false
    return true
  }

  #end(pairs: Pair[]): Later<Batch<Pair> | undefined> {
    if (pairs.length > 0) return pairs
    this.#rows?.release()
    this.#columns?.release()
    this.#rows = this.#columns = undefined
    const closing = this.#close()
    return closing instanceof Promise ? closing.then(() => undefined) : undefined
  }
}
