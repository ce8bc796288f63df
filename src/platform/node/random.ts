import { randomFillSync } from 'node:crypto'
import type { Random } from '../random.ts'

const POOL_BYTES = 4096
/** What is longer is drawn by itself. */
const MOST_OF_POOL = 64

/** Chance from the operating system, drawn through a pool so that an id costs no system call. */
export function nodeRandom(): Random {
  const pool = Buffer.alloc(POOL_BYTES)
  let used = POOL_BYTES

  function take(length: number): number {
    if (used + length > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    used += length
    return used - length
  }

  const uint32 = (): number => pool.readUInt32LE(take(4))

  return {
    float: () => (uint32() * 0x200000 + (uint32() >>> 11)) / 2 ** 53,
    int(bound) {
      const limit = 2 ** 32 - (2 ** 32 % bound)
      let value = uint32()
      while (value >= limit) value = uint32()
      return value % bound
    },
    bytes(length) {
      const bytes = new Uint8Array(length)
      if (length > MOST_OF_POOL) return randomFillSync(bytes)
      const at = take(length)
      for (let i = 0; i < length; i++) bytes[i] = pool[at + i] ?? 0
      return bytes
    },
    id() {
      const at = take(16)
      return pool.toString('hex', at, at + 16)
    },
  }
}
