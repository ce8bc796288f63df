import { ColumnBatch, type Column, type Form, type TextColumn } from './column-batch.ts'

/**
 * A batch as bytes: a four-byte length and so many bytes of JSON that say form, rows and the layout of each
 * column, then the columns end to end. Integers that fit are written as 32 bits; texts as their
 * lengths (16 bits where they fit) and their bytes.
 */
export function encodeColumns(batch: ColumnBatch): Uint8Array {
  const parts = batch.columns.map((column) => encoded(column, batch.rows))
  const header = Buffer.from(
    JSON.stringify({
      rows: batch.rows,
      form: batch.form,
      columns: parts.map(({ layout }) => layout),
    }),
    'utf8',
  )
  const size = parts.reduce((sum, { bytes }) => sum + bytes.reduce((n, b) => n + b.length, 0), 0)
  const frame = new Uint8Array(4 + header.length + size)
  new DataView(frame.buffer).setUint32(0, header.length, true)
  frame.set(header, 4)
  let at = 4 + header.length
  for (const { bytes } of parts) {
    for (const piece of bytes) {
      frame.set(piece, at)
      at += piece.length
    }
  }
  return frame
}

/** The batch that {@link encodeColumns} has written; shares nothing with `frame`. */
export function decodeColumns(frame: Uint8Array): ColumnBatch {
  const size = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true)
  const text = Buffer.from(frame.buffer, frame.byteOffset + 4, size).toString('utf8')
  const { rows, form, columns } = JSON.parse(text) as Header
  const reader = new Reader(frame, 4 + size)
  return new ColumnBatch(
    rows,
    columns.map((layout) => decoded(layout, rows, reader)),
    form,
  )
}

interface Header {
  readonly rows: number
  readonly form: Form
  readonly columns: readonly Layout[]
}

type Layout =
  | { readonly type: 'constant'; readonly value: string | number | null }
  | { readonly type: 'constant-float' }
  | { readonly type: 'constant-undefined' }
  | { readonly type: 'integer' | 'float' }
  | {
      readonly type: 'text'
      readonly width: 2 | 4
      readonly size: number
      readonly isAscii: boolean
    }

interface Encoded {
  readonly layout: Layout
  readonly bytes: readonly Uint8Array[]
}

function encoded(column: Column, rows: number): Encoded {
  switch (column.type) {
    case 'constant': {
      const { value } = column
      if (value === undefined) return { layout: { type: 'constant-undefined' }, bytes: [] }
      // JSON has no -0.
      if (typeof value !== 'number' || Object.is(value | 0, value))
        return { layout: { type: 'constant', value }, bytes: [] }
      return { layout: { type: 'constant-float' }, bytes: [bytesOf(Float64Array.of(value))] }
    }
    case 'number': {
      const integers = integersOf(column.values, rows)
      if (integers !== undefined) {
        return { layout: { type: 'integer' }, bytes: [bytesOf(integers)] }
      }
      return { layout: { type: 'float' }, bytes: [bytesOf(column.values.subarray(0, rows))] }
    }
    case 'text':
      return encodedText(column, rows)
  }
}

function encodedText({ bytes, starts, ends, isAscii }: TextColumn, rows: number): Encoded {
  let size = 0
  let longest = 0
  for (let i = 0; i < rows; i += 1) {
    const length = (ends[i] as number) - (starts[i] as number)
    size += length
    if (length > longest) longest = length
  }
  const width = longest < 1 << 16 ? 2 : 4
  const lengths = width === 2 ? new Uint16Array(rows) : new Uint32Array(rows)
  const text = new Uint8Array(size)
  let at = 0
  for (let i = 0; i < rows; i += 1) {
    const start = starts[i] as number
    const end = ends[i] as number
    lengths[i] = end - start
    if (end - start > 64) text.set(bytes.subarray(start, end), at)
    else for (let k = start; k < end; k += 1) text[at + k - start] = bytes[k] as number
    at += end - start
  }
  return { layout: { type: 'text', width, size, isAscii }, bytes: [bytesOf(lengths), text] }
}

function decoded(layout: Layout, rows: number, reader: Reader): Column {
  switch (layout.type) {
    case 'constant':
      return { type: 'constant', value: layout.value }
    case 'constant-undefined':
      return { type: 'constant', value: undefined }
    case 'constant-float':
      return { type: 'constant', value: new Float64Array(reader.take(8))[0] ?? 0 }
    case 'integer':
      return { type: 'number', values: Float64Array.from(new Int32Array(reader.take(rows * 4))) }
    case 'float':
      return { type: 'number', values: new Float64Array(reader.take(rows * 8)) }
    case 'text': {
      const buffer = reader.take(rows * layout.width)
      const lengths = layout.width === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer)
      const starts = new Int32Array(rows)
      const ends = new Int32Array(rows)
      let at = 0
      for (let i = 0; i < rows; i += 1) {
        starts[i] = at
        at += lengths[i] as number
        ends[i] = at
      }
      const bytes = new Uint8Array(reader.take(layout.size))
      return { type: 'text', bytes, starts, ends, isAscii: layout.isAscii }
    }
  }
}

/** Takes a frame apart; what it gives is aligned and the caller's own. */
class Reader {
  readonly #frame: Uint8Array
  #at: number

  constructor(frame: Uint8Array, at: number) {
    this.#frame = frame
    this.#at = at
  }

  take(length: number): ArrayBuffer {
    const made = new Uint8Array(length)
    made.set(this.#frame.subarray(this.#at, this.#at + length))
    this.#at += length
    return made.buffer
  }
}

/** The values as 32-bit integers, if they all are (-0 is none). */
function integersOf(values: Float64Array, rows: number): Int32Array | undefined {
  const integers = new Int32Array(rows)
  for (let i = 0; i < rows; i += 1) {
    const value = values[i] as number
    const integer = value | 0
    if (integer !== value || (integer === 0 && Object.is(value, -0))) return undefined
    integers[i] = integer
  }
  return integers
}

function bytesOf(array: Float64Array | Int32Array | Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
