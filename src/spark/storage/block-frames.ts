import { columnBatches, type AnyBatch, type Batches } from '../batches/index.ts'
import { ColumnBatch, decodeColumns, encodeColumns } from '../columns/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'

/** Bytes of one chunk of a block in memory; a frame that is larger has a chunk of its own. */
const CHUNK_BYTES = 4 << 20

/** Of the length of a frame of columns. */
const COLUMNS_FLAG = 0x8000_0000
/** Before the columns of a frame, its length among them, so that they begin at a multiple of eight bytes in it. */
const COLUMNS_HEAD_BYTES = 8

/**
 * Rows as a frame: a four-byte length (little-endian) and that many bytes of the codec; columns as theirs, behind a length whose
 * highest bit is set.
 */
export function encodeFrame(rows: AnyBatch<unknown>, codec: BatchCodec): Uint8Array {
  if (rows instanceof ColumnBatch) {
    const columns = encodeColumns(rows, COLUMNS_HEAD_BYTES)
    columns.writeUInt32LE((columns.length - 4 + COLUMNS_FLAG) >>> 0, 0)
    return columns
  }
  const body = codec.encode(rows)
  const frame = new Uint8Array(4 + body.length)
  new DataView(frame.buffer).setUint32(0, body.length, true)
  frame.set(body, 4)
  return frame
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
  #rest: Uint8Array = new Uint8Array(0)

  constructor(codec: BatchCodec) {
    this.#codec = codec
  }

  /** The batches that `chunk` completes. */
  push(chunk: Uint8Array): AnyBatch<unknown>[] {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const batches: AnyBatch<unknown>[] = []
    let at = 0
    while (at + 4 <= bytes.length) {
      const head = view.getUint32(at, true)
      const end = at + 4 + (head & ~COLUMNS_FLAG)
      if (end > bytes.length) break
      // Columns are used where they lie.
      if (head >= COLUMNS_FLAG) {
        batches.push(decodeColumns(bytes.subarray(at + COLUMNS_HEAD_BYTES, end)))
      } else {
        // A copy: what is decoded may point into it, and shared buffers are not for every decoder.
        batches.push(this.#codec.decode(bytes.slice(at + 4, end)) as unknown[])
      }
      at = end
    }
    this.#rest = at === bytes.length ? new Uint8Array(0) : bytes.subarray(at)
    return batches
  }
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

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length)
  bytes.set(left)
  bytes.set(right, left.length)
  return bytes
}
