import test from 'ava'

import { batchesOf } from '../../../src/spark/batches/index.ts'

test('rows of a partition refuse to be iterated at once, and say how they are taken', async (t) => {
  const rows = (): Iterable<number> => batchesOf([1, 2, 3]) as unknown as Iterable<number>
  const refusal = { code: 'TROUPE_SPARK_ROWS_LATER', message: /for await \(const row of rows\)/ }
  t.throws(() => [...rows()], refusal)
  t.throws(() => Array.from(rows()), refusal)
  t.throws(() => new Set(rows()), refusal)
  const taken: number[] = []
  for await (const row of batchesOf([1, 2, 3])) taken.push(row)
  t.deepEqual(taken, [1, 2, 3])
  t.deepEqual(await batchesOf([1, 2, 3]).toArray(), [1, 2, 3])
})
