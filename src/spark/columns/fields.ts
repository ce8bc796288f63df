import type { ColumnBatch, NumberColumn, TextColumn } from './column-batch.ts'
import { DecimalReader, readSlowly, readsIntegers, type NumberReader } from './parse-number.ts'

/** What finds a zero among four bytes of a word. */
const LOW_BITS = 0x01010101
const HIGH_BITS = 0x80808080 | 0
/** Four times the digit zero, and what brings bytes above nine over the upper bit. */
const ZEROS = 0x30303030
const NOT_DIGITS = 0x76767676
const TENS = Int32Array.of(1, 10, 100, 1000)

/** A part that is asked for, as a text or as the number that it shows. */
export interface WantedField {
  readonly index: number
  readonly as: 'text' | NumberReader
}

/** What can be part of a number is not looked for as the end of one. */
const IN_NUMBERS = /[-.0-9]/

/** Whether parts between such separators can be read as numbers where they are found. */
export function canReadNumbers(separator: string): boolean {
  return separator.length === 1 && separator.charCodeAt(0) < 0x80 && !IN_NUMBERS.test(separator)
}

/**
 * The parts that are `wanted` (by ascending index, each once) of every text, as `text.split(separator)` would give them, in one
 * pass; undefined when a text has too few. Numbers are only for separators that {@link canReadNumbers}.
 */
export function fieldsOf(
  column: TextColumn,
  batch: ColumnBatch,
  separator: Uint8Array,
  wanted: readonly WantedField[],
): readonly (TextColumn | NumberColumn)[] | undefined {
  const { bytes, isAscii } = column
  const { rows } = batch
  const made = wanted.map(({ as }): TextColumn | NumberColumn =>
    as === 'text'
      ? { type: 'text', bytes, starts: batch.int32(rows), ends: batch.int32(rows), isAscii }
      : { type: 'number', values: batch.float64(rows) },
  )
  const [only] = separator
  const areThere =
    separator.length === 1
      ? fieldsAtByte(column, batch, only as number, wanted, made)
      : fieldsAt(column, rows, separator, wanted, made as readonly TextColumn[])
  return areThere ? made : undefined
}

/** As {@link fieldsOf}, for texts between separators of several bytes; whether every text has enough parts. */
function fieldsAt(
  { bytes, starts, ends }: TextColumn,
  rows: number,
  separator: Uint8Array,
  wanted: readonly WantedField[],
  made: readonly TextColumn[],
): boolean {
  const last = wanted.at(-1)?.index ?? 0
  const first = separator[0] as number
  const slots = new Int32Array(last + 1).fill(-1)
  wanted.forEach(({ index }, slot) => (slots[index] = slot))
  for (let i = 0; i < rows; i += 1) {
    const end = ends[i] as number
    let start = starts[i] as number
    let at = start
    let field = 0
    for (;;) {
      while (at < end && !(bytes[at] === first && isAt(bytes, at, end, separator))) at += 1
      const slot = slots[field] as number
      if (slot >= 0) {
        const target = made[slot] as TextColumn
        target.starts[i] = start
        target.ends[i] = at
      }
      field += 1
      if (field > last) break
      if (at >= end) return false
      at += separator.length
      start = at
    }
  }
  return true
}

/** As {@link fieldsOf}, for a separator of one byte: part by part, each in all texts; whether every text has enough. */
function fieldsAtByte(
  column: TextColumn,
  batch: ColumnBatch,
  separator: number,
  wanted: readonly WantedField[],
  made: readonly (TextColumn | NumberColumn)[],
): boolean {
  let { starts } = column
  // Where the next part is looked for: at the end of the one before, or at the beginning of the text.
  const places = batch.int32(batch.rows)
  let before = 0
  for (const [slot, { index, as }] of wanted.entries()) {
    const skip = index - before
    if (skip > 0 && !skipFields(column, starts, places, separator, skip)) return false
    if (skip > 0) starts = places
    const target = made[slot] as TextColumn | NumberColumn
    if (target.type === 'text') {
      readTexts(column, starts, places, separator, target)
    } else {
      readNumbers(column, starts, places, separator, target.values, as as NumberReader)
    }
    starts = places
    before = index
  }
  return true
}

