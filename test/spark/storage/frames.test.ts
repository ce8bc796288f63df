import fc from 'fast-check'
import test from 'ava'

import { RowFrames, encodeFrames } from '../../../src/spark/storage/block-frames.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'

const batch = fc.array(fc.oneof(fc.integer(), fc.string({ maxLength: 40 })), { maxLength: 20 })

test('frames are the same rows however their bytes are cut', (t) => {
  fc.assert(
    fc.property(
      fc.array(batch, { maxLength: 6 }),
      fc.integer({ min: 10, max: 100 }),
      fc.integer({ min: 1, max: 64 }),
      (batches, most, chunkBytes) => {
        const bytes = Buffer.concat(batches.flatMap((each) => encodeFrames(each, rowCodec, most)))
        const frames = new RowFrames(rowCodec)
        const rows: unknown[] = []
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          // In memory of its own, which is written over.
          const chunk = new Uint8Array(bytes.subarray(at, at + chunkBytes))
          for (const each of frames.push(chunk)) rows.push(...(each as unknown[]))
          chunk.fill(0xff)
        }
        t.deepEqual(rows, batches.flat())
      },
    ),
    { numRuns: 200 },
  )
})

test('a batch of large rows is several frames, none of which is read before it is whole', (t) => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(50))
  const frames = encodeFrames(rows, rowCodec, 300)
  t.true(frames.length > 8)
  const reader = new RowFrames(rowCodec)
  const [first, ...rest] = frames as [Uint8Array, ...Uint8Array[]]
  t.deepEqual(reader.push(first.subarray(0, 3)), [])
  t.deepEqual(reader.push(first.subarray(3, 20)), [])
  const read = [first.subarray(20), ...rest].flatMap((bytes) => reader.push(bytes) as string[][])
  t.deepEqual(read.flat(), rows)
})
