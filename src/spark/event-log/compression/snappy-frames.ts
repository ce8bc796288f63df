import { damaged } from './damaged.ts'
import type { FrameReader } from './frames.ts'
import { RawBlock } from './raw-block.ts'

const MAGIC = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0)
/** Behind that stand two versions. */
const HEAD_BYTES = MAGIC.length + 8
const LENGTH_BYTES = 4
const MAX_FRAME_BYTES = 1 << 25

/** Reads logs in `snappy`: frames behind each other, each with its length before it. @see SnappyOutputStream in snappy-java */
export const snappyReader: FrameReader = {
  headBytes: HEAD_BYTES,
  next(bytes) {
    if (bytes.length < LENGTH_BYTES) return undefined
    // Logs behind each other have a head of their own each.
    if (bytes[0] === MAGIC[0]) {
      if (bytes.length < HEAD_BYTES) return undefined
      return { takenBytes: HEAD_BYTES, raw: new Uint8Array(0) }
    }
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    if (length > MAX_FRAME_BYTES) throw damaged('it is no log in snappy')
    const takenBytes = LENGTH_BYTES + length
    if (bytes.length < takenBytes) return undefined
    return { takenBytes, raw: decompress(bytes.subarray(LENGTH_BYTES, takenBytes)) }
  },
}

/** @see https://github.com/google/snappy/blob/main/format_description.txt */
function decompress(input: Uint8Array): Uint8Array {
  let at = 0
  let rawBytes = 0
  for (let shift = 0; ; shift += 7) {
    const byte = input[at++] ?? 0
    rawBytes += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
    if (shift > 28) throw damaged('a frame of snappy does not say how long it is')
  }
  if (rawBytes > MAX_FRAME_BYTES) throw damaged('a frame of snappy is longer than any')
  const raw = new RawBlock('a frame of snappy', rawBytes)
  const little = (bytes: number): number => {
    let value = 0
    for (let i = 0; i < bytes; i += 1) value += (input[at++] ?? 0) * 2 ** (8 * i)
    return value
  }
  while (at < input.length) {
    const tag = input[at++] ?? 0
    const kind = tag & 3
    if (kind === 0) {
      const short = tag >> 2
      const literals = (short < 60 ? short : little(short - 59)) + 1
      raw.literals(input, at, literals)
      at += literals
      continue
    }
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
    let distance: number
    if (kind === 1) distance = ((tag >> 5) << 8) | little(1)
    else distance = little(kind === 2 ? 2 : 4)
    raw.again(distance, length)
  }
  return raw.whole()
}
