import type { ColumnBatch, TextColumn } from './column-batch.ts'

const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
/** Integers of so many digits are exact as doubles, and so is ten to the power of as many. */
const MAX_DIGITS = 15
/** So many fit 32 bits, whatever they are. */
const FEW_DIGITS = 9
const POWERS = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, power) => 10 ** power)

/** Which of JavaScript's functions makes the number. */
export type NumberReader =
  | 'Number'
  /** Without a radix: hexadecimal behind `0x`. */
  | 'parseInt'
  /** With radix 10. */
  | 'parseInt10'
  | 'parseFloat'

/** Reads plain decimals of up to 15 digits from bytes: an exact integer by an exact power of ten, so the quotient is correctly rounded. */
export class DecimalReader {
  /** Behind the number that was read last, or -1 where there was none such. */
  end = -1

  /** The number that begins at `from`, as far as it goes before `to`; `isInteger`: without a fraction. */
  read(bytes: Uint8Array, from: number, to: number, isInteger: boolean): number {
    let at = from
    const isNegative = at < to && bytes[at] === MINUS
    if (isNegative) at += 1
    const digitsAt = at
    let digit = 0
    let few = 0
    // Integers of the machine, as long as no more can come of it.
    const fewEnd = to - at > FEW_DIGITS ? at + FEW_DIGITS : to
    while (at < fewEnd && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
      few = (Math.imul(few, 10) + digit) | 0
      at += 1
    }
    let whole = few
    if (at === fewEnd) {
      while (at < to && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
        whole = whole * 10 + digit
        at += 1
      }
    }
    let digits = at - digitsAt
    let fraction = 0
    if (digits > 0 && at < to && bytes[at] === DOT && !isInteger) {
      at += 1
      while (at < to && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
        whole = whole * 10 + digit
        fraction += 1
        at += 1
      }
      digits += fraction
    }
    this.end = digits === 0 || digits > MAX_DIGITS ? -1 : at
    const value = fraction === 0 ? whole : whole / (POWERS[fraction] as number)
    return isNegative ? -value : value
  }
}

/**
 * The numbers that texts show, as JavaScript's own functions would read them: plain decimals from the bytes; everything else is
 * decoded and given to the function itself.
 */
export function parseNumbers(
  { bytes, starts, ends }: TextColumn,
  batch: ColumnBatch,
  how: NumberReader,
): Float64Array {
  const { rows } = batch
  const isInteger = readsIntegers(how)
  const values = batch.float64(rows)
  const reader = new DecimalReader()
  for (let i = 0; i < rows; i += 1) {
    const start = starts[i] as number
    const end = ends[i] as number
    const value = reader.read(bytes, start, end, isInteger)
    values[i] = reader.end === end ? value : readSlowly(bytes, start, end, how)
  }
  return values
}

/** Whether a reader stops ahead of a fraction. */
export function readsIntegers(how: NumberReader): boolean {
  return how === 'parseInt' || how === 'parseInt10'
}

/** What the function itself makes of a text. */
export function readSlowly(
  bytes: Uint8Array,
  start: number,
  end: number,
  how: NumberReader,
): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('utf8', start, end)
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
