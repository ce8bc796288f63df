import test from 'ava'
import fc from 'fast-check'

import type { FileInfo } from '../../../../src/platform/index.ts'
import { packFiles, recordSplits, textSplits } from '../../../../src/spark/rdd/files/index.ts'

const file = (path: string, sizeBytes: number): FileInfo => ({
  path,
  sizeBytes,
  isDirectory: false,
})
const sizes = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 8 })

test('splits cover every byte of every file once, in order, and are no larger than a block and a tenth', (t) => {
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 200 }),
      (lengths, min, block) => {
        const files = lengths.map((length, i) => file(`/${i}${i % 3 === 0 ? '.gz' : ''}`, length))
        const splits = textSplits(files, min, block)
        for (const { path, sizeBytes } of files) {
          const own = splits.filter((split) => split.path === path)
          const ends = own.map(({ endBytes }) => endBytes)
          t.deepEqual(
            own.map(({ startBytes }) => startBytes),
            [0, ...ends].slice(0, own.length),
          )
          t.is(ends.at(-1) ?? 0, sizeBytes)
          if (path.endsWith('.gz')) t.true(own.length <= 1)
          else
            for (const { startBytes, endBytes } of own) t.true(endBytes - startBytes <= block * 1.1)
        }
      },
    ),
  )
})

test('records are never cut, and all are there once', (t) => {
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 200 }),
      (counts, record, block) => {
        const files = counts.map((count, i) => file(`/${i}`, count * record))
        const splits = recordSplits(files, record, block)
        for (const { startBytes, endBytes } of splits) {
          t.is(startBytes % record, 0)
          t.is(endBytes % record, 0)
          t.true(endBytes > startBytes)
        }
        const covered = splits.reduce((sum, split) => sum + split.endBytes - split.startBytes, 0)
        t.is(
          covered,
          files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        )
      },
    ),
  )
})

test('packs hold all files in order, and each but the last has enough', (t) => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 800 }), (lengths, enough) => {
      const files = lengths.map((length, i) => file(`/${i}`, length))
      const packs = packFiles(files, enough)
      t.deepEqual(packs.flat(), files)
      for (const pack of packs.slice(0, -1)) {
        const bytes = pack.map(({ sizeBytes }) => sizeBytes)
        t.true(bytes.reduce((a, b) => a + b, 0) >= enough)
        t.true(bytes.slice(0, -1).reduce((a, b) => a + b, 0) < Math.max(1, enough))
      }
    }),
  )
})

test('a file whose length is no multiple of the record length is refused, and one that is compressed', (t) => {
  const error = t.throws(() => recordSplits([file('/in/a', 100), file('/in/b', 107)], 10, 50), {
    code: 'TROUPE_SPARK_INPUT_RECORDS',
  })
  t.regex(error.message, /\/in\/b has 107 bytes.*record length 10: 7 are left over/)
  t.throws(() => recordSplits([file('/in/a.gz', 100)], 10, 50), {
    code: 'TROUPE_SPARK_INPUT_CODEC',
  })
  t.throws(() => textSplits([file('/in/a.bz2', 100)], 1, 50), {
    code: 'TROUPE_SPARK_INPUT_CODEC',
    message: /\/in\/a\.bz2.*\.bz2 is not decompressed/,
  })
})
