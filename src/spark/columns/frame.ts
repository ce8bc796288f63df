import {
  ColumnBatch,
  type BytesColumn,
  type Column,
  type Form,
  type TextColumn,
} from './column-batch.ts'
import type { Scratch } from './scratch.ts'

/** Every array begins at a multiple of so many bytes. */
const ALIGNMENT = 8

/**
 * A batch as bytes behind `headBytes`, a multiple of eight, that are left free: a four-byte length and so many bytes of JSON that say form, rows and the
 * layout of each column, then the columns end to end, each array at a multiple of eight bytes behind the head. Integers that
 * fit are written as 32 bits; texts as their lengths (16 bits where they fit) and their bytes.
 */
export function encodeColumns(batch: ColumnBatch, headBytes = 0): Buffer {
  const { rows, form } = batch
  const layouts = batch.columns.map((column) => layoutOf(column, rows))
  const header = Buffer.from(JSON.stringify({ rows, form, columns: layouts }), 'utf8')
  const bodyAt = aligned(4 + header.length)
  let size = bodyAt
  for (const layout of layouts) size += sizeOf(layout, rows)
  const frame = Buffer.alloc(headBytes + size)
  const writer = new Writer(frame, headBytes + bodyAt)
  frame.writeUInt32LE(header.length, headBytes)
  frame.set(header, headBytes + 4)
  batch.columns.forEach((column, i) => {
    write(column, layouts[i] as Layout, rows, writer)
  })
  return frame
}

/**
 * The batch that {@link encodeColumns} has written. Its arrays are views of `frame` where they can be, or cut out of
 * `scratch`, if there is one.
 */
export function decodeColumns(frame: Uint8Array, scratch?: Scratch): ColumnBatch {
  const size = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true)
  const text = Buffer.from(frame.buffer, frame.byteOffset + 4, size).toString('utf8')
  const { rows, form, columns } = JSON.parse(text) as Header
  const reader = new Reader(frame, aligned(4 + size))
  return new ColumnBatch(
    rows,
    columns.map((layout) => decoded(layout, rows, reader, scratch)),
    form,
    scratch,
  )
}

