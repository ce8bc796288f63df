import test from 'ava'
import fc from 'fast-check'

import { memoryEnvironment } from '../../../src/platform/index.ts'
import {
  HashPartitioner,
  SortShuffleWriter,
  adler32,
  blockRange,
  checksumOf,
  mapOutputPath,
  readBlocks,
  type Aggregator,
  type BlockLocation,
  type MapOutput,
  type Pair,
} from '../../../src/spark/shuffle/index.ts'
import { canonicalKey } from '../../../src/spark/keys/index.ts'
import { codec } from '../engine/codec.ts'

const id = { shuffleId: 1, mapPartition: 2, attempt: 3 }
const sum: Aggregator = { type: 'reduce', merge: (a, b) => (a as number) + (b as number) }

interface Written {
  readonly output: MapOutput
  readonly data: Uint8Array
  readonly index: Uint8Array
  readonly checksums: Uint8Array
  readonly names: readonly string[]
}

async function write(
  pairs: readonly Pair[],
  numPartitions: number,
  options: { aggregator?: Aggregator; maxKeys?: number; maxBufferedBytes?: number } = {},
): Promise<Written> {
  const disk = memoryEnvironment().disk('main')
  await disk.makeDirectory('/blocks')
  const partitioner = new HashPartitioner(numPartitions)
  const writer = new SortShuffleWriter({
    id,
    directory: '/blocks',
    partitioner,
    codec,
    disk,
    ...options,
  })
  for (let at = 0; at < pairs.length; at += 5) await writer.write(pairs.slice(at, at + 5))
  const output = await writer.finish()
  const path = mapOutputPath('/blocks', id)
  return {
    output,
    data: await disk.readFile(`${path}.data`),
    index: await disk.readFile(`${path}.index`),
    checksums: await disk.readFile(`${path}.checksum.ADLER32`),
    names: (await disk.list('/blocks')).map((entry) => entry.path),
  }
}

function locationOf({ output }: Written, reducePartition: number): BlockLocation {
  return {
    shuffleId: 1,
    mapPartition: 2,
    mapAttempt: 3,
    reducePartition,
    executorId: 'a',
    lengthBytes: output.sizesBytes[reducePartition] ?? 0,
    checksum: output.checksums[reducePartition] ?? 1,
  }
}

async function read(written: Written, reducePartition: number, chunkBytes = 7): Promise<Pair[]> {
  const { offset, lengthBytes } = blockRange(written.index, reducePartition)
  const bytes = written.data.subarray(offset, offset + lengthBytes)
  const fetch = async function* (): AsyncIterable<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  return readBlocks([locationOf(written, reducePartition)], fetch, codec).toArray()
}

const pairs = fc.array(
  fc.tuple(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), fc.integer()),
  {
    maxLength: 60,
  },
)
const sorted = (rows: readonly Pair[]): string[] => rows.map((row) => canonicalKey(row)).sort()

test('every pair is in the block of its partition, whatever was spilled and however it is chunked', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      pairs,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(1, 1 << 20),
      async (some, n, limit) => {
        const rows = limit === 1 ? Array.from({ length: 60 }, () => some).flat() : some
        const written = await write(rows, n, { maxBufferedBytes: limit })
        const partitioner = new HashPartitioner(n)
        const all: Pair[] = []
        for (let partition = 0; partition < n; partition += 1) {
          const block = await read(written, partition)
          t.true(block.every(([key]) => partitioner.getPartition(key) === partition))
          all.push(...block)
        }
        t.deepEqual(sorted(all), sorted(rows))
        t.is(written.output.records, rows.length)
      },
    ),
    { numRuns: 100 },
  )
})

