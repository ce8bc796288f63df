import { BATCH_ROWS, type AnyBatch } from '../../batches/index.ts'
import { ColumnBatch, Scratch, giveMemory, takeMemory, type Column } from '../../columns/index.ts'
import type { Pair } from '../aggregator.ts'
import {
  KEY_AGAIN,
  contentAt,
  copyBytes,
  isBuffer,
  keyKindAt,
  lengthAt,
  wordBytes,
  type WordBytes,
} from '../records/index.ts'

/** Room for the content of a batch of columns. */
export const COLUMNS_BYTES: number = 512 << 10
/**
 * Room for the content of a batch of rows, which is made a text that theirs are cut out of: V8 puts what is longer than 128 KiB in a
 * place of its own, and memory that was not used before costs more than all else.
 */
export const ROWS_BYTES: number = 96 << 10
/** After each record, so that lines are written as they lie. */
const LF = 0x0a

type SliceType = 'text' | 'bytes'

/**
 * Puts records of texts and bytes side by side, as columns, without making them: the key, then the value, then a line end. What
 * it gave out is good until it is begun anew.
 */
export class RecordGather {
  #bytes: Uint8Array<ArrayBuffer>
  /** The same memory. */
  #memory: WordBytes
  readonly #scratch: Scratch = new Scratch()
  #at = 0
  #rows = 0
  readonly #onlyType: 'text' | undefined
  #keyType: SliceType | undefined
  #valueType: SliceType | undefined
  #keyStarts = new Int32Array(BATCH_ROWS)
  #keyEnds = new Int32Array(BATCH_ROWS)
  #valueStarts = new Int32Array(BATCH_ROWS)
  #valueEnds = new Int32Array(BATCH_ROWS)

  /** With `text` it takes nothing else. */
  constructor(roomBytes: number, type?: 'text') {
    this.#bytes = new Uint8Array(takeMemory(roomBytes), 0, roomBytes)
    this.#memory = wordBytes(this.#bytes.buffer)
    this.#onlyType = type
  }

  get rows(): number {
    return this.#rows
  }

  begin(): void {
    this.#at = 0
    this.#rows = 0
    this.#keyType = undefined
    this.#valueType = undefined
  }

  /** Adds the record that begins at `at`; false when it is of another kind than those before it, or has no room. */
  add(from: WordBytes, at: number): boolean {
    if (this.#rows === BATCH_ROWS) return false
    const page = from.bytes
    const keyType = sliceTypeAt(page, at)
    const keyFrom = contentAt(page, at)
    const keyLength = lengthAt(page, at)
    const valueAt = keyFrom + keyLength
    const isAgain = page[valueAt] === KEY_AGAIN
    const valueType = isAgain ? keyType : sliceTypeAt(page, valueAt)
    if (keyType === undefined || valueType === undefined) return false
    if (this.#rows === 0) {
      const only = this.#onlyType
      if (only !== undefined && (keyType !== only || valueType !== only)) return false
      this.#keyType = keyType
      this.#valueType = valueType
    } else if (keyType !== this.#keyType || valueType !== this.#valueType) return false
    const valueLength = isAgain ? 0 : lengthAt(page, valueAt)
    if (!this.#hasRoom(keyLength + valueLength + 1)) return false
    const row = this.#rows
    const start = this.#at
    const middle = start + keyLength
    const memory = this.#memory
    copyBytes(from, keyFrom, keyLength, memory, start)
    this.#keyStarts[row] = start
    this.#keyEnds[row] = middle
    if (!isAgain) copyBytes(from, contentAt(page, valueAt), valueLength, memory, middle)
    this.#valueStarts[row] = isAgain ? start : middle
    this.#valueEnds[row] = middle + valueLength
    this.#bytes[middle + valueLength] = LF
    this.#at = middle + valueLength + 1
    this.#rows = row + 1
    return true
  }

  /** What was added; as rows where texts have units beyond ASCII, which are no UTF-8 as they lie. */
  batch(): AnyBatch<Pair> {
    const keys = this.#column(this.#keyType, this.#keyStarts, this.#keyEnds)
    const values = this.#column(this.#valueType, this.#valueStarts, this.#valueEnds)
    const columns = new ColumnBatch(this.#rows, [keys, values], [0, 1], this.#scratch)
    const hasTexts = keys.type === 'text' || values.type === 'text'
    // Its texts are read as Latin-1 there, which is what they are.
    if (hasTexts && !this.#isAscii()) return columns.slice(0, this.#rows) as Pair[]
    this.#scratch.reset()
    return columns
  }

  /** What was added to one that takes only texts, as rows. */
  pairs(): Pair[] {
    const text = Buffer.from(this.#bytes.buffer).toString('latin1', 0, this.#at)
    const pairs: Pair[] = []
    for (let row = 0; row < this.#rows; row += 1) {
      const start = this.#keyStarts[row] as number
      const middle = this.#keyEnds[row] as number
      const key = text.substring(start, middle)
      const isAgain = this.#valueStarts[row] !== middle
      pairs.push([key, isAgain ? key : text.substring(middle, this.#valueEnds[row])])
    }
    return pairs
  }

  /** Gives its memory back: what it gave out is looked at no more. */
  release(): void {
    giveMemory(this.#bytes.buffer)
    this.#bytes = new Uint8Array(0)
    this.#scratch.release()
  }

  #column(type: SliceType | undefined, starts: Int32Array, ends: Int32Array): Column {
    const bytes = this.#bytes
    return type === 'bytes'
      ? { type, bytes, starts, ends }
      : { type: 'text', bytes, starts, ends, isAscii: true }
  }

  #hasRoom(lengthBytes: number): boolean {
    if (this.#at + lengthBytes <= this.#bytes.length) return true
    if (this.#rows > 0) return false
    this.#bytes = new Uint8Array((lengthBytes + 7) & -8)
    this.#memory = wordBytes(this.#bytes.buffer)
    return true
  }

  #isAscii(): boolean {
    const words = new Int32Array(this.#bytes.buffer, 0, this.#at >> 2)
    let either = 0
    for (let i = 0; i < words.length; i += 1) either |= words[i] as number
    for (let i = words.length << 2; i < this.#at; i += 1) either |= this.#bytes[i] as number
    return (either & 0x80808080) === 0
  }
}

function sliceTypeAt(page: Uint8Array, at: number): SliceType | undefined {
  const kind = keyKindAt(page, at)
  if (kind === 'latin') return 'text'
  return kind === 'bytes' && !isBuffer(page, at) ? 'bytes' : undefined
}
