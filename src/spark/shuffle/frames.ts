import type { Batch } from '../batches/index.ts'
import type { Pair } from './aggregator.ts'

/** Values to bytes and back; what it decodes equals what it encoded, and the bytes are the caller's own. */
export interface BatchCodec {
  encode(value: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}

/**
 * Rows of pairs as a frame: a four-byte length (little-endian) and that many bytes of the codec, which hold
 * `[keys, values]`. A block is a sequence of frames, so blocks of one reduce partition may be joined by laying
 * them end to end.
 */
export function encodeFrame(
  keys: readonly unknown[],
  values: readonly unknown[],
  codec: BatchCodec,
): Uint8Array {
  const body = codec.encode([keys, values])
  const frame = new Uint8Array(4 + body.length)
  new DataView(frame.buffer).setUint32(0, body.length, true)
  frame.set(body, 4)
  return frame
}

/** Takes a block apart, chunk by chunk; frames may lie across chunks. */
export class FrameReader {
  readonly #codec: BatchCodec
  #rest: Uint8Array = new Uint8Array(0)

  constructor(codec: BatchCodec) {
    this.#codec = codec
  }

  /** The batches that `chunk` completes. */
  push(chunk: Uint8Array): Batch<Pair>[] {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const batches: Batch<Pair>[] = []
    let at = 0
    while (at + 4 <= bytes.length) {
      const end = at + 4 + view.getUint32(at, true)
      if (end > bytes.length) break
      batches.push(zipped(this.#codec.decode(bytes.subarray(at + 4, end))))
      at = end
    }
    this.#rest = at === bytes.length ? new Uint8Array(0) : bytes.subarray(at)
    return batches
  }
}

function zipped(columns: unknown): Batch<Pair> {
  const [keys, values] = columns as readonly [readonly unknown[], readonly unknown[]]
  const pairs: Pair[] = []
  for (let i = 0; i < keys.length; i += 1) pairs.push([keys[i], values[i]])
  return pairs
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length)
  bytes.set(left)
  bytes.set(right, left.length)
  return bytes
}
