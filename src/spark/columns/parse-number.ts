import type { ColumnBatch, TextColumn } from './column-batch.ts'

const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
/** Integers of so many digits are exact as doubles, and so is ten to the power of as many. */
const MAX_DIGITS = 15
const POWERS = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, power) => 10 ** power)

/** Which of JavaScript's functions makes the number. */
export type NumberReader =
  | 'Number'
  /** Without a radix: hexadecimal behind `0x`. */
  | 'parseInt'
  /** With radix 10. */
  | 'parseInt10'
  | 'parseFloat'

/**
 * The numbers that texts show, as JavaScript's own functions would read them. Plain decimals of up to
 * 15 digits are read from the bytes (an exact integer by an exact power of ten, so the quotient is the
 * correctly rounded value); everything else is decoded and given to the function itself.
 */
export function parseNumbers(
  column: TextColumn,
  batch: ColumnBatch,
  how: NumberReader,
): Float64Array {
  const { bytes, starts, ends } = column
  const { rows } = batch
  const isInteger = how === 'parseInt' || how === 'parseInt10'
  const values = batch.float64(rows)
  for (let i = 0; i < rows; i += 1) {
    const end = ends[i] as number
    let at = starts[i] as number
    const isNegative = at < end && bytes[at] === MINUS
    if (isNegative) at += 1
    const digitsAt = at
    let whole = 0
    let digit = 0
    while (at < end && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
      whole = whole * 10 + digit
      at += 1
    }
    let digits = at - digitsAt
    let fraction = 0
    if (digits > 0 && at < end && bytes[at] === DOT && !isInteger) {
      at += 1
      while (at < end && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
        whole = whole * 10 + digit
        fraction += 1
        at += 1
      }
      digits += fraction
    }
    if (at !== end || digits === 0 || digits > MAX_DIGITS) {
      values[i] = slowly(column, i, how)
      continue
    }
    const value = fraction === 0 ? whole : whole / (POWERS[fraction] as number)
    values[i] = isNegative ? -value : value
  }
  return values
}

function slowly({ bytes, starts, ends }: TextColumn, row: number, how: NumberReader): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('utf8', starts[row], ends[row])
  switch (how) {
    case 'Number':
      return Number(text)
    case 'parseInt':
      return parseInt(text)
    case 'parseInt10':
      return parseInt(text, 10)
    case 'parseFloat':
      return parseFloat(text)
  }
}
