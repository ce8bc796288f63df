import test from 'ava'
import fc from 'fast-check'

import { copyBytes, wordBytes } from '../../../src/spark/shuffle/records/index.ts'

test('bytes are copied from any place to any place, and those around stay', (t) => {
  const source = new Uint8Array(2048).map((_, i) => (i * 7919) >> 3)
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2048 }),
      fc.nat({ max: 600 }),
      fc.nat({ max: 40 }),
      fc.integer({ min: 0, max: 3 }),
      (start, length, at, behind) => {
        const end = Math.min(2048, start + length)
        const expected = new Uint8Array(700).fill(0xaa)
        expected.set(source.subarray(start, end), at)
        const into = wordBytes(new Uint8Array(700).fill(0xaa).buffer)
        // Memory that ends within a word, and right behind what is copied.
        const from = wordBytes(source.slice(0, Math.min(2048, end + behind)).buffer)
        copyBytes(from, start, end - start, into, at)
        t.deepEqual(into.bytes, expected)
      },
    ),
    { numRuns: 2000 },
  )
})
