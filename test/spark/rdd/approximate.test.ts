import test, { type ExecutionContext } from 'ava'

import {
  countEstimate,
  meanEstimate,
  sumEstimate,
} from '../../../src/spark/rdd/approximate/index.ts'
import {
  negativeBinomialQuantile,
  normalQuantile,
  poissonQuantile,
  studentQuantile,
} from '../../../src/spark/rdd/approximate/distributions.ts'
import { StatCounter } from '../../../src/spark/rdd/statistics/stat-counter.ts'

function near(t: ExecutionContext, actual: number, expected: number, error = 1e-6): void {
  t.true(Math.abs(actual - expected) <= error, `${actual} for ${expected}`)
}

test('quantiles are those of the tables', (t) => {
  near(t, normalQuantile(0.975), 1.959963985)
  near(t, normalQuantile(0.01), -2.326347874)
  t.is(normalQuantile(0.5), 0)
  near(t, studentQuantile(0.975, 1), 12.7062047)
  near(t, studentQuantile(0.975, 10), 2.228138852)
  near(t, studentQuantile(0.05, 99), -1.660391156)
  t.is(poissonQuantile(0.5, 10), 10)
  t.is(poissonQuantile(0.975, 10), 17)
  t.is(poissonQuantile(0.025, 4), 1)
  // Failures before 5 successes of probability 1/2: at most 4 with probability 1/2.
  t.is(negativeBinomialQuantile(0.5, 5, 0.5), 4)
  t.is(negativeBinomialQuantile(0.01, 1, 0.9), 0)
})

test('a count that is half there is doubled, with bounds on both sides', (t) => {
  const { mean, low, high, confidence } = countEstimate(100, { done: 5, total: 10 }, 0.95)
  t.is(mean, 200)
  t.is(confidence, 0.95)
  t.true(low > 160 && low < 180, `${low}`)
  t.true(high > 220 && high < 240, `${high}`)
  const large = countEstimate(1_000_000, { done: 5, total: 10 }, 0.95)
  t.true(large.low < 2_000_000 && large.high > 2_000_000)
  t.true(large.high - large.low < 10_000)
  t.deepEqual(countEstimate(7, { done: 3, total: 3 }, 0.9), {
    mean: 7,
    confidence: 1,
    low: 7,
    high: 7,
  })
  t.is(countEstimate(0, { done: 2, total: 3 }, 0.9).high, Infinity)
})

test('mean and sum have bounds as soon as two numbers are there', (t) => {
  const counter = new StatCounter([1, 2, 3, 4, 5])
  const half = { done: 1, total: 2 }
  const mean = meanEstimate(counter, half, 0.95)
  t.is(mean.mean, 3)
  near(t, mean.high - mean.mean, 2.776445105 * Math.sqrt(2.5 / 5))
  const sum = sumEstimate(counter, half, 0.95)
  t.is(sum.mean, 30)
  t.true(sum.low < 30 && sum.high > 30)
  t.is(meanEstimate(new StatCounter([4]), half, 0.95).high, Infinity)
  t.is(sumEstimate(new StatCounter([4]), half, 0.95).mean, 8)
  t.is(meanEstimate(new StatCounter(), half, 0.95).low, -Infinity)
  t.is(sumEstimate(counter, { done: 2, total: 2 }, 0.95).high, 15)
})
