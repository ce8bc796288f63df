/**
 * MurmurHash3 x86 32-bit over the UTF-16 code units of a string, two bytes each, little-endian.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 * @returns an unsigned 32-bit integer
 */
export function murmur3Text(text: string, seed: number): number {
  const length = text.length
  let hash = seed | 0
  const even = length & ~1
  for (let i = 0; i < even; i += 2) {
    hash = mix(hash, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))
  }
  if (length > even) hash ^= scramble(text.charCodeAt(even))
  return finish(hash, length * 2)
}

/** The same over ASCII bytes, each of which is a code unit. */
export function murmur3Ascii(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed | 0
  const even = start + ((end - start) & ~1)
  for (let i = start; i < even; i += 2) {
    hash = mix(hash, (bytes[i] as number) | ((bytes[i + 1] as number) << 16))
  }
  if (end > even) hash ^= scramble(bytes[even] as number)
  return finish(hash, (end - start) * 2)
}

/** The same over a four-byte word, little-endian. */
export function murmur3Word(word: number, seed: number): number {
  return finish(mix(seed | 0, word), 4)
}

/** The same over two such words. */
export function murmur3Words(low: number, high: number, seed: number): number {
  return finish(mix(mix(seed | 0, low), high), 8)
}

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51)
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593)
}

/** A word into a hash that goes on. */
export function mix(hash: number, word: number): number {
  const h = hash ^ scramble(word)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

function finish(hash: number, bytes: number): number {
  let h = hash ^ bytes
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
