import { ColumnBatch, formAt, type Column, type Form, type Slices } from './column-batch.ts'
import { Evaluation, fieldKey, type WantedFields } from './evaluate.ts'
import type { Expression, Parts, Projection } from './expression.ts'
import { canReadNumbers, type WantedField } from './fields.ts'
import { partsOf } from './parts.ts'

/** A recognised function over a batch; undefined declines: the rows are to go through the function itself. */
export type Kernel = (batch: ColumnBatch) => ColumnBatch | undefined

type Field = Extract<Expression, { op: 'field' }>

/** What a map does. */
export function projectionKernel(projection: Projection): Kernel {
  const wanted = wantedFields(projection)
  return (batch) => {
    const evaluation = new Evaluation(batch, wanted)
    const columns: Column[] = []
    const form = projected(projection, batch, evaluation, columns)
    return form === undefined
      ? undefined
      : new ColumnBatch(batch.rows, columns, form, batch.scratch)
  }
}

/** What a filter does. */
export function filterKernel(predicate: Expression): Kernel {
  const wanted = wantedFields(predicate)
  return (batch) => {
    const flags = new Evaluation(batch, wanted).flags(predicate)
    return flags === undefined ? undefined : kept(batch, flags)
  }
}

/** What a flatMap of the parts of texts does. */
export function partsKernel({ of, method, cut }: Parts): Kernel {
  const wanted = wantedFields(of)
  return (batch) => {
    const text = new Evaluation(batch, wanted).column(of)
    if (text?.type !== 'text') return undefined
    const parts = partsOf(text, batch, method, cut)
    return parts === undefined
      ? undefined
      : new ColumnBatch(parts.starts.length, [parts], 0, batch.scratch)
  }
}

/** What a keyBy does: pairs of what the function gives and the row. */
export function keyByKernel(projection: Projection): Kernel {
  return projectionKernel({ op: 'tuple', items: [projection, { op: 'row', path: [] }] })
}

/** Pairs of the row and null. */
export const rowsAsKeysKernel: Kernel = ({ rows, columns, form, scratch }) => {
  const nothing: Column = { type: 'constant', value: null }
  return new ColumnBatch(rows, [...columns, nothing], [form, columns.length], scratch)
}

/** The keys (0) or the values (1) of pairs; declines rows that are none. */
export function partOfPairs(part: 0 | 1): Kernel {
  const kernel = projectionKernel({ op: 'row', path: [part] })
  return (batch) =>
    typeof batch.form === 'object' && batch.form.length === 2 ? kernel(batch) : undefined
}

/** What a map of the values of pairs does; declines rows that are none; the expressions see the value as their row. */
export function valuesKernel(projection: Projection): Kernel {
  const kernel = projectionKernel({
    op: 'tuple',
    items: [{ op: 'row', path: [0] }, belowPairs(projection)],
  })
  return (batch) =>
    typeof batch.form === 'object' && batch.form.length === 2 ? kernel(batch) : undefined
}

function projected(
  projection: Projection,
  batch: ColumnBatch,
  evaluation: Evaluation,
  columns: Column[],
): Form | undefined {
  if (projection.op === 'tuple') {
    const form: Form[] = []
    for (const item of projection.items) {
      const part = projected(item, batch, evaluation, columns)
      if (part === undefined) return undefined
      form.push(part)
    }
    return form
  }
  if (projection.op === 'row') {
    const form = formAt(batch.form, projection.path)
    return form === undefined ? undefined : taken(form, batch.columns, columns)
  }
  const column = evaluation.column(projection)
  if (column === undefined) return undefined
  columns.push(column)
  return columns.length - 1
}

/** The same form over columns that are added to `into`. */
function taken(form: Form, from: readonly Column[], into: Column[]): Form {
  if (typeof form !== 'number') return form.map((part) => taken(part, from, into))
  into.push(from[form] as Column)
  return into.length - 1
}

function kept(batch: ColumnBatch, flags: Uint8Array): ColumnBatch {
  let rows = 0
  for (let i = 0; i < flags.length; i += 1) rows += flags[i] as number
  if (rows === batch.rows) return batch
  const places = batch.int32(rows)
  let at = 0
  for (let i = 0; i < flags.length; i += 1) {
    if (flags[i] === 1) places[at++] = i
  }
  const columns = batch.columns.map((column) => gathered(column, places, batch))
  return new ColumnBatch(rows, columns, batch.form, batch.scratch)
}

/** The rows of a column at `places`, in memory of the scratch of `batch`. */
export function gathered(column: Column, places: Int32Array, batch?: ColumnBatch): Column {
  switch (column.type) {
    case 'constant':
      return column
    case 'number': {
      const values = batch?.float64(places.length) ?? new Float64Array(places.length)
      for (let i = 0; i < places.length; i += 1) {
        values[i] = column.values[places[i] as number] as number
      }
      return { type: 'number', values }
    }
    case 'text':
      return { ...gatheredSlices(column, places, batch), type: 'text', isAscii: column.isAscii }
    case 'bytes':
      return { ...gatheredSlices(column, places, batch), type: 'bytes' }
  }
}

function gatheredSlices(
  column: Slices,
  places: Int32Array,
  batch: ColumnBatch | undefined,
): Slices {
  const starts = batch?.int32(places.length) ?? new Int32Array(places.length)
  const ends = batch?.int32(places.length) ?? new Int32Array(places.length)
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i] as number
    starts[i] = column.starts[place] as number
    ends[i] = column.ends[place] as number
  }
  return { bytes: column.bytes, starts, ends }
}

/** The same projection, of what stands at index 1 of the row. */
export function belowPairs(projection: Projection): Projection {
  return mapRows(projection, (path) => [1, ...path]) as Projection
}

function mapRows(node: unknown, change: (path: readonly number[]) => readonly number[]): unknown {
  if (Array.isArray(node)) return node.map((item) => mapRows(item, change))
  if (typeof node !== 'object' || node === null) return node
  const { op, path } = node as { readonly op?: unknown; readonly path?: readonly number[] }
  if (op === 'row') return { op, path: change(path ?? []) }
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, mapRows(value, change)]),
  )
}

/** The parts that expressions ask for, by ascending index, by what is split. */
function wantedFields(root: Projection): WantedFields {
  const wanted = new Map<string, Map<number, WantedField['as']>>()
  const want = (field: Field, as: WantedField['as']): void => {
    const key = fieldKey(field.of, field.separator)
    const parts = wanted.get(key) ?? new Map<number, WantedField['as']>()
    const isOther = parts.has(field.index) && parts.get(field.index) !== as
    parts.set(field.index, isOther || !canReadNumbers(field.separator) ? 'text' : as)
    wanted.set(key, parts)
    visit(field.of)
  }
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const expression = node as Expression
    if (expression.op === 'field') want(expression, 'text')
    else if (expression.op === 'to-number' && expression.of.op === 'field') {
      want(expression.of, expression.how)
    } else for (const inner of Object.values(node)) visit(inner)
  }
  visit(root)
  return new Map(
    [...wanted].map(([key, parts]) => {
      const fields = [...parts].map(([index, as]): WantedField => ({ index, as }))
      return [key, fields.sort((a, b) => a.index - b.index)]
    }),
  )
}
