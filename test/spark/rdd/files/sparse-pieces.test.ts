import test from 'ava'
import fc from 'fast-check'

import { sparsePieces, sparseRatio } from '../../../../src/spark/rdd/files/index.ts'

const KiB = 1024

test('pieces of a long split lie in it, apart, at whole records, its head and its end among them', (t) => {
  const split = fc.record({
    startBytes: fc.nat(1 << 30),
    units: fc.integer({ min: 1, max: 1 << 20 }),
    unitBytes: fc.integer({ min: 1, max: 1000 }),
  })
  fc.assert(
    fc.property(split, ({ startBytes, units, unitBytes }) => {
      const endBytes = startBytes + units * unitBytes
      const whole = { path: '/in', startBytes, endBytes }
      const pieces = sparsePieces(whole, unitBytes)
      if (pieces === undefined) {
        t.is(sparseRatio(whole, unitBytes), 1)
        return
      }
      t.is(pieces.length, 16)
      t.is(pieces[0]?.startBytes, startBytes)
      t.is(pieces.at(-1)?.endBytes, endBytes)
      let last = startBytes
      for (const piece of pieces) {
        t.true(piece.startBytes >= last && piece.endBytes > piece.startBytes)
        t.is((piece.startBytes - startBytes) % unitBytes, 0)
        last = piece.endBytes
      }
      t.true(sparseRatio(whole, unitBytes) >= 1.9)
    }),
  )
})

test('what is short, or decompressed, is read as a whole', (t) => {
  const long = { startBytes: 0, endBytes: 64 << 20 }
  t.is(sparsePieces({ path: '/in/a.txt', startBytes: 0, endBytes: 1900 * KiB }), undefined)
  t.is(sparsePieces({ path: '/in/a.txt.gz', ...long }), undefined)
  t.is(sparseRatio({ path: '/in/a.txt', ...long }), 64)
})
