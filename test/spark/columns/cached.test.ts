import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'
import fc from 'fast-check'

import { rowsOf, type AnyBatch } from '../../../src/spark/batches/index.ts'
import { ColumnBatch } from '../../../src/spark/columns/index.ts'
import { SparkContext, StorageLevel } from '../../../src/spark/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'
import { RowFrames, encodeFrames, sharedChunks } from '../../../src/spark/storage/block-frames.ts'
import { textColumn } from './text-column.ts'

const text = fc.string({ maxLength: 5, unit: 'grapheme' })
const pair = fc.tuple(text, fc.oneof(fc.integer(), fc.double()))
const batch = fc
  .tuple(fc.array(pair, { minLength: 1 }), fc.boolean())
  .map(([rows, isColumns]): AnyBatch<unknown> => {
    if (!isColumns) return rows
    const values = Float64Array.from(rows, ([, value]) => value)
    const columns = [textColumn(rows.map(([key]) => key)), { type: 'number', values } as const]
    return new ColumnBatch(rows.length, columns, [0, 1])
  })

function plain(batches: readonly AnyBatch<unknown>[]): unknown[] {
  return batches.flatMap((each) => (each instanceof ColumnBatch ? rowsOf(each) : [each])).flat()
}

test('frames of rows and of columns come back from shared memory, however they are cut', (t) => {
  fc.assert(
    fc.property(fc.array(batch), fc.integer({ min: 1, max: 40 }), (batches, size) => {
      const frames = batches.flatMap((each) => encodeFrames(each, rowCodec))
      const chunks = sharedChunks(frames)
      const whole = new RowFrames(rowCodec)
      const back = chunks.flatMap((chunk) => whole.push(chunk))
      t.deepEqual(plain(back), plain(batches))
      t.deepEqual(
        back.map((each) => each instanceof ColumnBatch),
        batches.map((each) => each instanceof ColumnBatch),
      )
      const cut = new RowFrames(rowCodec)
      const bytes = Buffer.concat(frames)
      const pieces: unknown[] = []
      for (let at = 0; at < bytes.length; at += size) {
        pieces.push(...plain(cut.push(bytes.subarray(at, at + size))))
      }
      t.deepEqual(pieces, plain(batches))
    }),
  )
})

test('columns that are cached are kept as bytes, and read by every thread as the rows they are', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const path = join(directory, 'pairs')
  const lines = Array.from({ length: 20_000 }, (_, i) => `key ${i % 700}\t${i % 13}`)
  await writeFile(path, lines.join('\n'))
  for (const level of [
    StorageLevel.MEMORY_ONLY,
    StorageLevel.MEMORY_AND_DISK,
    StorageLevel.DISK_ONLY,
  ]) {
    const sums: unknown[] = []
    const sizes: number[] = []
    for (const recognition of ['true', 'false']) {
      const conf = { 'spark.troupe.recognition': recognition }
      const sc = await SparkContext.create({ master: 'local[2]', appName: 'cached', conf })
      const pairs = sc
        .textFile(path, 3)
        .map((line) => {
          const [key = '', value] = line.split('\t')
          return [key, Number(value)] as const
        })
        .persist(level)
      t.is(await pairs.count(), lines.length)
      sizes.push(sc.getRDDStorageInfo()[0]?.memoryBytes ?? 0)
      const counts = await pairs.reduceByKey((a, b) => a + b, 2).collect()
      const beside = await pairs
        .join(
          pairs.mapValues(() => 1).filter(([key]) => key === 'key 7'),
          2,
        )
        .count()
      sums.push([counts.map(String).sort(), beside, await pairs.map(([key]) => key).first()])
      await sc.stop()
    }
    t.deepEqual(sums[0], sums[1])
    if (level.useMemory) t.true(3 * (sizes[0] ?? 0) < (sizes[1] ?? 0), String(sizes))
  }
})
