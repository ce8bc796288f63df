import test from 'ava'
import fc from 'fast-check'

import { readSettings } from '../../../src/spark/context/spark-conf.ts'
import {
  HashPartitioner,
  SHUFFLE_KEYS,
  blockRange,
  mapOutputPath,
  pairsOfPages,
  readPages,
  shuffleSettings,
  shuffleWriter,
  type BlockLocation,
  type Pair,
} from '../../../src/spark/shuffle/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'
import { spilling } from './spilling.ts'

const properties = (conf: Record<string, string | number>): Readonly<Record<string, string>> =>
  readSettings(conf).taskProperties

test('what is set of the shuffle goes with every task, and nothing else does', (t) => {
  t.deepEqual(properties({ 'spark.executor.cores': 2 }), {})
  const set = properties({
    'spark.reducer.maxSizeInFlight': '24m',
    'spark.reducer.maxReqsInFlight': 5,
    'spark.shuffle.sort.bypassMergeThreshold': 0,
    'spark.shuffle.compress': 'true',
  })
  const { limits, bypassMergeThreshold, compression, spillCompression } = shuffleSettings(set)
  t.is(limits.maxBytesInFlight, 24 << 20)
  t.is(limits.maxBlocksInFlight, 5)
  t.is(limits.maxBytesInMemory, 200 << 20)
  t.is(bypassMergeThreshold, 0)
  t.truthy(compression)
  t.is(spillCompression, undefined)
})

for (const [key, value] of [
  [SHUFFLE_KEYS.maxSizeInFlight, 'much'],
  [SHUFFLE_KEYS.maxReqsInFlight, 0],
  [SHUFFLE_KEYS.forceSpillThreshold, '-1'],
  [SHUFFLE_KEYS.compress, 'yes'],
  [SHUFFLE_KEYS.codec, 'lz4'],
] as const) {
  test(`${key}=${value} is refused with its name`, (t) => {
    const error = t.throws(() => properties({ [key]: value }), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    })
    t.true(error.message.includes(key))
  })
}

test('compressed blocks and spills hold the same rows in fewer bytes', async (t) => {
  const { compression } = shuffleSettings({ [SHUFFLE_KEYS.compress]: 'true' })
  const id = { shuffleId: 1, mapPartition: 0, attempt: 0 }
  await fc.assert(
    fc.asyncProperty(fc.nat(3_000), fc.constantFrom(0, 1 << 30), async (length, memoryBytes) => {
      const rows: Pair[] = Array.from({ length }, (_, i) => [`key ${i % 50}`, 'value '.repeat(9)])
      const { disk, memory, space } = await spilling(memoryBytes)
      const partitioner = new HashPartitioner(2)
      const options = { id, directory: '/blocks', partitioner, memory, space, compression }
      const writer = shuffleWriter(options)
      for (let at = 0; at < length; at += 500) await writer.write(rows.slice(at, at + 500))
      const { sizesBytes, checksums } = await writer.finish()
      const path = mapOutputPath('/blocks', id)
      const data = await disk.readFile(`${path}.data`)
      if (length > 500) t.true(data.length < length * 15)
      const index = await disk.readFile(`${path}.index`)
      const read: Pair[] = []
      for (const reducePartition of [0, 1]) {
        const block: BlockLocation = {
          shuffleId: 1,
          mapPartition: 0,
          mapAttempt: 0,
          reducePartition,
          executorId: 'a',
          lengthBytes: sizesBytes[reducePartition] ?? 0,
          checksum: checksums[reducePartition] ?? 1,
        }
        const { offset, lengthBytes } = blockRange(index, reducePartition)
        const fetch = async function* (): AsyncIterable<Uint8Array> {
          yield data.subarray(offset, offset + lengthBytes)
        }
        const decompress = compression?.decompress
        const pages = readPages([block], { fetch, space, decompress })
        read.push(...(await pairsOfPages(pages, rowCodec).toArray()))
      }
      const texts = (list: readonly Pair[]): string[] => list.map(([k]) => String(k)).sort()
      t.deepEqual(texts(read), texts(rows))
    }),
    { numRuns: 25 },
  )
})

test('a page that can not be decompressed is corrupt', (t) => {
  const { compression } = shuffleSettings({ [SHUFFLE_KEYS.compress]: 'true' })
  const page = new TextEncoder().encode('many words, many words, many words, many words')
  const stored = compression?.compress(page) ?? new Uint8Array(0)
  t.deepEqual(new Uint8Array(compression?.decompress(stored, page.length) ?? []), page)
  for (const [bytes, rawBytes] of [
    [stored.subarray(0, 4), page.length],
    [stored, page.length - 1],
    [stored, page.length + 1],
  ] as const) {
    t.throws(() => compression?.decompress(bytes, rawBytes), {
      code: 'TROUPE_SPARK_BLOCK_CORRUPT',
    })
  }
})
