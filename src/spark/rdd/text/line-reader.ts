import type { ReadFile } from '../../../platform/index.ts'
import { BATCH_ROWS, Batches, type AnyBatch, type Batch } from '../../batches/index.ts'
import { ColumnBatch, Scratch } from '../../columns/index.ts'
import type { TaskContext } from '../task-context.ts'
import { lineStart } from './line-start.ts'

const LF = 0x0a
const CR = 0x0d
/** Bytes read at a time; the next read is on its way while a chunk's lines are used. */
const CHUNK_BYTES = 256 << 10
/** Of a chunk, for which there is room at first. */
const FEWEST_LINES = 256
const LINE_END = /\r\n|\r|\n/

/**
 * The lines that begin in `startBytes` … `endBytes` of a file, without their ends (LF, CR LF or CR), decoded
 * from UTF-8 (a byte order mark at the head of the file is dropped, broken bytes become U+FFFD). Closes the
 * file at the end.
 */
export async function readLines(
  file: ReadFile,
  startBytes: number,
  endBytes: number,
  context: TaskContext,
  chunkBytes: number = CHUNK_BYTES,
): Promise<Batches<string>> {
  const [from, to] = await lineStarts(file, startBytes, endBytes)
  const reader = new LineReader(file, from, to, context, chunkBytes)
  return new Batches(
    () => reader.next(),
    () => reader.close(),
    () => reader.nextAny(),
  )
}

async function lineStarts(
  file: ReadFile,
  startBytes: number,
  endBytes: number,
): Promise<readonly [number, number]> {
  try {
    return [await lineStart(file, startBytes), await lineStart(file, endBytes)]
  } catch (error) {
    await file.close()
    throw error
  }
}

class LineReader {
  readonly #file: ReadFile
  readonly #end: number
  readonly #context: TaskContext
  readonly #chunkBytes: number
  readonly #scratch: Scratch = new Scratch()
  /** Where the read on its way begins. */
  #at: number
  #reading: Promise<Uint8Array> | undefined
  /** Bytes of a line whose end was not read yet. */
  #carry: Uint8Array[] = []
  #lines: string[] = []
  #line = 0
  #isClosed = false
  /** Whether the next text decoded is the head of the file. */
  #mayHaveMark: boolean

  constructor(file: ReadFile, from: number, to: number, context: TaskContext, chunkBytes: number) {
    this.#file = file
    this.#at = from
    this.#mayHaveMark = from === 0
    this.#end = to
    this.#context = context
    this.#chunkBytes = chunkBytes
    this.#reading = this.#read()
  }

  next(): Batch<string> | undefined | Promise<Batch<string> | undefined> {
    if (this.#line < this.#lines.length) return this.#take()
    return this.#reading === undefined ? undefined : this.#refill(this.#reading)
  }

  /** As columns where the text has no lone CR; a file is read by rows or by columns, not by turns. */
  nextAny(): AnyBatch<string> | undefined | Promise<AnyBatch<string> | undefined> {
    if (this.#line < this.#lines.length) return this.#take()
    return this.#reading === undefined ? undefined : this.#refillAny(this.#reading)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#reading?.catch(() => {}) // a read on its way must not outlive its file
    this.#reading = undefined
    await this.#file.close()
  }

  #read(): Promise<Uint8Array> | undefined {
    if (this.#at >= this.#end) return undefined
    const reading = this.#file.read(this.#at, Math.min(this.#chunkBytes, this.#end - this.#at))
    reading.catch(() => {}) // looked at when the chunk is asked for
    return reading
  }

  #take(): Batch<string> {
    const { length } = this.#lines
    const whole = this.#line === 0 && length <= BATCH_ROWS
    const batch = whole ? this.#lines : this.#lines.slice(this.#line, this.#line + BATCH_ROWS)
    this.#line += batch.length
    this.#context.metrics.inputRecords += batch.length
    return batch
  }

  async #refill(reading: Promise<Uint8Array>): Promise<Batch<string> | undefined> {
    const bytes = await this.#nextBytes(reading)
    if (bytes === undefined) return undefined
    this.#lines = this.#split(bytes)
    this.#line = 0
    return this.#lines.length === 0 ? [] : this.#take()
  }

