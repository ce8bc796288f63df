import test from 'ava'
import fc from 'fast-check'

import { PieceBuffer } from '../../../src/spark/files/append-pieces.ts'
import { rangedFile } from '../../../src/spark/files/ranged-file.ts'
import { bestHosts } from '../../../src/spark/rdd/files/index.ts'

const content = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31) >> 3)

test('a file fetched by ranges gives the bytes of any places in any order', async (t) => {
  const place = fc.nat({ max: content.length + 10 })
  const length = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: content.length }))
  const reads = fc.array(fc.tuple(fc.option(place, { nil: undefined }), length), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(reads, place, async (wanted, endBytes) => {
      const file = rangedFile(content.length, endBytes, (from, count) =>
        Promise.resolve(content.slice(from, from + count)),
      )
      let next = 0
      for (const [from = next, count] of wanted) {
        const bytes = await file.read(from, count)
        t.is(Buffer.compare(bytes, content.subarray(from, from + count)), 0)
        next = from + bytes.length
      }
      await file.close()
    }),
    { numRuns: 60 },
  )
})

test('reading on fetches ahead in growing pieces, and not behind where reading ends', async (t) => {
  const fetched: (readonly [number, number])[] = []
  const end = 600_000
  const file = rangedFile(content.length, end, (from, count) => {
    fetched.push([from, count])
    return Promise.resolve(content.slice(from, from + count))
  })
  for (let at = 0; at < end; at += 10_000) await file.read(at, 10_000)
  await file.close()
  t.true(fetched.length <= 6, JSON.stringify(fetched))
  t.is(Math.max(...fetched.map(([from, count]) => from + count)), end)
})

test('a file that ends before it should gives what there is', async (t) => {
  const file = rangedFile(1000, 1000, (from, count) =>
    Promise.resolve(content.slice(from, Math.min(500, from + count))),
  )
  t.is((await file.read(0, 1000)).length, 500)
  t.is((await file.read(500, 100)).length, 0)
})

test('a fetch that fails fails the read, and the next one fetches again', async (t) => {
  let isBroken = true
  const file = rangedFile(1000, 1000, (from, count) =>
    isBroken
      ? Promise.reject(new RangeError('no'))
      : Promise.resolve(content.slice(from, from + count)),
  )
  await t.throwsAsync(file.read(0, 10), { message: 'no' })
  isBroken = false
  t.is((await file.read(0, 10)).length, 10)
})

test('pieces have the length they should have, in order, whatever is appended', async (t) => {
  const lengths = fc.array(fc.nat({ max: 50 }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1, max: 40 }), async (appended, pieceBytes) => {
      const pieces: Uint8Array[] = []
      const buffer = new PieceBuffer({
        pieceBytes,
        write: (piece) => {
          pieces.push(piece)
          return Promise.resolve()
        },
      })
      let at = 0
      const all = appended.map((length) => {
        at += length
        return buffer.append(content.subarray(at - length, at))
      })
      await Promise.all(all)
      await buffer.flush()
      t.is(Buffer.compare(Buffer.concat(pieces), content.subarray(0, at)), 0)
      t.true(pieces.slice(0, -1).every((piece) => piece.length === pieceBytes))
    }),
  )
})

test('bytes that were appended may be overwritten, also those of a Buffer', async (t) => {
  const pieces: Uint8Array[] = []
  const write = (piece: Uint8Array): Promise<void> => {
    pieces.push(piece)
    return Promise.resolve()
  }
  for (const again of [Buffer.alloc(3), new Uint8Array(3)]) {
    pieces.length = 0
    const buffer = new PieceBuffer({ pieceBytes: 5, write })
    for (const byte of [1, 2, 3]) await buffer.append(again.fill(byte))
    await buffer.flush()
    t.deepEqual([...Buffer.concat(pieces)], [1, 1, 1, 2, 2, 2, 3, 3, 3])
  }
})

test('a split is best read on the hosts that have the most of it', (t) => {
  const block = (
    startBytes: number,
    ...hosts: readonly string[]
  ): Parameters<typeof bestHosts>[0][0] => ({
    startBytes,
    lengthBytes: 100,
    hosts,
  })
  const blocks = [block(0, 'a', 'b'), block(100, 'b', 'c'), block(200, 'd')]
  const split = (startBytes: number, endBytes: number) => ({ path: 'x', startBytes, endBytes })
  t.deepEqual(bestHosts(blocks, split(0, 100)), ['a', 'b'])
  t.deepEqual(bestHosts(blocks, split(20, 200)), ['b', 'c', 'a'])
  t.deepEqual(bestHosts(blocks, split(190, 300)), ['d', 'b', 'c'])
  t.deepEqual(bestHosts([], split(0, 100)), [])
})
