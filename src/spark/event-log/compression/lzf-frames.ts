import { damaged } from './damaged.ts'
import type { FrameReader } from './frames.ts'
import { RawBlock } from './raw-block.ts'

/** `ZV`, and whether what follows is compressed; then the bytes in the frame, and those that they are made to. */
const HEADER_BYTES = 5
const PACKED_HEADER_BYTES = 7
const Z = 0x5a
const V = 0x56

/** Reads logs in `lzf`. @see LZFChunk in compress-lzf; liblzf */
export const lzfReader: FrameReader = {
  headBytes: 0,
  next(bytes) {
    if (bytes.length < PACKED_HEADER_BYTES && bytes.length < HEADER_BYTES + sizeAt(bytes, 3)) {
      return undefined
    }
    if (bytes[0] !== Z || bytes[1] !== V || (bytes[2] ?? 2) > 1)
      throw damaged('it is no log in lzf')
    const isPacked = bytes[2] === 1
    const headBytes = isPacked ? PACKED_HEADER_BYTES : HEADER_BYTES
    const takenBytes = headBytes + sizeAt(bytes, 3)
    if (bytes.length < takenBytes) return undefined
    const body = bytes.subarray(headBytes, takenBytes)
    return { takenBytes, raw: isPacked ? decompress(body, sizeAt(bytes, 5)) : body }
  },
}

/** Big-endian. */
function sizeAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function decompress(input: Uint8Array, rawBytes: number): Uint8Array {
  const raw = new RawBlock('a frame of lzf', rawBytes)
  for (let at = 0; at < input.length;) {
    const control = input[at++] ?? 0
    if (control < 32) {
      const literals = control + 1
      raw.literals(input, at, literals)
      at += literals
      continue
    }
    let length = control >> 5
    if (length === 7) length += input[at++] ?? 0
    length += 2
    const distance = (((control & 31) << 8) | (input[at++] ?? 0)) + 1
    raw.again(distance, length)
  }
  return raw.whole()
}
