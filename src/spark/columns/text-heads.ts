import type { Slices } from './column-batch.ts'

/** Bytes of a text that are compared and hashed as two 32-bit words. */
export const HEAD_BYTES = 8
/** Words that {@link readHeads} writes for a text: its first four bytes, the four behind, its hash, its length + 1. */
export const HEAD_WORDS = 4

/** Which bits of the two words are of a text of 0 … 8 bytes. */
const LOW = Int32Array.of(0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1)
const HIGH = Int32Array.of(0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1)

/**
 * What is looked at of texts `from` … `to` before their bytes are, {@link HEAD_WORDS} for each: texts that differ in a word
 * differ; texts of up to eight bytes that have the same words are the same.
 */
export function readHeads(
  { bytes, starts, ends }: Slices,
  from: number,
  to: number,
  seed: number,
  heads: Int32Array,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lastWhole = bytes.length - HEAD_BYTES
  let word = 0
  for (let i = from; i < to; i += 1) {
    const start = starts[i] as number
    const length = (ends[i] as number) - start
    let low: number
    let high: number
    if (start <= lastWhole) {
      const masks = length < HEAD_BYTES ? length : HEAD_BYTES
      low = view.getInt32(start, true) & (LOW[masks] as number)
      high = view.getInt32(start + 4, true) & (HIGH[masks] as number)
    } else {
      low = wordAt(bytes, start, start + length)
      high = wordAt(bytes, start + 4, start + length)
    }
    let hash = Math.imul(low ^ seed ^ length, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ high, 0x85ebca6b)
    if (length > HEAD_BYTES) hash = restHash(view, start + HEAD_BYTES, start + length, hash)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    heads[word] = low
    heads[word + 1] = high
    heads[word + 2] = hash ^ (hash >>> 16)
    heads[word + 3] = length + 1
    word += HEAD_WORDS
  }
}

/** The last word may be one that has some of the bytes of the one before. */
function restHash(view: DataView, from: number, end: number, before: number): number {
  let hash = before
  for (let at = from; at < end; at += 4) {
    const word = view.getInt32(at <= end - 4 ? at : end - 4, true)
    hash = Math.imul(hash ^ (hash >>> 15) ^ word, 0x85ebca6b)
  }
  return hash
}

/** Up to four bytes before `end` as a word. */
function wordAt(bytes: Uint8Array, from: number, end: number): number {
  let word = 0
  for (let k = Math.min(from + 4, end) - 1; k >= from; k -= 1) {
    word = (word << 8) | (bytes[k] as number)
  }
  return word
}
