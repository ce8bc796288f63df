import test from 'ava'
import fc from 'fast-check'

import { DiskInterposer, memoryEnvironment } from '../../../src/platform/index.ts'
import {
  HashPartitioner,
  adler32,
  blockRange,
  checksumOf,
  mapOutputPath,
  pairsOfPages,
  readPages,
  shuffleWriter,
  shuffleWriterKind,
  type Aggregator,
  type BlockLocation,
  type MapOutput,
  type Pair,
} from '../../../src/spark/shuffle/index.ts'
import { canonicalKey } from '../../../src/spark/keys/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'
import { spilling } from './spilling.ts'

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
  options: {
    aggregator?: Aggregator
    memoryBytes?: number
    bypassMergeThreshold?: number
    batchRows?: number
  } = {},
): Promise<Written> {
  const { memoryBytes = 1 << 30, batchRows = 5, aggregator, bypassMergeThreshold = 200 } = options
  const { disk, memory, space } = await spilling(memoryBytes)
  const partitioner = new HashPartitioner(numPartitions)
  const writer = shuffleWriter({
    id,
    directory: '/blocks',
    partitioner,
    aggregator,
    memory,
    space,
    bypassMergeThreshold,
  })
  for (let at = 0; at < pairs.length; at += batchRows) {
    await writer.write(pairs.slice(at, at + batchRows))
  }
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
  const { space } = await spilling(0)
  const pages = readPages([locationOf(written, reducePartition)], { fetch, space })
  return pairsOfPages(pages, rowCodec).toArray()
}

const pairs = fc.array(
  fc.tuple(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), fc.integer()),
  {
    maxLength: 60,
  },
)
const sorted = (rows: readonly Pair[]): string[] =>
  [...new Set(rows.map((row) => canonicalKey(row)))].sort()

for (const [kind, bypassMergeThreshold] of [
  ['bypass-merge', 200],
  ['serialized', 0],
] as const) {
  test(`every pair is in the block of its partition, in order, whatever was spilled: ${kind}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        pairs,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 3_000, 1 << 30),
        fc.integer({ min: 1, max: 20 }),
        async (rows, n, memoryBytes, batchRows) => {
          const written = await write(rows, n, { memoryBytes, bypassMergeThreshold, batchRows })
          const partitioner = new HashPartitioner(n)
          for (let partition = 0; partition < n; partition += 1) {
            const expected = rows.filter(([key]) => partitioner.getPartition(key) === partition)
            t.deepEqual(await read(written, partition), expected)
          }
          t.is(written.output.records, rows.length)
          if (memoryBytes === 0) t.true(written.output.spills >= rows.length / batchRows)
        },
      ),
      { numRuns: 100 },
    )
  })
}

test('map-side combine writes one pair a key, however often it was spilled', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      pairs,
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(0, 1 << 30),
      async (some, n, memoryBytes) => {
        // The table is looked at once a batch of rows or more.
        const rows = Array.from({ length: 300 }, () => some).flat()
        const written = await write(rows, n, { aggregator: sum, memoryBytes, batchRows: 3_000 })
        const block: Pair[] = []
        for (let partition = 0; partition < n; partition += 1) {
          block.push(...(await read(written, partition)))
        }
        const total = (list: readonly Pair[]): number =>
          list.reduce((acc, [, v]) => acc + (v as number), 0)
        t.is(total(block), total(rows))
        t.deepEqual(sorted(block.map(([key]) => [key, 0])), sorted(some.map(([key]) => [key, 0])))
        t.is(written.output.spills > 1, memoryBytes === 0 && rows.length > 6_000)
      },
    ),
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

const kinds = [
  ['bypass-merge', {}],
  ['serialized', { bypassMergeThreshold: 0 }],
  ['sort', { aggregator: sum }],
] as const

for (const [kind, options] of kinds) {
  test(`only the three files of the output are left, also after spills: ${kind}`, async (t) => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [i, 1] as const)
    const { output, names } = await write(rows, 3, { memoryBytes: 0, batchRows: 4_096, ...options })
    t.true(output.spills > 1)
    t.is(output.records, 20_000)
    t.deepEqual(
      names.map((name) => name.slice('/blocks/shuffle_1_2_3'.length)),
      ['.checksum.ADLER32', '.data', '.index'],
    )
  })

  test(`a writer that gives up leaves nothing: ${kind}`, async (t) => {
    const { disk, memory, space } = await spilling(0)
    const partitioner = new HashPartitioner(2)
    const writer = shuffleWriter({
      id,
      directory: '/blocks',
      partitioner,
      memory,
      space,
      ...options,
    })
    for (let i = 0; i < 20_000; i += 4_000) {
      await writer.write(Array.from({ length: 4_000 }, (_, j) => [i + j, j] as const))
    }
    await writer.abort()
    await space.clear()
    t.deepEqual(await disk.list('/blocks'), [])
  })

  for (const failing of [0, 1, 2, 3, 5, 8, 13]) {
    test(`a disk that fails at write ${failing} fails the writer, and nothing is left: ${kind}`, async (t) => {
      const interposer = new DiskInterposer()
      const environment = memoryEnvironment()
      const disk = interposer.over(environment.disk('main'), environment.clock)
      const { memory, space } = await spilling(0, disk)
      let writes = 0
      interposer.add(({ operation }) => {
        if (operation !== 'write') return undefined
        writes += 1
        return writes > failing ? { failWith: 'ENOSPC' } : undefined
      })
      const partitioner = new HashPartitioner(2)
      const writer = shuffleWriter({
        id,
        directory: '/blocks',
        partitioner,
        memory,
        space,
        ...options,
      })
      const work = async (): Promise<void> => {
        for (let i = 0; i < 40_000; i += 4_000) {
          await writer.write(Array.from({ length: 4_000 }, (_, j) => [i + j, j] as const))
        }
        await writer.finish()
      }
      const error = await t.throwsAsync(work(), { code: 'TROUPE_PLATFORM_FILE_UNWRITABLE' })
      t.regex(error.message, /ENOSPC/)
      await writer.abort()
      await space.clear()
      t.deepEqual(await disk.list('/blocks'), [])
    })
  }
}

test('a map output of many partitions has the records of each, and nothing of the others', async (t) => {
  const rows = Array.from({ length: 2_000 }, (_, i) => [i, `value ${i}`] as const)
  const written = await write(rows, 5_000, { memoryBytes: 0, batchRows: 500 })
  t.is(written.output.sizesBytes.length, 5_000)
  const partitioner = new HashPartitioner(5_000)
  for (const [key, value] of rows.slice(0, 50)) {
    const block = await read(written, partitioner.getPartition(key))
    t.true(block.some(([k, v]) => k === key && v === value))
  }
})

test('the writer is chosen as Spark chooses it', (t) => {
  t.is(shuffleWriterKind(200, undefined), 'bypass-merge')
  t.is(shuffleWriterKind(201, undefined), 'serialized')
  t.is(shuffleWriterKind(201, { type: 'group' }), 'serialized')
  t.is(shuffleWriterKind(2, sum), 'sort')
  t.is(shuffleWriterKind(2, undefined, 1), 'serialized')
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
    const { space } = await spilling(0)
    const reading = readPages([locationOf(written, 0)], { fetch, space }).toArray()
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
