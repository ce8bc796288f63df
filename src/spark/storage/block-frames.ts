import { columnBatches, type AnyBatch, type Batches } from '../batches/index.ts'
import { ColumnBatch, decodeColumns, encodeColumns } from '../columns/index.ts'
import { encodeParts, type BatchCodec } from '../shuffle/index.ts'

/** Bytes of one chunk of a block in memory; a frame that is larger has a chunk of its own. */
const CHUNK_BYTES = 4 << 20

/** Of the length of a frame. */
const HEAD_BYTES = 4
/** Of the length of a frame of columns. */
const COLUMNS_FLAG = 0x8000_0000
/** Before the columns of a frame, its length among them, so that they begin at a multiple of eight bytes in it. */
const COLUMNS_HEAD_BYTES = 8

/**
 * Rows as frames, each a four-byte length (little-endian) and that many bytes of the codec, and none much longer than
 * `mostBytes` unless it is a row by itself; columns as one frame of theirs, behind a length whose highest bit is set.
 *
 * @throws TROUPE_SPARK_ROW_UNENCODABLE, TROUPE_SPARK_ROW_TOO_LARGE
 */
export function encodeFrames(
  rows: AnyBatch<unknown>,
  codec: BatchCodec,
  mostBytes?: number,
): Uint8Array[] {
  if (rows instanceof ColumnBatch) {
    const columns = encodeColumns(rows, COLUMNS_HEAD_BYTES)
    columns.writeUInt32LE((columns.length - 4 + COLUMNS_FLAG) >>> 0, 0)
    return [columns]
  }
  return encodeParts(rows, codec, mostBytes).map((body) => {
    const frame = new Uint8Array(HEAD_BYTES + body.length)
    new DataView(frame.buffer).setUint32(0, body.length, true)
    frame.set(body, HEAD_BYTES)
    return frame
  })
}

/** Frames laid end to end in buffers that all threads of the process can read. */
export function sharedChunks(frames: readonly Uint8Array[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let from = 0; from < frames.length;) {
    let bytes = (frames[from] as Uint8Array).length
    let to = from + 1
    for (; to < frames.length; to += 1) {
      const next = bytes + (frames[to] as Uint8Array).length
      if (next > CHUNK_BYTES) break
      bytes = next
    }
    const chunk = new Uint8Array(new SharedArrayBuffer(bytes))
    for (let at = 0; from < to; from += 1) {
      const frame = frames[from] as Uint8Array
      chunk.set(frame, at)
      at += frame.length
    }
    chunks.push(chunk)
  }
  return chunks
}

/** The rows of a block from its bytes, however these are cut into chunks. */
export class RowFrames {
  readonly #codec: BatchCodec
  /** The head of a frame of which a part is there, or as much of it. */
  readonly #head: Uint8Array = new Uint8Array(HEAD_BYTES)
  /** That frame, once its length is known. */
  #frame: Uint8Array | undefined
  #filled = 0

  constructor(codec: BatchCodec) {
    this.#codec = codec
  }

  /** The batches that `chunk` completes. */
  push(chunk: Uint8Array): AnyBatch<unknown>[] {
    const batches: AnyBatch<unknown>[] = []
    for (let at = 0; at < chunk.length;) {
      const end = this.#filled > 0 ? undefined : at + frameBytes(chunk, at)
      if (end !== undefined && end <= chunk.length) {
        batches.push(this.#decoded(chunk.subarray(at, end), true))
        at = end
      } else {
        at += this.#fill(chunk, at, batches)
      }
    }
    return batches
  }

  /** Adds to the frame that is not whole what it lacks, its head first; answers the bytes taken. */
  #fill(chunk: Uint8Array, at: number, batches: AnyBatch<unknown>[]): number {
    const into = this.#frame ?? this.#head
    const taken = Math.min(into.length - this.#filled, chunk.length - at)
    into.set(chunk.subarray(at, at + taken), this.#filled)
    this.#filled += taken
    if (this.#filled < into.length) return taken
    if (this.#frame === undefined) {
      this.#frame = new Uint8Array(frameBytes(this.#head, 0))
      this.#frame.set(this.#head)
    }
    if (this.#filled < this.#frame.length) return taken
    batches.push(this.#decoded(this.#frame, false))
    this.#frame = undefined
    this.#filled = 0
    return taken
  }

  #decoded(frame: Uint8Array, isShared: boolean): AnyBatch<unknown> {
    // Columns are used where they lie.
    if ((frame[HEAD_BYTES - 1] as number) >= 0x80) {
      return decodeColumns(frame.subarray(COLUMNS_HEAD_BYTES))
    }
    // A copy: what is decoded may point into it, and shared buffers are not for every decoder.
    const body = isShared ? frame.slice(HEAD_BYTES) : frame.subarray(HEAD_BYTES)
    return this.#codec.decode(body) as unknown[]
  }
}

/** Of the frame at a place, with its head; more than there is when even that is not there. */
function frameBytes(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < HEAD_BYTES) return Number.POSITIVE_INFINITY
  const head = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES).getUint32(0, true)
  return HEAD_BYTES + (head & ~COLUMNS_FLAG)
}

/** The rows of a block that lies in memory as bytes, decoded as they are pulled. */
export function rowsOfChunks(chunks: readonly Uint8Array[], codec: BatchCodec): Batches<unknown> {
  const frames = new RowFrames(codec)
  const ready: AnyBatch<unknown>[] = []
  let at = 0
  return columnBatches(() => {
    while (ready.length === 0) {
      const chunk = chunks[at]
      if (chunk === undefined) return undefined
      at += 1
      ready.push(...frames.push(chunk))
    }
    return ready.shift()
  })
}

/** The bytes of chunks together. */
export function totalBytes(chunks: readonly Uint8Array[]): number {
  let bytes = 0
  for (const chunk of chunks) bytes += chunk.length
  return bytes
}
