import type { ColumnBatch, TextColumn } from './column-batch.ts'

/** Texts of one column with those of another behind them. Where they lie so already, nothing is moved. */
export function joinedTexts(left: TextColumn, right: TextColumn, batch: ColumnBatch): TextColumn {
  const { rows } = batch
  const isAscii = left.isAscii && right.isAscii
  if (left.bytes === right.bytes && areNeighbours(left, right, rows)) {
    return { type: 'text', bytes: left.bytes, starts: left.starts, ends: right.ends, isAscii }
  }
  let sizeBytes = 0
  for (let i = 0; i < rows; i += 1) sizeBytes += lengthOf(left, i) + lengthOf(right, i)
  const bytes = new Uint8Array(sizeBytes)
  const starts = batch.int32(rows)
  const ends = batch.int32(rows)
  let at = 0
  for (let i = 0; i < rows; i += 1) {
    starts[i] = at
    at = copied(left, i, bytes, at)
    at = copied(right, i, bytes, at)
    ends[i] = at
  }
  return { type: 'text', bytes, starts, ends, isAscii }
}

function areNeighbours({ ends }: TextColumn, { starts }: TextColumn, rows: number): boolean {
  for (let i = 0; i < rows; i += 1) if (ends[i] !== starts[i]) return false
  return true
}

function lengthOf({ starts, ends }: TextColumn, row: number): number {
  return (ends[row] as number) - (starts[row] as number)
}

function copied(column: TextColumn, row: number, into: Uint8Array, at: number): number {
  const start = column.starts[row] as number
  const end = column.ends[row] as number
  into.set(column.bytes.subarray(start, end), at)
  return at + end - start
}
