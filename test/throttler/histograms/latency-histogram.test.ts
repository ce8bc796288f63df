import test from 'ava'
import fc from 'fast-check'

import { ThrottlerError } from '../../../src/throttler/errors.ts'
import { LatencyHistogram, mergedHistogram } from '../../../src/throttler/histograms/index.ts'

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const ms of values) histogram.record(ms)
  return histogram
}

test('what is merged from parts is what one histogram of the whole would be', (t) => {
  const latency = fc.double({ min: 0, max: 4_000_000, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.array(latency, { maxLength: 50 }), { maxLength: 6 }), (parts) => {
      const whole = histogramOf(parts.flat())
      const sent = parts.map((part) => LatencyHistogram.decode(histogramOf(part).encode()))
      const merged = mergedHistogram(sent)
      t.deepEqual(merged.bars(), whole.bars())
      t.is(merged.count, whole.count)
      for (const percent of [0, 50, 90, 99, 99.9, 100]) {
        t.is(merged.percentile(percent), whole.percentile(percent))
      }
    }),
    { numRuns: 60 },
  )
})

test('a percentile is within a thousandth of the value at its rank', (t) => {
  const values = Array.from({ length: 10_000 }, (_, at) => 0.05 * 1.0015 ** at)
  const histogram = histogramOf(values)
  for (const percent of [1, 50, 90, 99, 99.9, 100]) {
    const exact = Math.min(values[Math.ceil((percent * values.length) / 100) - 1] ?? 0, 3_600_000)
    const found = histogram.percentile(percent)
    t.true(Math.abs(found - exact) <= exact * 0.001 + 1e-6, `p${percent}: ${found} for ${exact}`)
  }
})

test('an empty histogram has no latencies, and survives its encoding', (t) => {
  const empty = LatencyHistogram.decode(new LatencyHistogram().encode())
  t.deepEqual(
    [empty.count, empty.meanMs, empty.deviationMs, empty.maxMs, empty.percentile(99)],
    [0, 0, 0, 0, 0],
  )
  t.deepEqual(empty.bars(), [])
})

test('more than an hour counts as an hour, less than nothing as nothing', (t) => {
  const histogram = histogramOf([1e9, -5])
  t.is(histogram.count, 2)
  t.true(Math.abs(histogram.maxMs - 3_600_000) <= 3600)
  t.is(histogram.percentile(0), 0)
})

test('what is no histogram is refused', (t) => {
  for (const text of ['', 'HISTFAAA', 'not base64 at all', 'AAAAAAAAAAAA']) {
    const error = t.throws(() => LatencyHistogram.decode(text), { instanceOf: ThrottlerError })
    t.is(error?.code, 'TROUPE_THROTTLER_HISTOGRAM_DAMAGED')
  }
})

test('a reset histogram is as new', (t) => {
  const histogram = histogramOf([1, 2, 3])
  histogram.reset()
  histogram.record(5)
  t.deepEqual(histogram.bars(), histogramOf([5]).bars())
})

test('every value is in a bar of its own thousandth, over all powers of two', (t) => {
  for (let power = 0; power < 41; power += 1) {
    for (const ns of [
      2 ** power - 1,
      2 ** power,
      2 ** power + 1,
      Math.floor(2 ** power * 1.4142),
    ]) {
      const [bar] = histogramOf([ns / 1e6]).bars()
      const { fromMs = -1, toMs = -1, count = 0 } = bar ?? {}
      t.is(count, 1)
      t.true(fromMs * 1e6 <= ns + 1e-3 && ns - 1e-3 <= toMs * 1e6, `${ns} in ${fromMs}..${toMs}`)
      t.true((toMs - fromMs) * 1e6 <= Math.max(ns / 1000, 1))
    }
  }
})
