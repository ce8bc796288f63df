/** The few primitives that handshakes and checksums need. */
export interface Crypto {
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array
  sha256(data: Uint8Array): Uint8Array
  /** Compares in constant time; false for different lengths. */
  equal(a: Uint8Array, b: Uint8Array): boolean
  crc32(data: Uint8Array, seed?: number): number
}
