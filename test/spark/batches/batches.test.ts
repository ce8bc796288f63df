import test from 'ava'

import { Batches, Folding, batchesOf, concatBatches } from '../../../src/spark/batches/index.ts'

test('sources laid end to end are closed each at its end, and what is open when it is given up', async (t) => {
  const closed: number[] = []
  const source = (i: number) => (): Batches<number> => {
    let left = 2
    const later = i % 2 === 1
    return new Batches<number>(
      () => {
        const batch = left-- > 0 ? [i] : undefined
        return later ? Promise.resolve(batch) : batch
      },
      () => {
        closed.push(i)
        return later ? Promise.resolve() : undefined
      },
    )
  }
  t.deepEqual(await concatBatches([source(0), source(1), source(2)]).toArray(), [0, 0, 1, 1, 2, 2])
  t.deepEqual(closed.splice(0), [0, 1, 2])
  const given = concatBatches([source(0), source(1), source(2)])
  for (let i = 0; i < 3; i += 1) await given.next()
  await given.close()
  t.deepEqual(closed, [0, 1])
})

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

test('batches are folded one after the other, at once unless the function answers later', async (t) => {
  const joined = new Folding('', (all: string, row: number) => `${all}${row}`)
  t.is(joined.fold([1, 2]), undefined)
  t.is(joined.fold([]), undefined)
  t.is(joined.fold([9, 3, 4], 1), undefined)
  t.is(joined.value, '1234')
  const later = new Folding('', (all: string, row: number) =>
    row % 2 === 0 ? Promise.resolve(`${all}${row}`) : `${all}${row}`,
  )
  const folded = later.fold([1, 2, 3])
  t.true(folded instanceof Promise)
  await folded
  t.is(later.fold([5]), undefined)
  t.is(later.value, '1235')
  t.throws(
    () =>
      new Folding(0, () => {
        throw new RangeError('no')
      }).fold([1]),
    { instanceOf: RangeError },
  )
})
