import { damaged } from './damaged.ts'
import { lz4Compress, lz4Decompress } from './lz4-block.ts'
import type { FrameReader } from './frames.ts'
import { xxHash32 } from './xxhash32.ts'

/** What each frame begins with: this, a token, the bytes in it, those they are made to, a checksum of these. */
const MAGIC = new TextEncoder().encode('LZ4Block')
const HEADER_BYTES = MAGIC.length + 13
const RAW = 0x10
const LZ4 = 0x20
/** The low half of a token tells that frames have at most 1 KiB times two to this power. */
const LEVEL = 5
export const LZ4_FRAME_BYTES: number = 1024 << LEVEL
const SEED = 0x9747b28c
const CHECKSUM_MASK = 0x0fff_ffff
/** No frame of Spark's has more. */
const MAX_FRAME_BYTES = 1 << 25

/**
 * Bytes as frames in the form of the library that Spark uses for `lz4`; such frames behind each other are one log.
 *
 * @see LZ4BlockOutputStream in lz4-java
 */
export function lz4Frames(bytes: Uint8Array): Uint8Array {
  const frames: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += LZ4_FRAME_BYTES) {
    const raw = bytes.subarray(at, at + LZ4_FRAME_BYTES)
    const packed = lz4Compress(raw)
    const isShorter = packed.length < raw.length
    const body = isShorter ? packed : raw
    frames.push(header(isShorter ? LZ4 : RAW, body.length, raw.length, checksumOf(raw)), body)
  }
  return Buffer.concat(frames)
}

/** The frame that says that there is no more. */
export function lz4End(): Uint8Array {
  return header(RAW, 0, 0, 0)
}

function header(method: number, bytes: number, rawBytes: number, checksum: number): Uint8Array {
  const head = new Uint8Array(HEADER_BYTES)
  head.set(MAGIC)
  head[MAGIC.length] = method | LEVEL
  const view = new DataView(head.buffer, MAGIC.length + 1)
  view.setUint32(0, bytes, true)
  view.setUint32(4, rawBytes, true)
  view.setUint32(8, checksum, true)
  return head
}

function checksumOf(bytes: Uint8Array): number {
  return xxHash32(bytes, SEED) & CHECKSUM_MASK
}

/** Reads frames of {@link lz4Frames}. */
export const lz4Reader: FrameReader = {
  headBytes: 0,
  next(bytes) {
    if (bytes.length < HEADER_BYTES) return undefined
    if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw damaged('it is no log in lz4')
    const view = new DataView(bytes.buffer, bytes.byteOffset + MAGIC.length + 1)
    const packedBytes = view.getUint32(0, true)
    const rawBytes = view.getUint32(4, true)
    if (packedBytes > MAX_FRAME_BYTES || rawBytes > MAX_FRAME_BYTES) {
      throw damaged('a frame of lz4 is longer than any')
    }
    const takenBytes = HEADER_BYTES + packedBytes
    if (bytes.length < takenBytes) return undefined
    const body = bytes.subarray(HEADER_BYTES, takenBytes)
    const isPacked = ((bytes[MAGIC.length] ?? 0) & 0xf0) === LZ4
    const raw = isPacked ? lz4Decompress(body, rawBytes) : body
    if (raw.length > 0 && checksumOf(raw) !== view.getUint32(8, true)) {
      throw damaged('a frame of lz4 has another checksum than it was written with')
    }
    return { takenBytes, raw }
  },
}
