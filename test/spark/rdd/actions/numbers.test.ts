import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'

import { StatCounter } from '../../../../src/spark/rdd/statistics/stat-counter.ts'
import { bucketOf } from '../../../../src/spark/rdd/statistics/buckets.ts'
import type { RDD } from '../../../../src/spark/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'
import { slices } from '../operators/multiset.ts'

const doubles = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40 })

function near(t: ExecutionContext, actual: number, expected: number): void {
  const isSame = Object.is(actual, expected) || (Number.isNaN(actual) && Number.isNaN(expected))
  t.true(
    isSame || Math.abs(actual - expected) <= 1e-9 * Math.max(1e-3, Math.abs(expected), 1e6),
    `${actual} for ${expected}`,
  )
}

test('stats agree with the formulas of the books', async (t) => {
  await fc.assert(
    fc.asyncProperty(doubles, slices, async (rows, n) => {
      const rdd = new PureEngine().parallelize(rows, n)
      const count = rows.length
      const sum = rows.reduce((a, b) => a + b, 0)
      const mean = count === 0 ? 0 : sum / count
      const squares = rows.reduce((total, row) => total + (row - mean) ** 2, 0)
      const stats = await rdd.stats()
      t.is(stats.count, count)
      near(t, stats.mean, mean)
      near(t, stats.sum, sum)
      near(t, await rdd.sum(), sum)
      near(t, await rdd.mean(), mean)
      near(t, Math.sqrt(await rdd.variance()), count === 0 ? NaN : Math.sqrt(squares / count))
      near(t, await rdd.stdev(), count === 0 ? NaN : Math.sqrt(squares / count))
      near(t, await rdd.sampleStdev(), count < 2 ? NaN : Math.sqrt(squares / (count - 1)))
      t.is(stats.min, Math.min(...rows))
      t.is(stats.max, Math.max(...rows))
      t.is(await rdd.popVariance(), stats.popVariance)
      t.is(await rdd.popStdev(), stats.stdev)
      t.deepEqual(await rdd.sampleVariance(), stats.sampleVariance)
    }),
    { numRuns: 20 },
  )
})

test('a counter may take in itself, an empty one, or NaN', (t) => {
  const counter = new StatCounter([1, 2, 3])
  counter.merge(counter)
  t.is(counter.count, 6)
  t.is(counter.mean, 2)
  t.is(counter.merge(new StatCounter()).count, 6)
  near(t, counter.variance, 2 / 3)
  t.is(new StatCounter().merge(counter).mean, 2)
  t.true(Number.isNaN(counter.merge(NaN).mean))
  t.is(String(new StatCounter([2])), '(count: 1, mean: 2, stdev: 0, max: 2, min: 2)')
})

test('a histogram has each number in one bucket, the largest in the last', async (t) => {
  const bounds = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 8 })
  const numbers = fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 50 })
  await fc.assert(
    fc.asyncProperty(numbers, bounds, slices, async (rows, unordered, n) => {
      const buckets = [...unordered].sort((a, b) => a - b)
      const rdd = new PureEngine().parallelize(rows, n)
      const counts = buckets.slice(1).map((high, i) => {
        const isLast = i === buckets.length - 2
        const low = buckets[i] ?? NaN
        return rows.filter((row) => row >= low && (isLast ? row <= high : row < high)).length
      })
      t.deepEqual(await rdd.histogram(buckets), { buckets, counts })
      if (rows.length === 0) return
      const even = await rdd.histogram(4)
      t.is(
        even.counts.reduce((a, b) => a + b),
        rows.length,
      )
      t.is(even.buckets[0], Math.min(...rows))
      t.is(even.buckets.at(-1), Math.max(...rows))
    }),
    { numRuns: 40 },
  )
})

test('buckets of equal width are found without a search', (t) => {
  const bounds = [0, 10, 20, 30]
  for (let value = -5; value <= 35; value += 0.5) {
    t.is(bucketOf(value, bounds, true), bucketOf(value, bounds, false))
  }
  t.is(bucketOf(NaN, bounds, true), -1)
})

test('histograms without a range, or with bounds out of order, are refused', async (t) => {
  const engine = new PureEngine()
  const empty = { code: 'TROUPE_SPARK_EMPTY_COLLECTION' }
  const invalid = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  await t.throwsAsync(engine.emptyRDD<number>().histogram(3), empty)
  await t.throwsAsync(engine.parallelize([1, Infinity]).histogram(3), empty)
  await t.throwsAsync(engine.parallelize([1, NaN]).histogram(3), empty)
  const rdd = engine.parallelize([3, 3, 3])
  t.deepEqual(await rdd.histogram(5), { buckets: [3, 3], counts: [3] })
  for (const buckets of [0, 1.5, [], [1], [2, 1], [1, NaN]]) {
    await t.throwsAsync(rdd.histogram(buckets), invalid)
  }
})

test('rows that are no numbers are refused by name', async (t) => {
  const rows = new PureEngine().parallelize<unknown>([1, 'two']) as RDD<number>
  for (const action of [() => rows.sum(), () => rows.mean(), () => rows.histogram([0, 1])]) {
    const error = await t.throwsAsync(action(), { code: 'TROUPE_SPARK_ROW_NOT_A_NUMBER' })
    t.regex(error.message, /"two"/)
  }
})
