import type { Scratch } from './scratch.ts'

/** Strings as slices of UTF-8 bytes that many rows share; string i is `bytes[starts[i] … ends[i])`. */
export interface TextColumn {
  readonly type: 'text'
  /** Valid UTF-8 in every slice. */
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Whether all bytes are below 0x80, so that a byte is a UTF-16 code unit. */
  readonly isAscii: boolean
  /** Where string i is one of few: string `codes[i]` of `texts`. */
  readonly dictionary?: Dictionary
}

/** Strings of a column by their places in another one, which is the same object for all batches that come of it. */
export interface Dictionary {
  readonly texts: TextColumn
  readonly codes: Int32Array
}

/** Uint8Arrays as slices of bytes that many rows share; entry i is `bytes[starts[i] … ends[i])`. */
export interface BytesColumn {
  readonly type: 'bytes'
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** What texts and bytes have in common. */
export type Slices = Pick<BytesColumn, 'bytes' | 'starts' | 'ends'>

/** Numbers as doubles, which is what they are. */
export interface NumberColumn {
  readonly type: 'number'
  readonly values: Float64Array
}

/** One value for all rows. */
export interface ConstantColumn {
  readonly type: 'constant'
  readonly value: string | number | null | undefined
}

export type Column = TextColumn | BytesColumn | NumberColumn | ConstantColumn

/** How a row is made of columns: a column by its index, or an array of such. */
export type Form = number | readonly Form[]

/**
 * Rows as columns: `form` says what a row is. `0` are rows of plain values; `[0, 1]` pairs; `[0, [1, 2]]` pairs
 * whose values are pairs. At most some 100,000 rows: what a reader has at a time.
 */
export class ColumnBatch {
  readonly rows: number
  readonly columns: readonly Column[]
  readonly form: Form
  /** Where its arrays, and those of what is made of it, come from: then it is good until its source is pulled again. */
  readonly scratch: Scratch | undefined

  constructor(
    rows: number,
    columns: readonly Column[],
    form: Form,
    scratch: Scratch | undefined = undefined,
  ) {
    this.rows = rows
    this.columns = columns
    this.form = form
    this.scratch = scratch
  }

  /** An array for one more column; what it holds is not said. */
  int32(length: number): Int32Array {
    return this.scratch === undefined ? new Int32Array(length) : this.scratch.int32(length)
  }

  float64(length: number): Float64Array {
    return this.scratch === undefined ? new Float64Array(length) : this.scratch.float64(length)
  }

  /** Rows `from` … `to` as ordinary ones. */
  slice(from: number, to: number): unknown[] {
    const columns = this.columns.map((column) => valuesOf(column, from, to))
    return assembled(this.form, columns, to - from)
  }
}

/** The values `from` … `to` of a column. */
function valuesOf(column: Column, from: number, to: number): unknown[] {
  const values: unknown[] = []
  switch (column.type) {
    case 'text': {
      const { bytes, starts, ends, isAscii } = column
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let i = from; i < to; i += 1) {
        const start = starts[i] as number
        const end = ends[i] as number
        values.push(
          isAscii ? buffer.toString('latin1', start, end) : buffer.toString('utf8', start, end),
        )
      }
      return values
    }
    case 'bytes':
      return bytesOf(column, from, to)
    case 'number':
      for (let i = from; i < to; i += 1) values.push(column.values[i])
      return values
    case 'constant':
      for (let i = from; i < to; i += 1) values.push(column.value)
      return values
  }
}

/** Views of memory that they share with each other, and with nobody else. */
function bytesOf({ bytes, starts, ends }: BytesColumn, from: number, to: number): Uint8Array[] {
  let sizeBytes = 0
  for (let i = from; i < to; i += 1) sizeBytes += (ends[i] as number) - (starts[i] as number)
  const copy = new Uint8Array(sizeBytes)
  const values: Uint8Array[] = []
  let at = 0
  for (let i = from; i < to; i += 1) {
    const start = starts[i] as number
    const end = ends[i] as number
    const value = new Uint8Array(copy.buffer, at, end - start)
    value.set(bytes.subarray(start, end))
    values.push(value)
    at += end - start
  }
  return values
}

function assembled(form: Form, columns: readonly unknown[][], rows: number): unknown[] {
  if (typeof form === 'number') return columns[form] as unknown[]
  const parts = form.map((part) => assembled(part, columns, rows))
  const made: unknown[] = []
  if (parts.length === 2) {
    const [left, right] = parts as [unknown[], unknown[]]
    for (let i = 0; i < rows; i += 1) made.push([left[i], right[i]])
    return made
  }
  for (let i = 0; i < rows; i += 1) made.push(parts.map((part) => part[i]))
  return made
}

/** The columns of keys and of values, where rows are pairs of plain values. */
export function pairColumns({ form, columns }: ColumnBatch): readonly [Column, Column] | undefined {
  if (typeof form === 'number' || form.length !== 2) return undefined
  const [key, value] = form
  if (typeof key !== 'number' || typeof value !== 'number') return undefined
  return [columns[key] as Column, columns[value] as Column]
}

/** What stands at `path` in rows of this form; undefined when there is nothing such. */
export function formAt(form: Form, path: readonly number[]): Form | undefined {
  let at: Form | undefined = form
  for (const index of path) {
    if (at === undefined || typeof at === 'number') return undefined
    at = at[index]
  }
  return at
}
