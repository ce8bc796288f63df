import test from 'ava'
import fc from 'fast-check'

import { adler32 } from '../../../src/spark/shuffle/index.ts'

/** As RFC 1950 says it. */
function byDefinition(bytes: Uint8Array, seed: number): number {
  let low = seed & 0xffff
  let high = seed >>> 16
  for (const byte of bytes) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return ((high << 16) | low) >>> 0
}

const greatest = ((65_520 << 16) | 65_520) >>> 0

test('checksums of few bytes and of many are those of the definition, wherever the bytes lie', (t) => {
  const memory = new Uint8Array(140_000).map((_, i) => (i * 7919) >> 4)
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.oneof(fc.nat({ max: 6000 }), fc.nat({ max: 139_000 })),
      fc.constantFrom(1, 0, greatest),
      (start, length, seed) => {
        const bytes = memory.subarray(start, start + length)
        t.is(adler32(bytes, seed), byDefinition(bytes, seed))
      },
    ),
    { numRuns: 200 },
  )
})

test('sums of the greatest bytes stay within their bounds', (t) => {
  for (const length of [4096, 5552, 5568, 65_536, 65_552, 131_072]) {
    const bytes = new Uint8Array(length).fill(255)
    t.is(adler32(bytes, greatest), byDefinition(bytes, greatest))
  }
})
