import test from 'ava'
import fc from 'fast-check'

import { PureEngine } from '../../engine/pure-engine.ts'
import { slices } from '../operators/multiset.ts'

test('for await has all rows in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer(), { maxLength: 30 }),
      slices,
      fc.boolean(),
      async (rows, n, prefetchPartitions) => {
        const rdd = new PureEngine().parallelize(rows, n)
        const seen: number[] = []
        for await (const row of rdd) seen.push(row)
        t.deepEqual(seen, rows)
        const again: number[] = []
        for await (const row of rdd.toLocalIterator({ prefetchPartitions })) again.push(row)
        t.deepEqual(again, rows)
      },
    ),
    { numRuns: 20 },
  )
})

test('who breaks off computes no further partition', async (t) => {
  const engine = new PureEngine()
  for await (const row of engine.parallelize([1, 2, 3, 4], 4)) if (row === 2) break
  t.is(engine.launches.length, 2)
})

test('a failure comes out of the loop where its partition begins', async (t) => {
  const rdd = new PureEngine().parallelize([1, 2, 3], 3).map((row) => {
    if (row === 3) throw new RangeError('no three')
    return row
  })
  const seen: number[] = []
  await t.throwsAsync(
    async () => {
      for await (const row of rdd.toLocalIterator({ prefetchPartitions: true })) seen.push(row)
    },
    { message: 'no three' },
  )
  t.deepEqual(seen, [1, 2])
})

test('a Node stream has all rows, and ends', async (t) => {
  const stream = new PureEngine().range(0, 100, 1, 3).toReadable()
  const rows: unknown[] = []
  for await (const row of stream) rows.push(row)
  t.deepEqual(
    rows,
    Array.from({ length: 100 }, (_, i) => i),
  )
})
