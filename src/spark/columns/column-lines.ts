import type { Column, ColumnBatch, Form, TextColumn } from './column-batch.ts'

const LF = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d
/** Bytes below stand for control characters, which JSON escapes. */
const FIRST_PLAIN = 0x20
/** Room for a number, whatever it is, and what stands beside it. */
const SCALAR_BYTES = 40
const FIRST_BYTES = 1 << 16

const encoder = new TextEncoder()

/**
 * A line for each row: texts, numbers and constants as they are, arrays of these as JSON. Undefined for rows with bytes in them.
 * Texts that lie as lines already are views of the batch.
 */
export function linesOf(batch: ColumnBatch): Uint8Array | undefined {
  const { form, columns, rows } = batch
  if (rows === 0) return new Uint8Array(0)
  if (typeof form === 'number') {
    const column = columns[form] as Column
    if (column.type === 'text') return linesOfTexts(column, rows)
  }
  if (columns.some(({ type }) => type === 'bytes')) return undefined
  const lines = new Lines()
  const isPlain = typeof form === 'number'
  const constants = columns.map((column) => constantBytes(column, isPlain))
  for (let row = 0; row < rows; row += 1) {
    if (isPlain) lines.value(columns[form] as Column, constants[form], row, true)
    else lines.array(form, columns, constants, row)
    lines.end()
  }
  return lines.bytes()
}

/** What a constant is in every line; undefined for other columns. */
function constantBytes(column: Column, isPlain: boolean): Uint8Array | undefined {
  if (column.type !== 'constant') return undefined
  const { value } = column
  return encoder.encode(
    isPlain ? String(value) : value === undefined ? 'null' : JSON.stringify(value),
  )
}

/** Lines that grow. */
class Lines {
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES)
  #at = 0

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  end(): void {
    this.#reserve(1)
    this.#bytes[this.#at++] = LF
  }

  array(
    form: readonly Form[],
    columns: readonly Column[],
    constants: readonly (Uint8Array | undefined)[],
    row: number,
  ): void {
    this.#reserve(SCALAR_BYTES)
    this.#bytes[this.#at++] = OPEN
    for (let i = 0; i < form.length; i += 1) {
      this.#reserve(SCALAR_BYTES)
      if (i > 0) this.#bytes[this.#at++] = COMMA
      const part = form[i] as Form
      if (typeof part === 'number') this.value(columns[part] as Column, constants[part], row, false)
      else this.array(part, columns, constants, row)
    }
    this.#reserve(SCALAR_BYTES)
    this.#bytes[this.#at++] = CLOSE
  }

  /** A number, a text within an array, or what a constant is. */
  value(column: Column, constant: Uint8Array | undefined, row: number, isPlain: boolean): void {
    if (column.type === 'number') this.#number(column.values[row] as number, isPlain)
    else if (column.type === 'text') this.#quoted(column, row)
    else if (constant !== undefined) this.#raw(constant)
  }

  #number(value: number, isPlain: boolean): void {
    this.#reserve(SCALAR_BYTES)
    const integer = value | 0
    if (integer === value && integer >= 0) {
      this.#digits(integer)
      return
    }
    const text = isPlain || Number.isFinite(value) ? String(value) : 'null'
    for (let k = 0; k < text.length; k += 1) this.#bytes[this.#at++] = text.charCodeAt(k)
  }

  #digits(integer: number): void {
    let length = 1
    for (let power = 10; power <= integer; power *= 10) length += 1
    let rest = integer
    for (let at = this.#at + length - 1; at >= this.#at; at -= 1) {
      const tenth = (rest / 10) | 0
      this.#bytes[at] = 0x30 + rest - 10 * tenth
      rest = tenth
    }
    this.#at += length
  }

  /** A text as JSON. */
  #quoted({ bytes, starts, ends }: TextColumn, row: number): void {
    const start = starts[row] as number
    const end = ends[row] as number
    this.#reserve(end - start + 2)
    const into = this.#bytes
    let at = this.#at
    into[at++] = QUOTE
    for (let k = start; k < end; k += 1) {
      const byte = bytes[k] as number
      if (byte < FIRST_PLAIN || byte === QUOTE || byte === BACKSLASH) {
        const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        this.#raw(encoder.encode(JSON.stringify(buffer.toString('utf8', start, end))))
        return
      }
      into[at++] = byte
    }
    into[at++] = QUOTE
    this.#at = at
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + more))
    bytes.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = bytes
  }
}

/** Texts and a line end after each: as they lie, where they lie so. */
function linesOfTexts({ bytes, starts, ends }: TextColumn, rows: number): Uint8Array {
  if (rows === 0) return new Uint8Array(0)
  let areLines = ends[rows - 1] !== bytes.length && bytes[ends[rows - 1] as number] === LF
  let sizeBytes = 0
  for (let i = 0; i < rows; i += 1) {
    const end = ends[i] as number
    sizeBytes += end - (starts[i] as number) + 1
    if (i + 1 < rows && (starts[i + 1] !== end + 1 || bytes[end] !== LF)) areLines = false
  }
  const first = starts[0] as number
  if (areLines) return bytes.subarray(first, first + sizeBytes)
  const lines = new Uint8Array(sizeBytes)
  let at = 0
  for (let i = 0; i < rows; i += 1) {
    const start = starts[i] as number
    const end = ends[i] as number
    lines.set(bytes.subarray(start, end), at)
    at += end - start
    lines[at] = LF
    at += 1
  }
  return lines
}
