import test from 'ava'
import fc from 'fast-check'

import {
  ColumnBatch,
  ValueCounter,
  linesOf,
  type Column,
} from '../../../src/spark/columns/index.ts'
import { KeyTable } from '../../../src/spark/keys/index.ts'
import { lineOfRow } from '../../../src/spark/rdd/text/line-of-row.ts'
import { textColumn } from './text-column.ts'

const text = fc
  .oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('"', '\\', '\n', '\u2028'))
  .map((each) => Buffer.from(each).toString())
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    NaN,
    Infinity,
    2 ** 31,
    -(2 ** 31),
    1e21,
    1e-7,
    999_999_999,
    1_000_000_000,
  ),
)
const constant = fc.constantFrom(null, undefined, 'a "text"', '\ud83d', 7, -0, NaN)
const rows = fc.array(fc.tuple(text, number), { minLength: 1, maxLength: 20 })

function columnsOf(all: readonly (readonly [string, number])[], value: unknown): Column[] {
  return [
    textColumn(all.map(([each]) => each)),
    { type: 'number', values: Float64Array.from(all, ([, each]) => each) },
    { type: 'constant', value: value as string },
  ]
}

test('lines of columns are those of their rows', (t) => {
  const form = fc.constantFrom(0, 1, 2, [0, 1], [1, [0, 2]], [[2]], [1, 1, 1])
  fc.assert(
    fc.property(rows, constant, form, (all, value, of) => {
      const batch = new ColumnBatch(all.length, columnsOf(all, value), of)
      const expected = batch.slice(0, all.length).map((row) => `${lineOfRow(row)}\n`)
      const lines = linesOf(batch)
      t.is(lines && Buffer.from(lines).toString(), Buffer.from(expected.join('')).toString())
    }),
    { numRuns: 500 },
  )
})

test('bytes have no lines of their own, and no rows none', (t) => {
  const bytes: Column = {
    type: 'bytes',
    bytes: Uint8Array.of(1),
    starts: Int32Array.of(0),
    ends: Int32Array.of(1),
  }
  t.is(linesOf(new ColumnBatch(1, [bytes], 0)), undefined)
  t.is(linesOf(new ColumnBatch(1, [bytes, bytes], [0, 1])), undefined)
  t.is(linesOf(new ColumnBatch(0, [bytes], 0))?.length, 0)
})

test('values of columns are counted as rows are, in the order in which they first came', (t) => {
  const few = fc.array(fc.tuple(fc.constantFrom('', 'a', 'é', 'longer than a head'), number))
  const part = fc.constantFrom(0, 1, 2)
  fc.assert(
    fc.property(fc.array(fc.tuple(few, part, constant)), fc.boolean(), (batches, isKey) => {
      const table = new KeyTable<unknown, number>()
      const plain = new KeyTable<unknown, number>()
      const counter = new ValueCounter(table)
      for (const [all, of, value] of batches) {
        const columns = columnsOf(all, value)
        const batch = new ColumnBatch(all.length, columns, isKey ? [of, 0] : of)
        t.true(counter.add(batch, isKey ? 'key' : 'row'))
        for (const row of batch.slice(0, batch.rows)) {
          const number = plain.numberOf(isKey ? (row as unknown[])[0] : row)
          if (number < 0) plain.values.push(1)
          else plain.values[number] = (plain.values[number] as number) + 1
        }
      }
      t.deepEqual([table.keys, table.values], [plain.keys, plain.values])
    }),
    { numRuns: 300 },
  )
  const pair = new ColumnBatch(1, columnsOf([['a', 1]], null), [[0, 1], 2])
  const counter = new ValueCounter(new KeyTable<unknown, number>())
  t.deepEqual([counter.add(pair, 'key'), counter.add(pair, 'row')], [false, false])
})
