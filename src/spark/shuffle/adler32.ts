const MODULUS = 65_521
/** The most bytes after which the sums still fit 32 bits without a modulus (RFC 1950), in whole steps. */
const RUN = 5_552
const STEP = 8

/**
 * The Adler-32 checksum of `bytes`, or of what came before with checksum `seed` and `bytes` after it.
 *
 * @returns an unsigned 32-bit integer
 * @see RFC 1950, section 8.2
 */
export function adler32(bytes: Uint8Array, seed = 1): number {
  let low = seed & 0xffff
  let high = seed >>> 16
  const { length } = bytes
  for (let at = 0; at < length;) {
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
