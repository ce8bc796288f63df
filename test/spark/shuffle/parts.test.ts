import fc from 'fast-check'
import test from 'ava'

import { decodeParts, encodeParts } from '../../../src/spark/shuffle/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'

const row = fc.oneof(
  fc.integer(),
  fc.string({ maxLength: 60 }),
  fc.array(fc.double({ noNaN: true }), { maxLength: 8 }),
  fc.uint8Array({ maxLength: 60 }),
)

test('rows in parts are the rows in their order, and no part of several rows is longer than it may be', (t) => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 60 }),
      fc.integer({ min: 8, max: 200 }),
      (rows, most) => {
        const parts = encodeParts(rows, rowCodec, most)
        t.deepEqual(decodeParts(parts, rowCodec), rows)
        for (const part of parts) {
          const alone = rowCodec.decode(part) as unknown[]
          t.true(part.length <= most || alone.length === 1)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('a row that is longer than a part is one of its own, and what can’t travel is refused as ever', (t) => {
  const rows = ['a', 'x'.repeat(1000), 'b']
  t.deepEqual(
    encodeParts(rows, rowCodec, 50).map((part) => part.length > 1000),
    [false, true, false],
  )
  t.throws(() => encodeParts(['a', () => 1], rowCodec, 50), {
    code: 'TROUPE_SPARK_ROW_UNENCODABLE',
  })
  t.throws(() => rowCodec.encode('x'.repeat(1000), 500), { code: 'TROUPE_SPARK_ROW_TOO_LARGE' })
})
