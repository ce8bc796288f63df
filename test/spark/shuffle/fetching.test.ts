import test from 'ava'

import { adler32, readPages, type BlockLocation } from '../../../src/spark/shuffle/index.ts'
import {
  FRAME_HEAD_BYTES,
  RecordPage,
  writeFrameHead,
} from '../../../src/spark/shuffle/records/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'
import { spilling } from './spilling.ts'

function frameOf(value: string): Buffer {
  const page = new RecordPage(rowCodec, FRAME_HEAD_BYTES, 64)
  page.add('k', value)
  const frame = page.take(16)
  writeFrameHead(frame, frame.length - FRAME_HEAD_BYTES)
  return frame
}

const blocks = Array.from({ length: 12 }, (_, i) => frameOf(`value ${i} ${'x'.repeat(1_000)}`))

function locationsOf(executorOf: (i: number) => string): BlockLocation[] {
  return blocks.map((bytes, mapPartition) => ({
    shuffleId: 0,
    mapPartition,
    mapAttempt: 0,
    reducePartition: 0,
    executorId: executorOf(mapPartition),
    lengthBytes: bytes.length,
    checksum: adler32(bytes),
  }))
}

const size = blocks[0]?.length ?? 0
const limits = {
  maxBytesInFlight: 1 << 30,
  maxBlocksInFlight: 1_000,
  maxBlocksInFlightPerAddress: 1_000,
  maxBytesInMemory: 1 << 30,
}

for (const [name, bound, expected] of [
  ['bytes', { maxBytesInFlight: 3 * size + 10 }, 3],
  ['a single block that is larger than all bytes', { maxBytesInFlight: 10 }, 1],
  ['blocks', { maxBlocksInFlight: 5 }, 5],
  ['blocks of one executor', { maxBlocksInFlightPerAddress: 2 }, 4],
] as const) {
  test(`fetches are bound by ${name}, and come in order`, async (t) => {
    const { space } = await spilling(0)
    let inFlight = 0
    let most = 0
    const fetch = async function* (block: BlockLocation): AsyncIterable<Uint8Array> {
      inFlight += 1
      most = Math.max(most, inFlight)
      for (let i = 0; i < 12 - block.mapPartition; i += 1) await Promise.resolve()
      yield blocks[block.mapPartition] as Buffer
    }
    const locations = locationsOf((i) => `x${i % 2}`)
    const pages = readPages(locations, { fetch, space, limits: { ...limits, ...bound } })
    const seen: Uint8Array[] = []
    await pages.forEachBatch((batch) => {
      inFlight -= batch.length
      seen.push(...batch)
    })
    t.deepEqual(
      seen,
      blocks.map((block) => block.subarray(FRAME_HEAD_BYTES)),
    )
    // One that has come counts until it is read.
    t.true(most <= expected + 1, `${most}`)
    t.true(most >= Math.min(expected, 2), `${most}`)
  })
}

test('blocks that lie here are read when they are wanted, the next one ahead', async (t) => {
  const { space } = await spilling(0)
  const asked: number[] = []
  let read = 0
  const fetch = async function* (block: BlockLocation): AsyncIterable<Uint8Array> {
    asked.push(block.mapPartition)
    await Promise.resolve()
    yield blocks[block.mapPartition] as Buffer
  }
  const locations = locationsOf((i) => (i % 3 === 0 ? 'far' : 'here'))
  const pages = readPages(locations, { fetch, ownId: 'here', space, limits })
  const seen: Uint8Array[] = []
  await pages.forEachBatch((batch) => {
    read += batch.length
    seen.push(...batch)
    const ownAhead = asked.filter((each) => each % 3 !== 0 && each >= read)
    t.true(ownAhead.length <= 1, `${read} read, ${ownAhead.join()} ahead`)
  })
  t.deepEqual(
    seen,
    blocks.map((block) => block.subarray(FRAME_HEAD_BYTES)),
  )
  t.deepEqual(asked.slice(0, 4), [0, 3, 6, 9])
})

test('a block that is broken on its way is fetched once more', async (t) => {
  const { space } = await spilling(0)
  const tries = new Map<number, number>()
  const fetch = async function* (block: BlockLocation): AsyncIterable<Uint8Array> {
    const { mapPartition } = block
    tries.set(mapPartition, (tries.get(mapPartition) ?? 0) + 1)
    const bytes = Buffer.from(blocks[mapPartition] as Buffer)
    if (mapPartition === 3 && tries.get(3) === 1) bytes[20] = 0
    yield bytes
  }
  const rows = await readPages(
    locationsOf(() => 'x'),
    { fetch, space },
  ).toArray()
  t.is(rows.length, blocks.length)
  t.is(tries.get(3), 2)
  t.is(tries.get(4), 1)
})

test('a block too long for memory goes by way of the disk, and is checked there', async (t) => {
  const { space, disk } = await spilling(0)
  let isBroken = false
  let tries = 0
  const fetch = async function* (block: BlockLocation): AsyncIterable<Uint8Array> {
    tries += 1
    const bytes = Buffer.from(blocks[block.mapPartition] as Buffer)
    if (isBroken) bytes[20] = 0
    yield bytes.subarray(0, 100)
    yield bytes.subarray(100)
  }
  const reading = { fetch, space, limits: { ...limits, maxBytesInMemory: 100 } }
  const rows = await readPages(
    locationsOf(() => 'x'),
    reading,
  ).toArray()
  t.deepEqual(
    rows,
    blocks.map((block) => block.subarray(FRAME_HEAD_BYTES)),
  )
  t.deepEqual(await disk.list('/blocks'), [])
  isBroken = true
  tries = 0
  const one = locationsOf(() => 'x').slice(0, 1)
  await t.throwsAsync(readPages(one, reading).toArray(), { code: 'TROUPE_SPARK_FETCH_FAILED' })
  t.is(tries, 2)
  t.deepEqual(await disk.list('/blocks'), [])
})

test('a long block that lies here is looked through where it lies, and then read', async (t) => {
  const { space, disk } = await spilling(0)
  const asked: boolean[] = []
  let isBroken = false
  const fetch = async function* (block: BlockLocation, isAgain = false): AsyncIterable<Uint8Array> {
    asked.push(isAgain)
    const bytes = Buffer.from(blocks[block.mapPartition] as Buffer)
    if (isBroken) bytes[20] = 0
    yield bytes.subarray(0, 100)
    yield bytes.subarray(100)
  }
  const reading = { fetch, ownId: 'here', space, limits: { ...limits, maxBytesInMemory: 100 } }
  const [first] = locationsOf(() => 'here')
  const pages = readPages([first as BlockLocation], reading)
  await pages.next()
  t.deepEqual(await disk.list('/blocks'), [])
  t.deepEqual(asked, [false, true])
  await pages.close()
  isBroken = true
  await t.throwsAsync(readPages([first as BlockLocation], reading).toArray(), {
    code: 'TROUPE_SPARK_FETCH_FAILED',
  })
})

test('a reader that gives up lets go what was fetched ahead', async (t) => {
  const { space, disk } = await spilling(0)
  const fetch = async function* (block: BlockLocation): AsyncIterable<Uint8Array> {
    yield blocks[block.mapPartition] as Buffer
  }
  const reading = { fetch, space, limits: { ...limits, maxBytesInMemory: 100 } }
  const pages = readPages(
    locationsOf(() => 'x'),
    reading,
  )
  await pages.next()
  await pages.close()
  t.deepEqual(await disk.list('/blocks'), [])
})
