import { Batches, transformBatches, type Batch } from '../../batches/index.ts'
import { canonicalKey } from '../../keys/index.ts'
import type { Partition, TaskContext } from '../../rdd/index.ts'
import { registerOperator } from '../../rdd/operator-table.ts'
import { NarrowRDD } from '../../rdd/operators/narrow-rdd.ts'
import type { Pair } from '../../shuffle/index.ts'

type Fields = Readonly<Record<string, unknown>>

/** Rows with one of their columns for a key, or an array of several. */
export class CassandraKeyByRDD extends NarrowRDD<
  Fields,
  Pair<unknown, Fields>,
  { readonly columns: readonly string[] }
> {
  readonly kind = 'cassandraKeyBy'

  compute(split: Partition, context: TaskContext): Batches<Pair<unknown, Fields>> {
    const { columns } = this.props
    const [only = ''] = columns
    return transformBatches(this.parent.iterator(split, context), (batch) =>
      batch.map((row) => [
        columns.length === 1 ? row[only] : columns.map((column) => row[column]),
        row,
      ]),
    )
  }
}

/** Rows behind each other that have the same key, together; without a shuffle. */
export class SpanByRDD<T, K> extends NarrowRDD<
  T,
  Pair<K, T[]>,
  { readonly f: (row: T) => K | Promise<K> }
> {
  readonly kind = 'cassandraSpanBy'

  compute(split: Partition, context: TaskContext): Batches<Pair<K, T[]>> {
    const { f } = this.props
    const source = this.parent.iterator(split, context)
    let open: { readonly canonical: unknown; readonly pair: [K, T[]] } | undefined
    let isAtEnd = false
    const take = async (batch: Batch<T>): Promise<Pair<K, T[]>[]> => {
      const spans: Pair<K, T[]>[] = []
      for (const row of batch) {
        const key = await f(row)
        const canonical = canonicalKey(key)
        if (open !== undefined && open.canonical === canonical) {
          open.pair[1].push(row)
          continue
        }
        if (open !== undefined) spans.push(open.pair)
        open = { canonical, pair: [key, [row]] }
      }
      return spans
    }
    return new Batches<Pair<K, T[]>>(
      async () => {
        if (isAtEnd) return undefined
        const batch = await source.next()
        if (batch !== undefined) return take(batch)
        isAtEnd = true
        return open === undefined ? [] : [open.pair]
      },
      () => source.close(),
    )
  }
}

registerOperator('cassandraKeyBy', CassandraKeyByRDD)
registerOperator('cassandraSpanBy', SpanByRDD)
