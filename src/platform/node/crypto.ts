import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Crypto } from '../crypto.ts'

/**
 * Node's own primitives. They depend on nothing but their input, so the simulation uses them too.
 */
export const nodeCrypto: Crypto = {
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  sha256: (data) => createHash('sha256').update(data).digest(),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  crc32: (data, seed) => crc32(data, seed ?? 0),
}
