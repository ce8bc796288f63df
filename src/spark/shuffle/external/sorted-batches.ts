import { BATCH_ROWS, Batches, type AnyBatch, type Batch, type Later } from '../../batches/index.ts'
import type { Pair } from '../aggregator.ts'
import { RecordGather } from './record-gather.ts'
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
    () => stream.fillRows([]),
    close,
    () => stream.fillColumns(),
  )
}

class SortedStream {
  readonly #records: SortedRecords
  readonly #close: () => void | Promise<void>
  #gather: RecordGather | undefined
  /** Whether the records stand at one that was not taken. */
  #isPending = false

  constructor(records: SortedRecords, close: () => void | Promise<void>) {
    this.#records = records
    this.#close = close
  }

  fillRows(pairs: Pair[]): Later<Batch<Pair> | undefined> {
    while (pairs.length < BATCH_ROWS) {
      const moved = this.#next()
      if (moved instanceof Promise) {
        return moved.then((isThere) => {
          if (!isThere) return this.#end(pairs)
          pairs.push(this.#pair())
          return this.fillRows(pairs)
        })
      }
      if (!moved) return this.#end(pairs)
      pairs.push(this.#pair())
    }
    return pairs
  }

  fillColumns(): Later<AnyBatch<Pair> | undefined> {
    const gather = (this.#gather ??= new RecordGather())
    gather.begin()
    return this.#gatherMore(gather)
  }

  #gatherMore(gather: RecordGather): Later<AnyBatch<Pair> | undefined> {
    const records = this.#records
    for (;;) {
      const moved = this.#next()
      if (moved instanceof Promise) {
        return moved.then((isThere) => {
          this.#isPending = isThere
          return isThere ? this.#gatherMore(gather) : this.#gathered(gather)
        })
      }
      if (!moved) return this.#gathered(gather)
      if (gather.add(records.reader.page, records.at)) continue
      this.#isPending = true
      // Of a kind that has no columns.
      return gather.rows > 0 ? gather.batch() : this.fillRows([])
    }
  }

  #gathered(gather: RecordGather): Later<AnyBatch<Pair> | undefined> {
    return gather.rows > 0 ? gather.batch() : this.#end([])
  }

  #next(): Later<boolean> {
    if (!this.#isPending) return this.#records.next()
    this.#isPending = false
    return true
  }

  #pair(): Pair {
    const { reader, at } = this.#records
    reader.seek(at)
    const key = reader.read()
    return [key, reader.read()]
  }

  #end(pairs: Pair[]): Later<Batch<Pair> | undefined> {
    if (pairs.length > 0) return pairs
    const closing = this.#close()
    return closing instanceof Promise ? closing.then(() => undefined) : undefined
  }
}
