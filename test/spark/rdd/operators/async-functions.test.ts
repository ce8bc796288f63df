import test from 'ava'
import fc from 'fast-check'

import type { RDD } from '../../../../src/spark/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'
import { multiset, slices } from './multiset.ts'

const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 })

/** A function whose answers come at once for some rows and later for others. */
const sometimes =
  <T, U>(f: (row: T) => U) =>
  (row: T): U | Promise<U> =>
    typeof row === 'number' && row % 3 === 0 ? f(row) : Promise.resolve(f(row))

test('functions may answer at once, later, or now this and now that', async (t) => {
  await fc.assert(
    fc.asyncProperty(numbers, slices, async (rows, n) => {
      const rdd = new PureEngine().parallelize(rows, n)
      const same = async (made: RDD<unknown>, expected: readonly unknown[]): Promise<void> => {
        t.deepEqual(await made.collect(), expected)
      }
      const isEven = (row: number): boolean => row % 2 === 0
      const twice = (row: number): number[] => [row, row]
      await same(
        rdd.map(sometimes((row: number) => row + 1)),
        rows.map((row) => row + 1),
      )
      await same(rdd.filter(sometimes(isEven)), rows.filter(isEven))
      await same(rdd.flatMap(sometimes(twice)), rows.flatMap(twice))
      await same(
        rdd.keyBy(sometimes((row: number) => -row)),
        rows.map((row) => [-row, row]),
      )
      const pairs = rdd.keyBy((row) => row)
      await same(
        pairs.mapValues(sometimes((row: number) => row * 2)),
        rows.map((row) => [row, row * 2]),
      )
      await same(
        pairs.flatMapValues(sometimes(twice)),
        rows.flatMap((row) => twice(row).map((value) => [row, value])),
      )
      await same(
        rdd.flatMap(async function* (row) {
          yield row
          yield await Promise.resolve(-row)
        }),
        rows.flatMap((row) => [row, -row]),
      )
    }),
    { numRuns: 40 },
  )
})

test('an async flatMap with more results than a batch has all of them, in order', async (t) => {
  const rdd = new PureEngine()
    .parallelize([1, 2, 3], 1)
    .flatMap(async (row) => Array.from({ length: 5000 }, (_, i) => row * 10_000 + i))
  const rows = await rdd.collect()
  t.is(rows.length, 15_000)
  t.deepEqual(
    rows,
    [...rows].sort((a, b) => a - b),
  )
})

test('what an async function rejects with is what the task fails with', async (t) => {
  const rdd = new PureEngine().parallelize([1, 2, 3], 1)
  const fail = async (row: number): Promise<number> => {
    if (row === 2) throw new RangeError('no two')
    return row
  }
  await t.throwsAsync(rdd.map(fail).collect(), { instanceOf: RangeError, message: 'no two' })
  const late = (row: number): Promise<number> => {
    if (row === 3) throw new RangeError('no three')
    return fail(row)
  }
  await t.throwsAsync(
    rdd
      .filter((row) => row !== 2)
      .map(late)
      .collect(),
    { message: 'no three' },
  )
})

test('merging functions may be async, before the shuffle, after it and in place', async (t) => {
  await fc.assert(
    fc.asyncProperty(numbers, slices, slices, async (rows, n, m) => {
      const pairs = new PureEngine().parallelize(rows, n).keyBy((row) => row % 4)
      const add = (a: number, b: number): number => a + b
      const addLater = (a: number, b: number): number | Promise<number> =>
        b % 3 === 0 ? a + b : Promise.resolve(a + b)
      const expected = multiset(await pairs.reduceByKey(add, m).collect())
      t.deepEqual(multiset(await pairs.reduceByKey(addLater, m).collect()), expected)
      const placed = pairs.partitionBy(m)
      t.deepEqual(multiset(await placed.reduceByKey(addLater).collect()), expected)
      const combined = pairs.combineByKey(async (row) => row, addLater, addLater)
      t.deepEqual(multiset(await combined.collect()), expected)
      const folded = pairs.aggregateByKey(0, addLater, addLater, m)
      t.deepEqual(multiset(await folded.collect()), expected)
    }),
    { numRuns: 30 },
  )
})
