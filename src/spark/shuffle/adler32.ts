const MODULUS = 65_521
/** The most bytes after which the sums still fit 32 bits without a modulus (RFC 1950). */
const RUN = 5_552

/**
 * The Adler-32 checksum of `bytes`, or of what came before with checksum `seed` and `bytes` after it.
 *
 * @returns an unsigned 32-bit integer
 * @see RFC 1950, section 8.2
 */
export function adler32(bytes: Uint8Array, seed = 1): number {
  let low = seed & 0xffff
  let high = (seed >>> 16) & 0xffff
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(at + RUN, bytes.length)
    for (; at < end; at += 1) {
      low += bytes[at] as number
      high += low
    }
    low %= MODULUS
    high %= MODULUS
  }
  return ((high << 16) | low) >>> 0
}
