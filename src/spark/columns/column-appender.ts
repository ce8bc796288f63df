import {
  ColumnBatch,
  type BytesColumn,
  type Column,
  type ConstantColumn,
  type Form,
  type TextColumn,
} from './column-batch.ts'

/** Bytes of texts that one batch may have: places in them are 32-bit integers. */
const MOST_TEXT_BYTES = 0x7000_0000
const FIRST_ROWS = 1024

/** Batches of one form laid end to end, in memory of their own. */
export class ColumnAppender {
  readonly #form: Form
  readonly #columns: Growing[]
  rows = 0

  /** For batches like `first`, which is not yet added. */
  constructor(first: ColumnBatch) {
    this.#form = first.form
    this.#columns = first.columns.map(growingOf)
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    let bytes = 0
    for (const column of this.#columns) bytes += column.bytes
    return bytes
  }

  /** Adds the rows of a batch; or answers false, and adds nothing, when its form or the kinds of its columns are others. */
  add(batch: ColumnBatch): boolean {
    if (!sameForm(batch.form, this.#form)) return false
    const grown = batch.columns.map((column, i) =>
      (this.#columns[i] as Growing).ready(column, batch.rows),
    )
    if (grown.includes(undefined)) return false
    batch.columns.forEach((column, i) => {
      const growing = (this.#columns[i] = grown[i] as Growing)
      growing.add(column, this.rows, batch.rows)
    })
    this.rows += batch.rows
    return true
  }

  /** All rows; with `isExact` in no more memory than they need. They are good as long as nothing is added. */
  batch(isExact = false): ColumnBatch {
    const columns = this.#columns.map((column) => column.column(this.rows, isExact))
    return new ColumnBatch(this.rows, columns, this.#form)
  }
}

/** A column that grows. */
interface Growing {
  readonly bytes: number
  /** What takes `rows` more of `column`: itself, or another in its place; undefined when nothing does. */
  ready(column: Column, rows: number): Growing | undefined
  add(column: Column, at: number, rows: number): void
  column(rows: number, isExact: boolean): Column
}

function growingOf(column: Column): Growing {
  switch (column.type) {
    case 'number':
      return new GrowingNumbers()
    case 'text':
    case 'bytes':
      return new GrowingSlices(column.type)
    case 'constant':
      return new GrowingConstant(column)
  }
}

class GrowingNumbers implements Growing {
  #values = new Float64Array(FIRST_ROWS)

  get bytes(): number {
    return this.#values.byteLength
  }

  ready(column: Column): Growing | undefined {
    if (column.type === 'number') return this
    return column.type === 'constant' && typeof column.value === 'number' ? this : undefined
  }

  add(column: Column, at: number, rows: number): void {
    if (at + rows > this.#values.length) {
      const values = new Float64Array(Math.max(2 * this.#values.length, at + rows))
      values.set(this.#values.subarray(0, at))
      this.#values = values
    }
    if (column.type === 'number') this.#values.set(column.values.subarray(0, rows), at)
    if (column.type === 'constant') this.#values.fill(column.value as number, at, at + rows)
  }

  column(rows: number, isExact: boolean): Column {
    const values = isExact ? this.#values.slice(0, rows) : this.#values.subarray(0, rows)
    return { type: 'number', values }
  }
}

class GrowingSlices implements Growing {
  readonly #type: 'text' | 'bytes'
  #starts = new Int32Array(FIRST_ROWS)
  #ends = new Int32Array(FIRST_ROWS)
  #text: Uint8Array = new Uint8Array(8 * FIRST_ROWS)
  #length = 0
  #isAscii = true

  constructor(type: 'text' | 'bytes') {
    this.#type = type
  }

  get bytes(): number {
    return this.#starts.byteLength + this.#ends.byteLength + this.#text.byteLength
  }

  ready(column: Column, rows: number): Growing | undefined {
    if (column.type === 'constant') {
      const text = constantText(column)
      if (text === undefined || this.#type === 'bytes') return undefined
      return this.#length + rows * text.length <= MOST_TEXT_BYTES ? this : undefined
    }
    if (column.type === 'number' || column.type !== this.#type) return undefined
    return this.#length + sizeOf(column, rows) <= MOST_TEXT_BYTES ? this : undefined
  }

  add(column: Column, at: number, rows: number): void {
    if (column.type === 'number') return
    const text = column.type === 'constant' ? repeated(column, rows) : column
    if (text.type === 'text') this.#isAscii &&= text.isAscii
    this.#reserve(at + rows, this.#length + sizeOf(text, rows))
    const { bytes, starts, ends } = text
    const into = this.#text
    let to = this.#length
    for (let i = 0; i < rows; i += 1) {
      const start = starts[i] as number
      const end = ends[i] as number
      this.#starts[at + i] = to
      if (end - start > 64) into.set(bytes.subarray(start, end), to)
      else for (let k = start; k < end; k += 1) into[to + k - start] = bytes[k] as number
      to += end - start
      this.#ends[at + i] = to
    }
    this.#length = to
  }

  column(rows: number, isExact: boolean): Column {
    const isAscii = this.#isAscii
    const [starts, ends, bytes] = [this.#starts, this.#ends, this.#text].map((array, i) => {
      const length = i === 2 ? this.#length : rows
      return isExact ? array.slice(0, length) : array.subarray(0, length)
    }) as [Int32Array, Int32Array, Uint8Array]
    if (this.#type === 'bytes') return { type: 'bytes', bytes, starts, ends }
    return { type: 'text', bytes, starts, ends, isAscii }
  }

  #reserve(rows: number, length: number): void {
    if (rows > this.#starts.length) {
      const capacity = Math.max(2 * this.#starts.length, rows)
      const starts = new Int32Array(capacity)
      const ends = new Int32Array(capacity)
      starts.set(this.#starts)
      ends.set(this.#ends)
      this.#starts = starts
      this.#ends = ends
    }
    if (length > this.#text.length) {
      const text = new Uint8Array(Math.max(2 * this.#text.length, length))
      text.set(this.#text.subarray(0, this.#length))
      this.#text = text
    }
  }
}

/** One value for all rows, until another comes. */
class GrowingConstant implements Growing {
  readonly bytes = 0
  readonly #column: ConstantColumn
  #rows = 0

  constructor(column: ConstantColumn) {
    this.#column = column
  }

  ready(column: Column, rows: number): Growing | undefined {
    if (column.type === 'constant' && Object.is(column.value, this.#column.value)) return this
    const wider =
      typeof this.#column.value === 'number' ? new GrowingNumbers() : new GrowingSlices('text')
    if (wider.ready(this.#column, this.#rows) === undefined) return undefined
    if (this.#rows > 0) wider.add(this.#column, 0, this.#rows)
    return wider.ready(column, rows)
  }

  add(_column: Column, at: number, rows: number): void {
    this.#rows = at + rows
  }

  column(): Column {
    return this.#column
  }
}

/** The bytes of a text for all rows; undefined when it is none, or is not the same as UTF-8. */
export function constantText({ value }: ConstantColumn): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined
  const bytes = Buffer.from(value, 'utf8')
  return bytes.toString('utf8') === value ? bytes : undefined
}

/** A text that is the same in so many rows, as a column of texts. */
export function repeated(column: ConstantColumn, rows: number): TextColumn {
  const bytes = constantText(column) ?? new Uint8Array(0)
  const starts = new Int32Array(rows)
  const ends = new Int32Array(rows).fill(bytes.length)
  return { type: 'text', bytes, starts, ends, isAscii: bytes.every((byte) => byte < 0x80) }
}

function sizeOf({ starts, ends }: TextColumn | BytesColumn, rows: number): number {
  let size = 0
  for (let i = 0; i < rows; i += 1) size += (ends[i] as number) - (starts[i] as number)
  return size
}

function sameForm(left: Form, right: Form): boolean {
  if (typeof left === 'number' || typeof right === 'number') return left === right
  return left.length === right.length && left.every((part, i) => sameForm(part, right[i] as Form))
}
