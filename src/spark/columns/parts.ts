import type { ColumnBatch, TextColumn } from './column-batch.ts'
import type { Cut } from './expression.ts'
import { isAt } from './fields.ts'

/** Starts and ends that grow. */
class Slices {
  starts: Int32Array
  ends: Int32Array
  count = 0
  readonly #batch: ColumnBatch

  constructor(batch: ColumnBatch, capacity: number) {
    this.#batch = batch
    this.starts = batch.int32(capacity)
    this.ends = batch.int32(capacity)
  }

  /** Room for `more` slices. */
  reserve(more: number): void {
    if (this.count + more <= this.starts.length) return
    const capacity = Math.max(this.starts.length * 2, this.count + more)
    const starts = this.#batch.int32(capacity)
    const ends = this.#batch.int32(capacity)
    starts.set(this.starts.subarray(0, this.count))
    ends.set(this.ends.subarray(0, this.count))
    this.starts = starts
    this.ends = ends
  }
}

/**
 * The parts of all texts in a line: `split` at a separator or at a class of units, or `match` of the runs of a
 * class. Undefined where the bytes alone can't tell: a class on text that is not ASCII.
 */
export function partsOf(
  column: TextColumn,
  batch: ColumnBatch,
  method: 'split' | 'match',
  cut: Cut,
): TextColumn | undefined {
  if (cut.type === 'class' && !column.isAscii) return undefined
  const { bytes, isAscii } = column
  const { rows } = batch
  const slices = new Slices(batch, Math.max(1024, bytes.length >> 2))
  if (cut.type === 'separator') {
    const separator = Buffer.from(cut.separator, 'utf8')
    if (separator.length === 1) splitAtByte(column, rows, separator[0] as number, slices)
    else splitAt(column, rows, separator, slices)
  } else if (method === 'match') matchRuns(column, rows, cut.units, cut.isRun, slices)
  else splitAtClass(column, rows, cut.units, cut.isRun, slices)
  const { starts, ends, count } = slices
  return {
    type: 'text',
    bytes,
    starts: starts.subarray(0, count),
    ends: ends.subarray(0, count),
    isAscii,
  }
}

/** Four bytes at a time, and without a branch: where a part ends is what nothing foresees. */
function splitAtByte(column: TextColumn, rows: number, separator: number, slices: Slices): void {
  const { bytes } = column
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const separators = Math.imul(separator, 0x01010101)
  for (let i = 0; i < rows; i += 1) {
    const end = column.ends[i] as number
    const start = column.starts[i] as number
    slices.reserve(end - start + 1)
    const { starts, ends } = slices
    const first = slices.count
    let count = first
    let at = start
    for (; at + 4 <= end; at += 4) {
      const word = view.getInt32(at, true) ^ separators
      // The upper bit of each byte that is a separator.
      const found = ~(((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word | 0x7f7f7f7f)
      ends[count] = at
      count += (found >>> 7) & 1
      ends[count] = at + 1
      count += (found >>> 15) & 1
      ends[count] = at + 2
      count += (found >>> 23) & 1
      ends[count] = at + 3
      count += found >>> 31
    }
    for (; at < end; at += 1) {
      ends[count] = at
      if (bytes[at] === separator) count += 1
    }
    ends[count] = end
    starts[first] = start
    for (let k = first; k < count; k += 1) starts[k + 1] = (ends[k] as number) + 1
    slices.count = count + 1
  }
}

function splitAt(column: TextColumn, rows: number, separator: Uint8Array, slices: Slices): void {
  const { bytes } = column
  for (let i = 0; i < rows; i += 1) {
    const end = column.ends[i] as number
    let start = column.starts[i] as number
    slices.reserve(end - start + 1)
    let at = start
    while (at < end) {
      if (!isAt(bytes, at, end, separator)) {
        at += 1
        continue
      }
      push(slices, start, at)
      at += separator.length
      start = at
    }
    push(slices, start, end)
  }
}

function matchRuns(
  column: TextColumn,
  rows: number,
  units: Uint8Array,
  isRun: boolean,
  slices: Slices,
): void {
  const { bytes } = column
  for (let i = 0; i < rows; i += 1) {
    const end = column.ends[i] as number
    let at = column.starts[i] as number
    slices.reserve(end - at + 1)
    const { starts, ends } = slices
    let { count } = slices
    while (at < end) {
      if (units[bytes[at] as number] === 0) {
        at += 1
        continue
      }
      starts[count] = at
      at += 1
      if (isRun) while (at < end && units[bytes[at] as number] === 1) at += 1
      ends[count] = at
      count += 1
    }
    slices.count = count
  }
}

function splitAtClass(
  column: TextColumn,
  rows: number,
  units: Uint8Array,
  isRun: boolean,
  slices: Slices,
): void {
  const { bytes } = column
  for (let i = 0; i < rows; i += 1) {
    const end = column.ends[i] as number
    let start = column.starts[i] as number
    slices.reserve(end - start + 1)
    let at = start
    while (at < end) {
      if (units[bytes[at] as number] === 0) {
        at += 1
        continue
      }
      push(slices, start, at)
      at += 1
      if (isRun) while (at < end && units[bytes[at] as number] === 1) at += 1
      start = at
    }
    push(slices, start, end)
  }
}

function push(slices: Slices, start: number, end: number): void {
  slices.starts[slices.count] = start
  slices.ends[slices.count] = end
  slices.count += 1
}
