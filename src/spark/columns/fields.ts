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
  return made.map(({ starts, ends }) => ({ type: 'text', bytes, starts, ends, isAscii }))
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
  for (let at = from; at + needle.length <= end; at += 1) {
    if (bytes[at] === first && isAt(bytes, at, end, needle)) return at
  }
  return -1
}