function aligned(bytes: number): number {
  return (bytes + ALIGNMENT - 1) & -ALIGNMENT
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
  | { readonly type: 'bytes'; readonly width: 2 | 4; readonly size: number }

function layoutOf(column: Column, rows: number): Layout {
  switch (column.type) {
    case 'constant': {
      const { value } = column
      if (value === undefined) return { type: 'constant-undefined' }
      // JSON has no -0.
      return typeof value !== 'number' || Object.is(value | 0, value)
        ? { type: 'constant', value }
        : { type: 'constant-float' }
    }
    case 'number':
      return { type: areIntegers(column.values, rows) ? 'integer' : 'float' }
    case 'text':
    case 'bytes': {
      const { starts, ends } = column
      let size = 0
      let longest = 0
      for (let i = 0; i < rows; i += 1) {
        const length = (ends[i] as number) - (starts[i] as number)
        size += length
        if (length > longest) longest = length
      }
      const width = longest < 1 << 16 ? 2 : 4
      return column.type === 'text'
        ? { type: 'text', width, size, isAscii: column.isAscii }
        : { type: 'bytes', width, size }
    }
  }
}

function sizeOf(layout: Layout, rows: number): number {
  switch (layout.type) {
    case 'constant':
    case 'constant-undefined':
      return 0
    case 'constant-float':
      return 8
    case 'integer':
      return aligned(rows * 4)
    case 'float':
      return rows * 8
    case 'text':
    case 'bytes':
      return aligned(rows * layout.width) + aligned(layout.size)
  }
}

function write(column: Column, layout: Layout, rows: number, writer: Writer): void {
  switch (column.type) {
    case 'constant':
      if (layout.type === 'constant-float') writer.float64(1)[0] = column.value as number
      break
    case 'number':
      if (layout.type === 'float') writer.float64(rows).set(column.values.subarray(0, rows))
      else {
        const integers = writer.int32(rows)
        for (let i = 0; i < rows; i += 1) integers[i] = column.values[i] as number
      }
      break
    case 'text':
    case 'bytes':
      if ('width' in layout) writeSlices(column, layout.width, rows, writer)
  }
}

function writeSlices(
  { bytes, starts, ends }: TextColumn | BytesColumn,
  width: 2 | 4,
  rows: number,
  writer: Writer,
): void {
  const lengths = width === 2 ? writer.uint16(rows) : writer.int32(rows)
  for (let i = 0; i < rows; i += 1) lengths[i] = (ends[i] as number) - (starts[i] as number)
  const { frame } = writer
  let at = writer.at
  for (let i = 0; i < rows; i += 1) {
    const start = starts[i] as number
    const end = ends[i] as number
    if (end - start > 64) frame.set(bytes.subarray(start, end), at)
    else for (let k = start; k < end; k += 1) frame[at + k - start] = bytes[k] as number
    at += end - start
  }
  writer.skip(at - writer.at)
}

function decoded(
  layout: Layout,
  rows: number,
  reader: Reader,
  scratch: Scratch | undefined,
): Column {
  switch (layout.type) {
    case 'constant':
      return { type: 'constant', value: layout.value }
    case 'constant-undefined':
      return { type: 'constant', value: undefined }
    case 'constant-float':
      return { type: 'constant', value: reader.float64(1)[0] ?? 0 }
    case 'integer': {
      const values = scratch?.float64(rows) ?? new Float64Array(rows)
      const integers = reader.int32(rows)
      for (let i = 0; i < rows; i += 1) values[i] = integers[i] as number
      return { type: 'number', values }
    }
    case 'float':
      return { type: 'number', values: reader.float64(rows) }
    case 'text':
    case 'bytes': {
      const lengths = layout.width === 2 ? reader.uint16(rows) : reader.int32(rows)
      const starts = scratch?.int32(rows) ?? new Int32Array(rows)
      const ends = scratch?.int32(rows) ?? new Int32Array(rows)
      let at = 0
      for (let i = 0; i < rows; i += 1) {
        starts[i] = at
        at += lengths[i] as number
        ends[i] = at
      }
      const bytes = reader.view(layout.size)
      return layout.type === 'text'
        ? { type: 'text', bytes, starts, ends, isAscii: layout.isAscii }
        : { type: 'bytes', bytes, starts, ends }
    }
  }
}

/** Gives arrays that lie in a frame, one behind the other. */
class Writer {
  readonly frame: Buffer
  at: number

  constructor(frame: Buffer, at: number) {
    this.frame = frame
    this.at = at
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.frame.buffer, this.#take(length * 8), length)
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.frame.buffer, this.#take(length * 4), length)
  }

  uint16(length: number): Uint16Array {
    return new Uint16Array(this.frame.buffer, this.#take(length * 2), length)
  }

  /** So many bytes are written. */
  skip(bytes: number): void {
    this.at += aligned(bytes)
  }

  #take(bytes: number): number {
    const offset = this.frame.byteOffset + this.at
    this.skip(bytes)
    return offset
  }
}

/** Takes a frame apart: gives arrays where they lie, or copies of those that are not aligned. */
class Reader {
  readonly #frame: Uint8Array
  #at: number

  constructor(frame: Uint8Array, at: number) {
    this.#frame = frame
    this.#at = at
  }

  /** Bytes where they lie. */
  view(length: number): Uint8Array {
    const bytes = this.#frame.subarray(this.#at, this.#at + length)
    this.#at += aligned(length)
    return bytes
  }

  float64(length: number): Float64Array {
    const bytes = this.view(length * 8)
    return bytes.byteOffset % 8 === 0
      ? new Float64Array(bytes.buffer, bytes.byteOffset, length)
      : new Float64Array(copyOf(bytes))
  }

  int32(length: number): Int32Array {
    const bytes = this.view(length * 4)
    return bytes.byteOffset % 4 === 0
      ? new Int32Array(bytes.buffer, bytes.byteOffset, length)
      : new Int32Array(copyOf(bytes))
  }

  uint16(length: number): Uint16Array {
    const bytes = this.view(length * 2)
    return bytes.byteOffset % 2 === 0
      ? new Uint16Array(bytes.buffer, bytes.byteOffset, length)
      : new Uint16Array(copyOf(bytes))
  }
}

/** Bytes that begin at 0 of a buffer of their own; `slice` of a Buffer would not copy them. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

/** Whether all values are 32-bit integers (-0 is none). */
function areIntegers(values: Float64Array, rows: number): boolean {
  for (let i = 0; i < rows; i += 1) {
    const value = values[i] as number
    const integer = value | 0
    if (integer !== value || (integer === 0 && Object.is(value, -0))) return false
  }
  return true
}
