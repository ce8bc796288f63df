import test from 'ava'
import fc from 'fast-check'

import { testSystem } from '../../../src/actors/testkit/index.ts'
import { decoderOf } from '../../../src/spark/event-log/compression/decoder.ts'
import { lz4Compress, lz4Decompress } from '../../../src/spark/event-log/compression/lz4-block.ts'
import {
  LZ4_FRAME_BYTES,
  lz4End,
  lz4Frames,
} from '../../../src/spark/event-log/compression/lz4-frames.ts'
import { xxHash32 } from '../../../src/spark/event-log/compression/xxhash32.ts'
import { LogLines } from '../../../src/spark/event-log/index.ts'
import { compressed, original } from './compressed-texts.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString()

for (const [codec, text] of Object.entries(compressed)) {
  test(`what Spark's library compresses as ${codec} is read, in pieces of any length`, async (t) => {
    const bytes = Buffer.from(text, 'base64')
    for (const piece of [bytes.length, 700, 64, 1]) {
      const decode = await decoderOf(`app-1.${codec}.inprogress`)
      const parts: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += piece) {
        parts.push(...decode(Uint8Array.from(bytes.subarray(at, at + piece))))
      }
      t.is(textOf(parts), original(), `pieces of ${piece}`)
    }
  })

  test(`what a log in ${codec} has whole is read before the rest is there, and damage is told`, async (t) => {
    const bytes = Buffer.from(text, 'base64')
    const decode = await decoderOf(`app-1.${codec}`)
    const begun = textOf(decode(bytes.subarray(0, bytes.length - 60)))
    t.true(original().startsWith(begun))
    // The library that makes lz4 keeps a frame that is not full, whatever is flushed.
    if (codec !== 'lz4') t.true(begun.length >= 1000, 'what was flushed is there')
    const broken = Uint8Array.from(bytes).fill(0xff, 0, 6)
    const other = await decoderOf(`app-1.${codec}`)
    if (codec !== 'snappy')
      t.throws(() => other(broken), { code: 'TROUPE_SPARK_EVENT_LOG_DAMAGED' })
  })
}

test('a log without a suffix is read as it is', async (t) => {
  const decode = await decoderOf('app-1.inprogress')
  t.is(textOf(decode(bytesOf('abc'))), 'abc')
})

test('xxHash is that of its specification', (t) => {
  t.is(xxHash32(new Uint8Array(0), 0), 0x02cc5d05)
  t.is(xxHash32(bytesOf('a'), 0), 0x550d7456)
  t.is(xxHash32(bytesOf('Nobody inspects the spammish repetition'), 0), 0xe2293b2f)
})

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc
    .array(fc.constantFrom('{"a":1}\n', '{"Event":"SparkListener"}', 'x', 'aaaaaaaaaaaaaaaa'), {
      maxLength: 400,
    })
    .map((words) => bytesOf(words.join(''))),
)

test('a block of lz4 comes back as it was', (t) => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const packed = lz4Compress(bytes)
      t.deepEqual(lz4Decompress(packed, bytes.length), bytes)
    }),
    { numRuns: 200 },
  )
})

test('damaged blocks of lz4 are refused, or give as many bytes as they say', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(500), (bytes, rawBytes) => {
      try {
        t.is(lz4Decompress(bytes, rawBytes).length, rawBytes)
      } catch (error) {
        t.is((error as { code?: string }).code, 'TROUPE_SPARK_EVENT_LOG_DAMAGED')
      }
    }),
    { numRuns: 500 },
  )
})

test('frames of lz4 say by their checksum what was damaged', async (t) => {
  const raw = Buffer.alloc(LZ4_FRAME_BYTES * 2 + 5, 'line of a log\n')
  const whole = Buffer.concat([lz4Frames(raw), lz4End()])
  const decode = await decoderOf('app-1.lz4')
  t.is(textOf(decode(whole)), raw.toString())
  t.true(whole.length < raw.length / 10)
  const flipped = Uint8Array.from(whole)
  flipped[30] = (flipped[30] ?? 0) ^ 1
  const other = await decoderOf('app-1.lz4')
  t.throws(() => other(flipped), { code: 'TROUPE_SPARK_EVENT_LOG_DAMAGED' })
})

test('lines are read as far as they are written, once each', async (t) => {
  const { environment } = testSystem({ name: 'lines' }).system
  const { disk } = environment
  const lines: string[] = []
  const reader = new LogLines()
  const write = (text: string): Promise<void> => disk.addTo('/log.lz4', lz4Frames(bytesOf(text)))
  await write('one\ntw')
  await reader.read(disk, '/log.lz4', (line) => lines.push(line))
  t.deepEqual(lines, ['one'])
  await write('o\n\nthree\n')
  await reader.read(disk, '/log.lz4', (line) => lines.push(line))
  await reader.read(disk, '/log.lz4', (line) => lines.push(line))
  t.deepEqual(lines, ['one', 'two', 'three'])
})
