import { canonicalKey } from './canonical-key.ts'
import { murmur3Ascii, murmur3Text, murmur3Word, murmur3Words } from './murmur3.ts'

/** Seeds, one for each form, so that 1 and "1" part ways. Part of the written function: never change. */
const TEXT_SEED = 0x53
const INTEGER_SEED = 0x49
const FLOAT_SEED = 0x46
const VALUE_SEED = 0x56

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/**
 * The hash of a key: the same for equal keys, in every process and version.
 *
 * murmur3-x86-32 with a seed for the form of the key, over
 * - a string: its UTF-16 code units, little-endian (seed 0x53);
 * - a number that is a 32-bit integer (also -0): four bytes, little-endian (seed 0x49);
 * - any other number: its IEEE 754 double, little-endian, NaN as 0x7ff8000000000000 (seed 0x46);
 * - anything else: the code units of its {@link canonicalKey} (seed 0x56).
 *
 * @returns an unsigned 32-bit integer
 * @throws TROUPE_SPARK_KEY_UNSUPPORTED
 */
export function hashKey(key: unknown): number {
  if (typeof key === 'string') return murmur3Text(key, TEXT_SEED)
  return typeof key === 'number' ? hashNumberKey(key) : murmur3Text(canonicalKey(key), VALUE_SEED)
}

/** {@link hashKey} of a number. */
export function hashNumberKey(key: number): number {
  const integer = key | 0
  if (integer === key) return murmur3Word(integer, INTEGER_SEED)
  if (Number.isNaN(key)) return murmur3Words(0, 0x7ff80000, FLOAT_SEED)
  float[0] = key
  return murmur3Words(words[0] as number, words[1] as number, FLOAT_SEED)
}

/** {@link hashKey} of the string that the ASCII bytes `start` … `end` are. */
export function hashAsciiKey(bytes: Uint8Array, start: number, end: number): number {
  return murmur3Ascii(bytes, start, end, TEXT_SEED)
}

/** {@link hashKey} of numbers modulo `count`, one after the other: no hash becomes an object of the heap. */
export function placesOfNumbers(keys: Float64Array, count: number, places: Int32Array): void {
  for (let i = 0; i < places.length; i += 1) {
    const key = keys[i] as number
    const integer = key | 0
    places[i] =
      integer === key ? murmur3Word(integer, INTEGER_SEED) % count : hashNumberKey(key) % count
  }
}
