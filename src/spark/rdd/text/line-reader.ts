import type { ReadFile } from '../../../platform/index.ts'
import { BATCH_ROWS, Batches, type AnyBatch, type Batch } from '../../batches/index.ts'
import { ColumnBatch, Scratch, giveMemory, takeMemory } from '../../columns/index.ts'
import type { TaskContext } from '../task-context.ts'
import { lineStart } from './line-start.ts'

const LF = 0x0a
const CR = 0x0d
/** Bytes read at a time; the next read is on its way while a chunk's lines are used. */
const CHUNK_BYTES = 256 << 10
/** Of a chunk, for which there is room at first. */
const FEWEST_LINES = 256
const LINE_END = /\r\n|\r|\n/
/** Room before what is read, for the beginning of its first line. */
const HEAD_BYTES = 16 << 10
/**
 * Made text at a time, if lines are no longer: V8 puts a text of more than 128 KiB in a place of its own, and memory that was not used
 * before costs more than all else.
 */
const TEXT_BYTES = 96 << 10

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
  /** What is read into, what the lines in use may lie in, and what can be read into next. */
  #filling: Uint8Array = new Uint8Array(0)
  #using: Uint8Array | undefined
  #spare: Uint8Array | undefined
  /** Bytes of a line whose end was not read yet; views of what is in use if they are one piece. */
  #carry: Uint8Array[] = []
  /** Lines that were not made texts yet. */
  #text: Uint8Array = new Uint8Array(0)
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
    if (this.#line < this.#lines.length || this.#text.length > 0) return this.#take()
    return this.#reading === undefined ? this.#ended() : this.#refill(this.#reading)
  }

  /** As columns where the text has no lone CR. */
  nextAny(): AnyBatch<string> | undefined | Promise<AnyBatch<string> | undefined> {
    if (this.#line < this.#lines.length || this.#text.length > 0) return this.#take()
    return this.#reading === undefined ? this.#ended() : this.#refillAny(this.#reading)
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
    const length = Math.min(this.#chunkBytes, this.#end - this.#at)
    this.#filling = this.#spare ?? new Uint8Array(takeMemory(HEAD_BYTES + length))
    this.#spare = undefined
    const into = this.#filling.subarray(HEAD_BYTES, HEAD_BYTES + length)
    const reading = this.#file.read(this.#at, length, into)
    reading.catch(() => {}) // looked at when the chunk is asked for
    return reading
  }

  /** Nothing is left, and nobody looks at what there was. */
  #ended(): undefined {
    // What was read last is in use by now.
    for (const memory of new Set([this.#filling, this.#using, this.#spare])) {
      if (memory !== undefined) giveMemory(memory.buffer as ArrayBuffer)
    }
    this.#filling = new Uint8Array(0)
    this.#using = this.#spare = undefined
    this.#scratch.release()
  }

  #take(): Batch<string> {
    if (this.#line >= this.#lines.length) this.#makeLines()
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
    this.#text = bytes
    return bytes.length === 0 ? [] : this.#take()
  }

  async #refillAny(reading: Promise<Uint8Array>): Promise<AnyBatch<string> | undefined> {
    const bytes = await this.#nextBytes(reading)
    if (bytes === undefined) return undefined
    // A Buffer looks many times as fast.
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (!view.includes(CR)) return this.#columns(bytes)
    this.#text = bytes
    return this.#take()
  }

  /**
   * The bytes of the lines that the read completes; what follows the last LF is carried over, except at the end. They are good until
   * the next call.
   */
  async #nextBytes(reading: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
    this.#context.throwIfCancelled()
    const bytes = await reading
    if (this.#isClosed) return undefined
    this.#at = bytes.length === 0 ? this.#end : this.#at + bytes.length
    this.#context.metrics.inputBytes += bytes.length
    const isLast = this.#at >= this.#end
    const cut = isLast ? bytes.length : bytes.lastIndexOf(LF) + 1
    const lines = cut === 0 && !isLast ? this.#carryAll(bytes) : this.#withCarry(bytes, cut)
    this.#spare = this.#using
    this.#using = this.#filling
    this.#reading = this.#read()
    return lines
  }

  /** A line goes on through all of a chunk, which something else is read into soon. */
  #carryAll(bytes: Uint8Array): Uint8Array {
    if (this.#carry.length === 1) this.#carry = this.#carry.map((part) => new Uint8Array(part))
    this.#carry.push(new Uint8Array(bytes))
    return new Uint8Array(0)
  }

  #withCarry(bytes: Uint8Array, cut: number): Uint8Array {
    const carry = this.#carry
    this.#carry = cut === bytes.length ? [] : [bytes.subarray(cut)]
    const [first] = carry
    if (first === undefined) return bytes.subarray(0, cut)
    const begin = HEAD_BYTES - first.length
    if (carry.length === 1 && begin >= 0 && bytes.buffer === this.#filling.buffer) {
      this.#filling.set(first, begin)
      return this.#filling.subarray(begin, HEAD_BYTES + cut)
    }
    return Buffer.concat([...carry, bytes.subarray(0, cut)])
  }

  /** Makes lines of some text: whole lines, about as many as is made text at a time. */
  #makeLines(): void {
    const text = this.#text
    let cut = text.length
    if (cut > TEXT_BYTES) {
      cut = text.lastIndexOf(LF, TEXT_BYTES - 1) + 1
      if (cut === 0) cut = text.indexOf(LF, TEXT_BYTES) + 1
      if (cut === 0) cut = text.length
    }
    this.#text = text.subarray(cut)
    this.#lines = this.#split(text.subarray(0, cut))
    this.#line = 0
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

/** Four of LF, and all bits but the upper ones of four bytes, and these. */
const LF_WORD = 0x0a0a0a0a
const LOWER_BITS = 0x7f7f7f7f
const HIGH_BITS = 0x80808080 | 0

/** Undefined for bytes that are no ASCII where they have to be: in one pass with finding the lines, four bytes at a time. */
function linesIn(bytes: Uint8Array, isAscii: boolean, scratch: Scratch): ColumnBatch | undefined {
  let starts = scratch.int32(Math.max(FEWEST_LINES, bytes.length >> 4))
  let ends = scratch.int32(starts.length)
  const { length } = bytes
  const before = Math.min(length, (4 - (bytes.byteOffset & 3)) & 3)
  const words =
    length - before < 4
      ? new Int32Array(0)
      : new Int32Array(bytes.buffer, bytes.byteOffset + before, (length - before) >> 2)
  const behind = before + 4 * words.length
  let either = 0
  let line = 0
  let start = 0
  for (let at = 0; at < length;) {
    if (at >= before && at < behind) {
      for (let word = 0; word < words.length; word += 1) {
        const four = words[word] as number
        either |= four
        const zeros = four ^ LF_WORD
        // The upper bit of each byte that is an LF.
        let found = ~(((zeros & LOWER_BITS) + LOWER_BITS) | zeros | LOWER_BITS)
        for (; found !== 0; found &= found - 1) {
          // One more may come, without an end.
          if (line + 1 >= starts.length) {
            starts = longer(starts, scratch)
            ends = longer(ends, scratch)
          }
          const end = before + 4 * word + ((31 - Math.clz32(found & -found)) >> 3)
          starts[line] = start
          ends[line] = end
          line += 1
          start = end + 1
        }
      }
      at = behind
      continue
    }
    // Byte by byte: those before the first word and behind the last.
    const end = at < before ? before : length
    for (; at < end; at += 1) {
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
  }
  if (isAscii && (either & HIGH_BITS) !== 0) return undefined
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