/** Goes behind so many separators; whether there are as many. */
function skipFields(
  { bytes, ends }: TextColumn,
  from: Int32Array,
  to: Int32Array,
  separator: number,
  skip: number,
): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < to.length; i += 1) {
    const end = ends[i] as number
    let at = from[i] as number
    for (let rest = skip; rest > 0; rest -= 1) {
      at = placeOf(view, at, end, separator)
      if (at === end) return false
      at += 1
    }
    to[i] = at
  }
  return true
}

function readTexts(
  { bytes, ends }: TextColumn,
  from: Int32Array,
  to: Int32Array,
  separator: number,
  made: TextColumn,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { starts: madeStarts, ends: madeEnds } = made
  for (let i = 0; i < to.length; i += 1) {
    const start = from[i] as number
    const at = placeOf(view, start, ends[i] as number, separator)
    madeStarts[i] = start
    madeEnds[i] = at
    to[i] = at
  }
}

function readNumbers(
  { bytes, ends }: TextColumn,
  from: Int32Array,
  to: Int32Array,
  separator: number,
  values: Float64Array,
  how: NumberReader,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isInteger = readsIntegers(how)
  const reader = new DecimalReader()
  const lastWhole = bytes.length - 8
  for (let i = 0; i < to.length; i += 1) {
    const start = from[i] as number
    const end = ends[i] as number
    let at = -1
    if (start <= lastWhole) {
      // Up to seven digits and nothing else: what most numbers are. Where they end is what nothing foresees.
      const first = view.getInt32(start, true)
      const digits = notDigits(first)
      if (digits !== 0) {
        const count = (31 - Math.clz32(digits & -digits)) >> 3
        at = count === 0 ? -1 : start + count
        values[i] = lastDigits(first, count)
      } else {
        const second = view.getInt32(start + 4, true)
        const more = notDigits(second)
        const count = (31 - Math.clz32(more & -more)) >> 3
        if (more !== 0) {
          at = start + 4 + count
          // Of none, the shift would be by no bits.
          const rest = count === 0 ? 0 : lastDigits(second, count)
          values[i] = lastDigits(first, 4) * (TENS[count] as number) + rest
        }
      }
    }
    if (at === end || (at >= 0 && at < end && bytes[at] === separator)) {
      to[i] = at
      continue
    }
    const value = reader.read(bytes, start, end, isInteger)
    at = reader.end
    if (at === end || (at >= 0 && bytes[at] === separator)) values[i] = value
    else {
      at = placeOf(view, start, end, separator)
      values[i] = readSlowly(bytes, start, at, how)
    }
    to[i] = at
  }
}

/** The upper bit of each byte of a word that is no digit, up to the first that is none; of later ones it may be wrong. */
function notDigits(word: number): number {
  const bits = word ^ ZEROS
  return ((bits + NOT_DIGITS) | bits) & HIGH_BITS
}

/** The number that the first `count` bytes of a word, 1 … 4, show: two digits at a time. */
function lastDigits(word: number, count: number): number {
  const digits = (word - ZEROS) << (8 * (4 - count))
  const pairs = Math.imul(digits, 10) + (digits >>> 8)
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff)
}

/** Where a byte stands first in `from … end`, or `end`: four bytes at a time. */
function placeOf(view: DataView, from: number, end: number, byte: number): number {
  const bytes = Math.imul(byte, LOW_BITS)
  let at = from
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true) ^ bytes
    const found = (word - LOW_BITS) & ~word & HIGH_BITS
    // The lowest bit is of the first such byte.
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3)
  }
  while (at < end && view.getUint8(at) !== byte) at += 1
  return at
}

/** Whether `needle` stands at `at`, before `end`. */
export function isAt(bytes: Uint8Array, at: number, end: number, needle: Uint8Array): boolean {
  if (at + needle.length > end) return false
  for (let k = 0; k < needle.length; k += 1) if (bytes[at + k] !== needle[k]) return false
  return true
}

/** Where `needle` stands first in `from … end`, or -1. */
export function findBytes(
  bytes: Uint8Array,
  from: number,
  end: number,
  needle: Uint8Array,
): number {
  if (needle.length === 0) return from
  const first = needle[0] as number
  if (needle.length === 1) {
    for (let at = from; at < end; at += 1) if (bytes[at] === first) return at
    return -1
  }
  for (let at = from; at + needle.length <= end; at += 1) {
    if (bytes[at] === first && isAt(bytes, at, end, needle)) return at
  }
  return -1
}
