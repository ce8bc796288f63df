import test from 'ava'
import fc from 'fast-check'

import {
  FRAME_HEAD_BYTES,
  FrameReader,
  RecordPage,
  RecordReader,
  writeFrameHead,
} from '../../../src/spark/shuffle/records/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'
import type { Pair } from '../../../src/spark/shuffle/index.ts'

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 60, maxLength: 200 }),
  fc.string({ unit: 'grapheme', minLength: 60, maxLength: 100 }),
  fc.integer(),
  fc.integer({ min: -40_000, max: 40_000 }),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
  fc.uint8Array({ minLength: 60, maxLength: 70 }),
  fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(null, undefined, NaN, -0, '\ud800', 'é'.repeat(80), `${'a'.repeat(70)}\udfff`),
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      tie('value'),
      { noNullPrototype: true, maxKeys: 5 },
    ),
    fc.record({ id: tie('value'), name: fc.string() }),
  ),
}))

function written(pairs: readonly Pair[]): Buffer {
  const page = new RecordPage(rowCodec, FRAME_HEAD_BYTES, 16)
  for (const [key, each] of pairs) page.add(key, each)
  const frame = page.take(16)
  writeFrameHead(frame, frame.length - FRAME_HEAD_BYTES)
  return frame
}

function readBack(pages: readonly Uint8Array[]): Pair[] {
  const reader = new RecordReader(rowCodec)
  return pages.flatMap((page) => {
    reader.open(page)
    return reader.readPairs()
  })
}

test('any plain pairs come back from a page as they were', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 12 }), (pairs) => {
      t.deepEqual(readBack([written(pairs).subarray(FRAME_HEAD_BYTES)]), pairs)
    }),
    { numRuns: 300 },
  )
})

test('a value that is its key once more takes one byte, and what was read shares nothing with the page', (t) => {
  const key = new Uint8Array(70).fill(1)
  const bytes = written([[key, key]])
  t.is(bytes.length, FRAME_HEAD_BYTES + 5 + 70 + 1)
  const [[read, again] = []] = readBack([bytes.subarray(FRAME_HEAD_BYTES)])
  t.is(read, again)
  bytes.fill(9)
  t.deepEqual(read, key)
})

test('frames laid end to end are read in whatever chunks they come', (t) => {
  const pages = fc.array(fc.array(fc.tuple(scalar, scalar), { minLength: 1, maxLength: 5 }), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(pages, fc.integer({ min: 1, max: 200 }), (groups, chunkBytes) => {
      const block = Buffer.concat(groups.map(written))
      const frames = new FrameReader(undefined)
      const rows: Pair[] = []
      for (let at = 0; at < block.length; at += chunkBytes) {
        rows.push(...readBack(frames.push(block.subarray(at, at + chunkBytes))))
      }
      t.false(frames.isInside)
      t.deepEqual(rows, groups.flat())
    }),
    { numRuns: 200 },
  )
})

test('bytes that no page has written are refused, and never read for long', (t) => {
  const page = written([
    ['key', { a: 1, b: [1, 2, 'three'] }],
    ['other', { a: 2, b: null }],
  ]).subarray(FRAME_HEAD_BYTES)
  fc.assert(
    fc.property(fc.nat(page.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const broken = Buffer.from(page)
      broken[at] = (broken[at] as number) ^ change
      try {
        readBack([broken])
      } catch (error) {
        const { code } = error as { code: string }
        t.true(['TROUPE_SPARK_BLOCK_CORRUPT', 'TROUPE_CODEC_UNDECODABLE'].includes(code), code)
      }
      t.pass()
    }),
    { numRuns: 500 },
  )
  const error = t.throws(() => readBack([page.subarray(0, -1)]), {
    code: 'TROUPE_SPARK_BLOCK_CORRUPT',
  })
  t.regex(error.message, /its end is missing/)
})

test('what can not travel is refused with its place in the row', (t) => {
  class Point {
    readonly x = 1
  }
  const page = new RecordPage(rowCodec, FRAME_HEAD_BYTES, 16)
  page.add('a', 1)
  for (const [refused, message] of [
    [{ at: new Point() }, /rows\[1\]\[0\]\.at is an instance of Point/],
    [Promise.resolve(), /rows\[1\]\[0\] is a promise/],
    [[1, () => 1], /rows\[1\]\[0\]\[1\] is a function/],
    ['a1'.match(/a/), /rows\[1\]\[0\] is an array with the named property "index"/],
  ] as const) {
    const error = t.throws(() => page.add('k', refused), { code: 'TROUPE_SPARK_ROW_UNENCODABLE' })
    t.regex(error.message, message)
  }
})

test('a page that is taken keeps its bytes while the next one is written', (t) => {
  const page = new RecordPage(rowCodec, 0, 16)
  page.add('first', [1])
  const first = page.take(16)
  page.add('second', [2])
  t.deepEqual(readBack([first]), [['first', [1]]])
  t.deepEqual(readBack([page.view()]), [['second', [2]]])
})
