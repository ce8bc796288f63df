import { rowsOf, type Batch, type Batches, type Later } from '../../batches/index.ts'
import { ColumnBatch, ValueCounter } from '../../columns/index.ts'
import { KeyMap, KeyTable } from '../../keys/index.ts'
import { combineValues, requirePairs, type Aggregator, type Pair } from '../../shuffle/index.ts'
import type { TaskContext } from '../task-context.ts'

/** Keys and what they come to, side by side. */
export interface KeyColumns {
  readonly keys: readonly unknown[]
  readonly values: readonly unknown[]
}

/** The values of one key. */
export async function lookup(
  rows: Batches<Pair>,
  context: TaskContext,
  props: { readonly key: unknown },
): Promise<unknown[]> {
  const wanted = new KeyMap<unknown, true>()
  wanted.add(props.key, true)
  const values: unknown[] = []
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    requirePairs(batch, 'lookup')
    for (const [key, value] of batch) if (wanted.get(key) !== undefined) values.push(value)
  })
  return values
}

/** By key: its values merged. */
export async function reduceByKeyLocally(
  rows: Batches<Pair>,
  context: TaskContext,
  props: { readonly merge: (left: unknown, right: unknown) => Later<unknown> },
): Promise<KeyColumns> {
  const table = new KeyTable()
  const aggregator = { type: 'reduce', merge: props.merge } as Aggregator
  const { combine } = combineValues(aggregator)
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    requirePairs(batch, 'reduceByKeyLocally')
    return combine(batch, table)
  })
  return { keys: table.keys, values: table.values }
}

/** By key, or by row: how often it comes. */
export async function countBy(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly of: 'key' | 'row' },
): Promise<KeyColumns> {
  const { of } = props
  const table = new KeyTable<unknown, number>()
  const columns = context.recognises ? new ValueCounter(table) : undefined
  const count = (batch: Batch<unknown>): void => {
    if (of === 'key') requirePairs(batch, 'countByKey')
    for (let i = 0; i < batch.length; i += 1) {
      const row = batch[i]
      const number = table.numberOf(of === 'key' ? (row as Pair)[0] : row)
      if (number < 0) table.values.push(1)
      else table.values[number] = (table.values[number] as number) + 1
    }
  }
  await rows.forEachAnyBatch((batch) => {
    context.throwIfCancelled()
    if (!(batch instanceof ColumnBatch)) count(batch)
    else if (columns?.add(batch, of) !== true) for (const each of rowsOf(batch)) count(each)
  })
  return { keys: table.keys, values: table.values }
}
