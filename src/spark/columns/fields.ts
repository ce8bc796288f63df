import type { ColumnBatch, TextColumn } from './column-batch.ts'

/**
 * The parts with the indices `wanted` (ascending) of every text, as `text.split(separator)` would give them, in one
 * pass; undefined when a text has too few.
 */
export function fieldsOf(
  column: TextColumn,
  batch: ColumnBatch,
  separator: Uint8Array,
  wanted: readonly number[],
): TextColumn[] | undefined {
  const { bytes, isAscii } = column
  const { rows } = batch
  const made = wanted.map(() => ({ starts: batch.int32(rows), ends: batch.int32(rows) }))
  const texts = made.map(
    ({ starts, ends }) => ({ type: 'text', bytes, starts, ends, isAscii }) as const,
  )
  if (separator.length === 1 && wanted.length > 0) {
    return fieldsAtByte(column, rows, separator[0] as number, wanted, texts) ? texts : undefined
  }
  const last = wanted.at(-1) ?? 0
  const first = separator[0] as number
  const width = separator.length
  const slots = new Int32Array(last + 1).fill(-1)
  wanted.forEach((index, slot) => (slots[index] = slot))
  for (let i = 0; i < rows; i += 1) {
    const end = column.ends[i] as number
    let start = column.starts[i] as number
    let at = start
    let field = 0
    for (;;) {
      while (at < end && !(bytes[at] === first && (width === 1 || isAt(bytes, at, end, separator))))
        at += 1
      const slot = slots[field] as number
      if (slot >= 0) {
        const target = made[slot] as (typeof made)[number]
        target.starts[i] = start
        target.ends[i] = at
      }
      field += 1
      if (field > last) break
      if (at >= end) return undefined
      at += width
      start = at
    }
  }
  return texts
}

/** As {@link fieldsOf}, for a separator of one byte; whether every text has enough parts. */
function fieldsAtByte(
  { bytes, starts, ends }: TextColumn,
  rows: number,
  separator: number,
  wanted: readonly number[],
  made: readonly TextColumn[],
): boolean {
  const skips = Int32Array.from(wanted, (index, slot) => index - (wanted[slot - 1] ?? 0))
  for (let i = 0; i < rows; i += 1) {
    const end = ends[i] as number
    let at = starts[i] as number
    for (let slot = 0; slot < skips.length; slot += 1) {
      // It stands at the end of the part before, or at the beginning of the first.
      for (let skip = skips[slot] as number; skip > 0; skip -= 1) {
        while (at < end && bytes[at] !== separator) at += 1
        if (at === end) return false
        at += 1
      }
      const target = made[slot] as TextColumn
      target.starts[i] = at
      while (at < end && bytes[at] !== separator) at += 1
      target.ends[i] = at
    }
  }
  return true
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
