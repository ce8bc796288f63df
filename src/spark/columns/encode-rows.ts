import { SparkError } from '../errors.ts'
import { ColumnBatch, type Column, type Form } from './column-batch.ts'
import { nameOf, type Schema } from './encoders.ts'
import type { Scratch } from './scratch.ts'

/** Characters of a value that an error shows. */
const SHOWN = 80

/** The columns of rows that are all of a declared type. */
export class RowEncoder {
  readonly #schema: Schema
  readonly #form: Form
  readonly #leaves: readonly Leaf[]
  readonly #partition: number
  #rows = 0

  /** `partition` is for errors. */
  constructor(schema: Schema, partition: number) {
    this.#schema = schema
    const leaves: Leaf[] = []
    this.#form = laidOut(schema, [], leaves)
    this.#leaves = leaves
    this.#partition = partition
  }

  /**
   * The rows as columns, in memory of `scratch`; undefined for texts that have no UTF-8.
   *
   * @throws TROUPE_SPARK_ROW_NOT_OF_TYPE
   */
  encode(rows: readonly unknown[], scratch: Scratch): ColumnBatch | undefined {
    this.check(rows)
    const columns: Column[] = []
    for (const { schema, path } of this.#leaves) {
      const column =
        schema.type === 'string' ? texts(rows, path, scratch) : numbers(rows, path, scratch)
      if (column === undefined) return undefined
      columns.push(column)
    }
    return new ColumnBatch(rows.length, columns, this.#form, scratch)
  }

  /** Whether columns are of the type as they are. */
  isOfType(batch: ColumnBatch): boolean {
    if (!fits(this.#schema, batch.form, batch)) return false
    this.#rows += batch.rows
    return true
  }

  /** @throws TROUPE_SPARK_ROW_NOT_OF_TYPE */
  check(rows: readonly unknown[]): void {
    for (let i = 0; i < rows.length; i += 1) {
      const wrong = wrongIn(this.#schema, rows[i], '')
      if (wrong !== undefined) throw this.#notOfType(wrong, this.#rows + i)
    }
    this.#rows += rows.length
  }

  #notOfType({ at, value, wanted }: Wrong, row: number): SparkError {
    const place = `row ${row} of partition ${this.#partition}`
    const shown = shownValue(value)
    return new SparkError(
      'TROUPE_SPARK_ROW_NOT_OF_TYPE',
      `as(${nameOf(this.#schema)}) got ${shown} ${at === '' ? 'as' : `at ${at} of`} ${place}, where ${wanted} is declared; ` +
        'map the rows to what is declared before it, or declare what they are',
      { data: { row, partition: this.#partition, at, value: shown, wanted } },
    )
  }
}

/** A part of rows that is a column. */
interface Leaf {
  readonly schema: Schema
  readonly path: readonly number[]
}

function laidOut(schema: Schema, path: readonly number[], leaves: Leaf[]): Form {
  if (schema.type === 'tuple') {
    return schema.items.map((item, index) => laidOut(item, [...path, index], leaves))
  }
  leaves.push({ schema, path })
  return leaves.length - 1
}

interface Wrong {
  readonly at: string
  readonly value: unknown
  readonly wanted: string
}

function wrongIn(schema: Schema, value: unknown, at: string): Wrong | undefined {
  if (schema.type === 'tuple') {
    const { items } = schema
    if (!Array.isArray(value) || value.length !== items.length) {
      return { at, value, wanted: nameOf(schema) }
    }
    for (let i = 0; i < items.length; i += 1) {
      const item = items[i] as Schema
      // The place is put together only where something is wrong.
      if (wrongIn(item, value[i], at) !== undefined) return wrongIn(item, value[i], `${at}[${i}]`)
    }
    return undefined
  }
  return isOf(schema.type, value) ? undefined : { at, value, wanted: nameOf(schema) }
}

function isOf(type: 'string' | 'int' | 'double', value: unknown): boolean {
  if (type === 'string') return typeof value === 'string'
  return typeof value === 'number' && (type === 'double' || (value | 0) === value)
}

function fits(schema: Schema, form: Form, batch: ColumnBatch): boolean {
  if (schema.type === 'tuple') {
    if (typeof form === 'number' || form.length !== schema.items.length) return false
    return schema.items.every((item, i) => fits(item, form[i] as Form, batch))
  }
  const column = typeof form === 'number' ? batch.columns[form] : undefined
  if (column === undefined) return false
  if (column.type === 'constant') return isOf(schema.type, column.value)
  if (column.type === 'text') return schema.type === 'string'
  if (column.type === 'bytes') return false
  if (schema.type !== 'int') return schema.type === 'double'
  for (let i = 0; i < batch.rows; i += 1) if (!isOf('int', column.values[i])) return false
  return true
}

function partOf(row: unknown, path: readonly number[]): unknown {
  let part = row
  for (let i = 0; i < path.length; i += 1) part = (part as readonly unknown[])[path[i] as number]
  return part
}

function numbers(rows: readonly unknown[], path: readonly number[], scratch: Scratch): Column {
  const values = scratch.float64(rows.length)
  for (let i = 0; i < rows.length; i += 1) values[i] = partOf(rows[i], path) as number
  return { type: 'number', values }
}

function texts(
  rows: readonly unknown[],
  path: readonly number[],
  scratch: Scratch,
): Column | undefined {
  let units = 0
  for (let i = 0; i < rows.length; i += 1) units += (partOf(rows[i], path) as string).length
  // A unit takes three bytes at most.
  const bytes = Buffer.allocUnsafe(3 * units)
  const starts = scratch.int32(rows.length)
  const ends = scratch.int32(rows.length)
  let isAscii = true
  let at = 0
  for (let i = 0; i < rows.length; i += 1) {
    const text = partOf(rows[i], path) as string
    starts[i] = at
    const { length } = text
    let k = 0
    for (; k < length; k += 1) {
      const unit = text.charCodeAt(k)
      if (unit > 0x7f) break
      bytes[at + k] = unit
    }
    if (k < length) {
      isAscii = false
      if (!isWellFormed(text)) return undefined
      at += bytes.write(text, at)
    } else at += length
    ends[i] = at
  }
  return { type: 'text', bytes: bytes.subarray(0, at), starts, ends, isAscii }
}

/** Half a surrogate pair has no bytes of its own. */
function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text)
}

function shownValue(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  let text: string | undefined
  try {
    text = typeof value === 'number' ? String(value) : JSON.stringify(value)
  } catch {
    // What JSON does not know is told by its kind.
  }
  text ??= typeof value
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`
}