test('map-side combine writes one pair a key, or one a key and spill', async (t) => {
  await fc.assert(
    fc.asyncProperty(pairs, fc.constantFrom(3, 1_000_000), async (rows, maxKeys) => {
      const written = await write(rows, 2, { aggregator: sum, maxKeys, maxBufferedBytes: 1 })
      const block = [...(await read(written, 0)), ...(await read(written, 1))]
      const total = (list: readonly Pair[]): number =>
        list.reduce((acc, [, v]) => acc + (v as number), 0)
      t.is(total(block), total(rows))
      const keys = (list: readonly Pair[]): string[] =>
        [...new Set(list.map(([key]) => canonicalKey(key)))].sort()
      t.deepEqual(keys(block), keys(rows))
      if (maxKeys > 100) t.is(block.length, keys(rows).length)
    }),
    { numRuns: 60 },
  )
})

test('the index has R + 1 offsets of eight bytes, and every block its checksum', async (t) => {
  const written = await write(
    [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ],
    4,
  )
  t.is(written.index.length, 5 * 8)
  t.is(written.checksums.length, 4 * 4)
  let end = 0
  for (let partition = 0; partition < 4; partition += 1) {
    const { offset, lengthBytes } = blockRange(written.index, partition)
    t.is(offset, end)
    end = offset + lengthBytes
    t.deepEqual([lengthBytes], written.output.sizesBytes.slice(partition, partition + 1))
    t.is(checksumOf(written.checksums, partition), adler32(written.data.subarray(offset, end)))
  }
  t.is(end, written.data.length)
})

test('only the three files of the output are left, also after spills', async (t) => {
  const rows = Array.from({ length: 9_000 }, (_, i) => [i, 1] as const)
  const { output, names } = await write(rows, 3, {
    maxBufferedBytes: 1,
    aggregator: sum,
    maxKeys: 1_500,
  })
  t.true(output.spills > 1)
  t.deepEqual(
    names.map((name) => name.slice('/blocks/shuffle_1_2_3'.length)),
    ['.checksum.ADLER32', '.data', '.index'],
  )
})

test('a writer that gives up leaves nothing', async (t) => {
  const disk = memoryEnvironment().disk('main')
  await disk.makeDirectory('/blocks')
  const partitioner = new HashPartitioner(2)
  const writer = new SortShuffleWriter({
    id,
    directory: '/blocks',
    partitioner,
    codec,
    disk,
    maxBufferedBytes: 1,
  })
  for (let i = 0; i < 5000; i += 1000)
    await writer.write(Array.from({ length: 1000 }, (_, j) => [i + j, j] as const))
  await writer.abort()
  t.deepEqual(await disk.list('/blocks'), [])
})

test('a flipped bit, a missing tail or bytes too many are a failed fetch that names the block', async (t) => {
  const written = await write(
    [
      ['a', 1],
      ['b', 2],
    ],
    1,
  )
  const whole = written.data
  const flipped = whole.slice()
  flipped[whole.length - 2] = (whole.at(-2) ?? 0) ^ 1
  for (const bytes of [flipped, whole.subarray(0, -1), Uint8Array.from([...whole, 0])]) {
    const fetch = async function* (): AsyncIterable<Uint8Array> {
      yield bytes
    }
    const reading = readBlocks([locationOf(written, 0)], fetch, codec).toArray()
    const error = await t.throwsAsync(reading, { code: 'TROUPE_SPARK_FETCH_FAILED' })
    t.regex(error.message, /shuffle_1_2_0.*corrupt/)
  }
})

test('an index that is too short, or goes back, is corrupt', (t) => {
  t.throws(() => blockRange(new Uint8Array(8), 0), { code: 'TROUPE_SPARK_BLOCK_CORRUPT' })
  const index = new Uint8Array(16)
  index[0] = 9
  t.throws(() => blockRange(index, 0), { code: 'TROUPE_SPARK_BLOCK_CORRUPT' })
  t.throws(() => checksumOf(new Uint8Array(4), 1), { code: 'TROUPE_SPARK_BLOCK_CORRUPT' })
})

test('Adler-32 is that of RFC 1950, in one piece or several', (t) => {
  const bytes = new TextEncoder().encode('Wikipedia')
  t.is(adler32(bytes), 0x11e60398)
  t.is(adler32(bytes.subarray(4), adler32(bytes.subarray(0, 4))), 0x11e60398)
  t.is(adler32(new Uint8Array(20_000).fill(255)), 0x9f51d664)
})
