import type { Column, ColumnBatch, Form } from './column-batch.ts'
import type { Merge, Reduction } from './expression.ts'
import { merged } from './merge.ts'

/**
 * The rows of a batch as one, merged in their order with the row `before` them, if there is one. Undefined declines: the rows have
 * another form, or something in them is no number.
 */
export function reduceBatch(
  reduction: Reduction,
  batch: ColumnBatch,
  before: unknown,
  hasBefore: boolean,
): unknown {
  return batch.rows === 0 ? undefined : reduced(reduction, batch.form, batch, before, hasBefore)
}

function reduced(
  reduction: Reduction,
  form: Form,
  batch: ColumnBatch,
  before: unknown,
  hasBefore: boolean,
): unknown {
  if (reduction.op === 'merge') {
    const column = typeof form === 'number' ? batch.columns[form] : undefined
    if (column === undefined || (hasBefore && typeof before !== 'number')) return undefined
    return reducedColumn(reduction.merge, column, batch.rows, before as number, hasBefore)
  }
  if (typeof form === 'number' || form.length !== reduction.items.length) return undefined
  if (hasBefore && !(Array.isArray(before) && before.length === form.length)) return undefined
  const row: unknown[] = []
  for (const [index, item] of reduction.items.entries()) {
    const own = hasBefore ? (before as readonly unknown[])[index] : undefined
    const value = reduced(item, form[index] as Form, batch, own, hasBefore)
    if (value === undefined) return undefined
    row.push(value)
  }
  return row
}

function reducedColumn(
  merge: Merge,
  column: Column,
  rows: number,
  before: number,
  hasBefore: boolean,
): number | undefined {
  if (column.type === 'constant' && typeof column.value === 'number') {
    let value = hasBefore ? before : column.value
    for (let i = hasBefore ? 0 : 1; i < rows; i += 1) value = merged(merge, value, column.value)
    return value
  }
  if (column.type !== 'number') return undefined
  const { values } = column
  let value = hasBefore ? before : (values[0] as number)
  const from = hasBefore ? 0 : 1
  if (merge === 'sum') for (let i = from; i < rows; i += 1) value += values[i] as number
  else for (let i = from; i < rows; i += 1) value = merged(merge, value, values[i] as number)
  return value
}
