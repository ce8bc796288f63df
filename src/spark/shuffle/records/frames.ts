import { SparkError } from '../../errors.ts'

/** Of a frame's head: the bytes of the page as it is stored, and as it was before it was compressed. */
export const FRAME_HEAD_BYTES = 8
/** No page has more, and no record. */
export const MOST_PAGE_BYTES: number = 0x7fff_0000

/**
 * Fills in the head of `frame`, whose page stands behind it: two four-byte lengths (little-endian), of the page as it is stored
 * and as it is when it is read, which are the same when it was not compressed. A block is a sequence of frames, so blocks of one
 * reduce partition may be joined by laying them end to end.
 */
export function writeFrameHead(frame: Buffer, rawBytes: number): void {
  frame.writeUInt32LE(frame.length - FRAME_HEAD_BYTES, 0)
  frame.writeUInt32LE(rawBytes, 4)
}

/** Makes a page what it was before it was compressed. */
export type Decompress = (stored: Uint8Array, rawBytes: number) => Uint8Array

/** Takes a block apart, chunk by chunk; frames may lie across chunks. */
export class FrameReader {
  readonly #decompress: Decompress | undefined
  /** A frame of which a part is there. */
  #partial: Buffer = Buffer.alloc(0)
  #filled = 0

  constructor(decompress: Decompress | undefined) {
    this.#decompress = decompress
  }

  /** Whether the last frame lacks its end. */
  get isInside(): boolean {
    return this.#filled > 0
  }

  /** The pages that `chunk` completes: views of it, where they lie in it as they are. @throws TROUPE_SPARK_BLOCK_CORRUPT */
  push(chunk: Uint8Array): Uint8Array[] {
    const pages: Uint8Array[] = []
    let at = 0
    while (at < chunk.length) {
      if (this.#filled > 0 || chunk.length - at < FRAME_HEAD_BYTES) {
        at += this.#fill(chunk, at, pages)
        continue
      }
      const view = Buffer.from(chunk.buffer, chunk.byteOffset + at, chunk.byteLength - at)
      const end = frameBytes(view)
      if (end > view.length) at += this.#fill(chunk, at, pages)
      else {
        pages.push(this.#page(view.subarray(0, end)))
        at += end
      }
    }
    return pages
  }

  /** Adds to the partial frame what it lacks, its head first; answers the bytes taken. */
  #fill(chunk: Uint8Array, at: number, pages: Uint8Array[]): number {
    if (this.#filled === 0) this.#partial = Buffer.allocUnsafeSlow(FRAME_HEAD_BYTES)
    const taken = Math.min(this.#partial.length - this.#filled, chunk.length - at)
    this.#partial.set(chunk.subarray(at, at + taken), this.#filled)
    this.#filled += taken
    if (this.#filled < this.#partial.length) return taken
    const size = frameBytes(this.#partial)
    if (size > this.#filled) {
      const head = this.#partial
      this.#partial = Buffer.allocUnsafeSlow(size)
      head.copy(this.#partial)
      return taken
    }
    pages.push(this.#page(this.#partial))
    this.#filled = 0
    return taken
  }

  #page(frame: Buffer): Uint8Array {
    const rawBytes = frame.readUInt32LE(4)
    const stored = frame.subarray(FRAME_HEAD_BYTES)
    if (rawBytes === stored.length) return stored
    if (this.#decompress === undefined) throw corrupt(`${stored.length} bytes for ${rawBytes}`)
    return this.#decompress(stored, rawBytes)
  }
}

function frameBytes(frame: Buffer): number {
  const storedBytes = frame.readUInt32LE(0)
  const rawBytes = frame.readUInt32LE(4)
  if (storedBytes > rawBytes || rawBytes > MOST_PAGE_BYTES) {
    throw corrupt(`${storedBytes} bytes for ${rawBytes}`)
  }
  return FRAME_HEAD_BYTES + storedBytes
}

function corrupt(what: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_BLOCK_CORRUPT',
    `A frame of a shuffle block has no right head (${what}); the map output is to be recomputed`,
    { data: { what } },
  )
}
