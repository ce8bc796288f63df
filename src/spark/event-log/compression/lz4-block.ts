import { damaged } from './damaged.ts'
import { RawBlock } from './raw-block.ts'

/** A match has at least as many bytes. */
const LEAST_MATCH = 4
/** The last bytes of a block are literals, and no match begins in the last twelve. */
const LAST_LITERALS = 5
const LAST_MATCH = 12
const MAX_DISTANCE = 0xffff
/** What does not fit a nibble of the token goes on in bytes. */
const NIBBLE = 15
const TABLE_BITS = 12

/**
 * A block of LZ4, one that is found fast rather than short.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
export function lz4Compress(input: Uint8Array): Uint8Array {
  const { length } = input
  const output = new Uint8Array(length + Math.ceil(length / 255) + 16)
  const view = new DataView(input.buffer, input.byteOffset, length)
  /** Of four bytes → one behind where they stood last. */
  const table = new Int32Array(1 << TABLE_BITS)
  let out = 0
  let literals = 0
  const writeLength = (rest: number): void => {
    for (; rest >= 255; rest -= 255) output[out++] = 255
    output[out++] = rest
  }
  const writeSequence = (end: number, match: number, distance: number): void => {
    const count = end - literals
    const more = match - LEAST_MATCH
    const high = Math.min(count, NIBBLE) << 4
    output[out++] = match === 0 ? high : high | Math.min(more, NIBBLE)
    if (count >= NIBBLE) writeLength(count - NIBBLE)
    output.set(input.subarray(literals, end), out)
    out += count
    if (match === 0) return
    output[out++] = distance & 0xff
    output[out++] = distance >> 8
    if (more >= NIBBLE) writeLength(more - NIBBLE)
  }
  const lastMatch = length - LAST_MATCH
  const lastMatched = length - LAST_LITERALS
  for (let at = 0; at < lastMatch;) {
    const four = view.getUint32(at, true)
    const slot = Math.imul(four, 0x9e3779b1) >>> (32 - TABLE_BITS)
    const before = (table[slot] ?? 0) - 1
    table[slot] = at + 1
    if (before < 0 || at - before > MAX_DISTANCE || view.getUint32(before, true) !== four) {
      at += 1
      continue
    }
    let match = LEAST_MATCH
    while (at + match < lastMatched && input[at + match] === input[before + match]) match += 1
    writeSequence(at, match, at - before)
    at += match
    literals = at
  }
  writeSequence(length, 0, 0)
  return output.subarray(0, out)
}

/** What a block of LZ4 holds. @throws TROUPE_SPARK_EVENT_LOG_DAMAGED */
export function lz4Decompress(input: Uint8Array, rawBytes: number): Uint8Array {
  const raw = new RawBlock('a block of lz4', rawBytes)
  let at = 0
  const readLength = (nibble: number): number => {
    if (nibble < NIBBLE) return nibble
    let length = nibble
    for (let byte = 255; byte === 255;) {
      if (at >= input.length) throw damaged('a block of lz4 ends too soon')
      byte = input[at++] ?? 0
      length += byte
    }
    return length
  }
  while (at < input.length) {
    const token = input[at++] ?? 0
    const literals = readLength(token >> 4)
    raw.literals(input, at, literals)
    at += literals
    if (at >= input.length) break
    const distance = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8)
    at += 2
    raw.again(distance, readLength(token & NIBBLE) + LEAST_MATCH)
  }
  return raw.whole()
}
