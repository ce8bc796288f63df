import { ROOM_BYTES, vectorSums } from './vector-sums.ts'

const MODULUS = 65_521
/** The most bytes after which the sums still fit 32 bits without a modulus (RFC 1950), in whole steps. */
const RUN = 5_552
const STEP = 8
/** The most words whose bytes, and the sums of these so far, fit two lanes of sixteen bits each. */
const BLOCK_WORDS = 22
/** Two bytes of a word, a lane for each. */
const LANES = 0x00ff00ff
/** Bytes from this number on are worth to be copied for the processor's vectors. */
const MANY_BYTES = 4 << 10
/** Of a vector. */
const VECTOR_BYTES = 16

/**
 * The Adler-32 checksum of `bytes`, or of what came before with checksum `seed` and `bytes` after it.
 *
 * @returns an unsigned 32-bit integer
 * @see RFC 1950, section 8.2
 */
export function adler32(bytes: Uint8Array, seed = 1): number {
  const vectors = bytes.length < MANY_BYTES ? undefined : vectorSums()
  if (vectors === undefined) return adler32ByWords(bytes, seed)
  const end = bytes.length & -VECTOR_BYTES
  let sum = seed
  for (let at = 0; at < end; at += ROOM_BYTES) {
    const length = Math.min(ROOM_BYTES, end - at)
    vectors.room.set(bytes.subarray(at, at + length))
    sum = vectors.adler32(length, sum | 0) >>> 0
  }
  return end === bytes.length ? sum : adler32ByWords(bytes.subarray(end), sum)
}

/** The same, without vectors. */
function adler32ByWords(bytes: Uint8Array, seed: number): number {
  let low = seed & 0xffff
  let high = seed >>> 16
  const { length } = bytes
  // Whole words first, where the bytes lie so that they can be read as such.
  const words = bytes.byteOffset % 4 === 0 ? length >>> 2 : 0
  if (words > 0)
    [low, high] = sumWords(new Int32Array(bytes.buffer, bytes.byteOffset, words), low, high)
  for (let at = words << 2; at < length;) {
    const end = Math.min(at + RUN, length)
    // What a byte adds to the second sum is known ahead: eight of them wait for one another no more than one does.
    for (const last = end - STEP; at <= last; at += STEP) {
      const a = bytes[at] as number
      const b = bytes[at + 1] as number
      const c = bytes[at + 2] as number
      const d = bytes[at + 3] as number
      const e = bytes[at + 4] as number
      const f = bytes[at + 5] as number
      const g = bytes[at + 6] as number
      const h = bytes[at + 7] as number
      high += 8 * low + 8 * a + 7 * b + 6 * c + 5 * d + 4 * e + 3 * f + 2 * g + h
      low += a + b + c + d + e + f + g + h
    }
    for (; at < end; at += 1) {
      low += bytes[at] as number
      high += low
    }
    low %= MODULUS
    high %= MODULUS
  }
  return ((high << 16) | low) >>> 0
}

/**
 * Both sums of the bytes of words (little-endian), four bytes at a time: in each lane the bytes and the sums of those before, which
 * count four times for each word behind them.
 */
function sumWords(words: Int32Array, low: number, high: number): readonly [number, number] {
  const { length } = words
  for (let at = 0; at < length;) {
    const end = Math.min(at + BLOCK_WORDS, length)
    const wordsHere = end - at
    let even = 0
    let odd = 0
    let evenSums = 0
    let oddSums = 0
    for (; at < end; at += 1) {
      const word = words[at] as number
      evenSums = (evenSums + even) | 0
      oddSums = (oddSums + odd) | 0
      even = (even + (word & LANES)) | 0
      odd = (odd + ((word >>> 8) & LANES)) | 0
    }
    const a = even & 0xffff
    const b = odd & 0xffff
    const c = even >>> 16
    const d = odd >>> 16
    const sums = (evenSums & 0xffff) + (evenSums >>> 16) + (oddSums & 0xffff) + (oddSums >>> 16)
    high = (high + 4 * wordsHere * low + 4 * sums + 4 * a + 3 * b + 2 * c + d) % MODULUS
    low = (low + a + b + c + d) % MODULUS
  }
  return [low, high]
}
