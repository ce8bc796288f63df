import test from 'ava'
import fc from 'fast-check'

import type { ReadFile } from '../../../src/platform/index.ts'
import type { TaskContext } from '../../../src/spark/rdd/index.ts'
import { ColumnBatch } from '../../../src/spark/columns/index.ts'
import { readLines } from '../../../src/spark/rdd/text/line-reader.ts'
import { PureEngine } from '../engine/pure-engine.ts'

const encoder = new TextEncoder()

/** What a reader of whole files would say: LF, CR LF and CR end a line. */
function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

async function read(text: string, blockSizeBytes: number): Promise<string[]> {
  const engine = new PureEngine()
  await engine.disk.makeDirectory('/in')
  await engine.disk.writeFile('/in/text', encoder.encode(text))
  return engine.textFile('/in/text', blockSizeBytes).collect()
}

test('every block boundary gives the same lines, with characters of one to four bytes and any line end', async (t) => {
  const text = 'one\ntwo\r\nthrée\r\r\n\n€uro 𝄞\rlast'
  for (let size = 1; size <= encoder.encode(text).length + 1; size += 1) {
    t.deepEqual(await read(text, size), linesOf(text), `blocks of ${size} bytes`)
  }
})

test('any text in blocks of any size has the lines of the whole text', async (t) => {
  const piece = fc.constantFrom('a', 'bc', 'é', '€', '𝄞', ' ', '\n', '\r\n', '\r', '\n\n')
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      async (pieces, size) => {
        const text = pieces.join('')
        t.deepEqual(await read(text, size), linesOf(text))
      },
    ),
    { numRuns: 200 },
  )
})

test('a long text is read in chunks without losing or joining lines', async (t) => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i} ${'x'.repeat(i % 23)}`)
  const text = `${lines.join('\n')}\n`
  t.deepEqual(await read(text, 400_000), lines)
  const oneLine = 'y'.repeat(700_000)
  t.deepEqual(await read(`${oneLine}\nz`, 100_000), [oneLine, 'z'])
})

/** The lines of a text that is read in chunks of so many bytes, by rows or as columns. */
async function readChunks(
  text: string,
  chunkBytes: number,
  form: 'rows' | 'any',
): Promise<string[]> {
  const engine = new PureEngine()
  await engine.disk.makeDirectory('/in')
  await engine.disk.writeFile('/in/text', encoder.encode(text))
  const file = await engine.disk.open('/in/text')
  const metrics = { inputRecords: 0, inputBytes: 0 }
  const context = { metrics, throwIfCancelled: () => {} } as unknown as TaskContext
  const rows = await readLines(file, 0, file.sizeBytes, context, chunkBytes)
  const lines: string[] = []
  if (form === 'rows') await rows.forEachBatch((batch) => void lines.push(...batch))
  else {
    await rows.forEachAnyBatch((batch) => {
      lines.push(
        ...(batch instanceof ColumnBatch ? (batch.slice(0, batch.rows) as string[]) : batch),
      )
    })
  }
  return lines
}

test('chunks of any size give the same lines, by rows and as columns', async (t) => {
  const piece = fc.constantFrom('a', 'bcd', 'efghijk', 'é', '𝄞', '\n', '\n', '\r\n', '\n\n')
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 60 }),
      fc.integer({ min: 1, max: 90 }),
      async (pieces, size) => {
        const text = pieces.join('')
        t.deepEqual(await readChunks(text, size, 'rows'), linesOf(text))
        t.deepEqual(await readChunks(text, size, 'any'), linesOf(text))
      },
    ),
    { numRuns: 300 },
  )
})

test('lines longer than a chunk, and than what is made text at a time, come whole', async (t) => {
  const lines = ['a', 'b'.repeat(300_000), 'c'.repeat(20_000), 'é'.repeat(120_000), '', 'd']
  const text = lines.join('\n')
  for (const size of [10_000, 64 << 10, 1 << 20]) {
    t.deepEqual(await readChunks(text, size, 'rows'), lines)
    t.deepEqual(await readChunks(text, size, 'any'), lines)
  }
})

test('a byte order mark is dropped at the head of the file only', async (t) => {
  t.deepEqual(await read('\uFEFFone\n\uFEFFtwo', 100), ['one', '\uFEFFtwo'])
})

test('an empty file has no partitions and no lines', async (t) => {
  t.deepEqual(await read('', 10), [])
})

test('a directory is the files in it, in order of name, hidden ones left out', async (t) => {
  const engine = new PureEngine()
  await engine.disk.makeDirectory('/in')
  for (const [name, text] of [
    ['b', 'two\n'],
    ['a', 'one\n'],
    ['_SUCCESS', 'no\n'],
    ['.crc', 'no\n'],
  ] as const) {
    await engine.disk.writeFile(`/in/${name}`, encoder.encode(text))
  }
  t.deepEqual(await engine.textFile('/in', 100).collect(), ['one', 'two'])
})

test('minPartitions cuts a small file into at least so many', async (t) => {
  const engine = new PureEngine()
  await engine.disk.makeDirectory('/in')
  await engine.disk.writeFile('/in/text', encoder.encode('abc\n'.repeat(100)))
  t.is((await engine.textFile('/in/text', 1 << 20, 4).partitions()).length, 4)
})

test('an input that is not there is refused with its path', async (t) => {
  const error = await t.throwsAsync(new PureEngine().textFile('/nowhere', 100).count(), {
    code: 'TROUPE_SPARK_INPUT_MISSING',
  })
  t.regex(error.message, /\/nowhere/)
})

test('a file of which not even the first line is found is closed', async (t) => {
  let closed = 0
  const file: ReadFile = {
    sizeBytes: 100,
    read: () => Promise.reject(new RangeError('a bad sector')),
    close: () => {
      closed += 1
      return Promise.resolve()
    },
  }
  const reading = readLines(file, 50, 100, {} as unknown as TaskContext)
  await t.throwsAsync(reading, { message: 'a bad sector' })
  t.is(closed, 1)
})