  async #refillAny(reading: Promise<Uint8Array>): Promise<AnyBatch<string> | undefined> {
    const bytes = await this.#nextBytes(reading)
    if (bytes === undefined) return undefined
    if (!bytes.includes(CR)) return this.#columns(bytes)
    this.#lines = this.#split(bytes)
    this.#line = 0
    return this.#lines.length === 0 ? [] : this.#take()
  }

  /** The bytes of the lines that the read completes; what follows the last LF is carried over, except at the end. */
  async #nextBytes(reading: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
    this.#context.throwIfCancelled()
    const bytes = await reading
    if (this.#isClosed) return undefined
    this.#at = bytes.length === 0 ? this.#end : this.#at + bytes.length
    this.#context.metrics.inputBytes += bytes.length
    this.#reading = this.#read()
    const isLast = this.#reading === undefined
    const cut = isLast ? bytes.length : bytes.lastIndexOf(LF) + 1
    if (cut === 0 && !isLast) {
      this.#carry.push(bytes)
      return new Uint8Array(0)
    }
    const parts = [...this.#carry, bytes.subarray(0, cut)]
    this.#carry = cut === bytes.length ? [] : [bytes.subarray(cut)]
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }

  #columns(bytes: Uint8Array): ColumnBatch {
    const hasMark = this.#mayHaveMark && hasByteOrderMark(bytes)
    if (bytes.length > 0) this.#mayHaveMark = false
    this.#scratch.reset()
    const batch = linesOf(hasMark ? bytes.subarray(3) : bytes, this.#scratch)
    this.#context.metrics.inputRecords += batch.rows
    return batch
  }

  #split(joined: Uint8Array): string[] {
    if (joined.length === 0) return []
    let text = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength).toString('utf8')
    if (this.#mayHaveMark && text.charCodeAt(0) === 0xfeff) text = text.slice(1)
    this.#mayHaveMark = false
    const lines = text.includes('\r') ? text.split(LINE_END) : text.split('\n')
    if (lines[lines.length - 1] === '') lines.pop()
    return lines
  }
}

/** The lines of whole lines of bytes, in UTF-8 that is made valid where it is not. */
function linesOf(text: Uint8Array, scratch: Scratch): ColumnBatch {
  return linesIn(text, true, scratch) ?? (linesIn(validUtf8(text), false, scratch) as ColumnBatch)
}

/** Undefined for bytes that are no ASCII where they have to be: in one pass with finding the lines. */
function linesIn(bytes: Uint8Array, isAscii: boolean, scratch: Scratch): ColumnBatch | undefined {
  let starts = scratch.int32(Math.max(FEWEST_LINES, bytes.length >> 4))
  let ends = scratch.int32(starts.length)
  let either = 0
  let line = 0
  let start = 0
  const { length } = bytes
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] as number
    either |= byte
    if (byte !== LF) continue
    // One more may come, without an end.
    if (line + 1 >= starts.length) {
      starts = longer(starts, scratch)
      ends = longer(ends, scratch)
    }
    starts[line] = start
    ends[line] = at
    line += 1
    start = at + 1
  }
  if (isAscii && either > 0x7f) return undefined
  if (start < length) {
    starts[line] = start
    ends[line] = length
    line += 1
  }
  return new ColumnBatch(line, [{ type: 'text', bytes, starts, ends, isAscii }], 0, scratch)
}

function longer(array: Int32Array, scratch: Scratch): Int32Array {
  const made = scratch.int32(2 * array.length)
  made.set(array)
  return made
}

function validUtf8(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return Buffer.from(text, 'utf8')
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}
