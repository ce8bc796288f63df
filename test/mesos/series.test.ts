import test from 'ava'
import fc from 'fast-check'
import { Series } from '../../src/mesos/series.ts'

test('a series says what its newest values are, with percentiles between neighbours as in Mesos', (t) => {
  const series = new Series()
  t.is(series.summary(), undefined)
  series.add(0.259072)
  series.add(0.20096)
  const { last, count, min, max, p50, p90 } = series.summary() ?? t.fail()
  t.deepEqual([last, count, min, max], [0.20096, 2, 0.20096, 0.259072])
  t.true(Math.abs(p50 - 0.230016) < 1e-9)
  t.true(Math.abs(p90 - 0.2532608) < 1e-9)
})

test('however long it is, a thousand values count, and percentiles are in order', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.nat(2500), (values, before) => {
      const series = new Series()
      for (let i = 0; i < before; i++) series.add(-1)
      for (const value of values) series.add(value)
      const { last, count, min, max, p50, p90, p95, p99, p999, p9999 } =
        series.summary() ?? t.fail()
      t.is(last, values.at(-1) ?? -1)
      t.is(count, Math.min(1000, before + values.length))
      const inOrder = [min, p50, p90, p95, p99, p999, p9999, max]
      t.deepEqual(
        inOrder,
        [...inOrder].sort((a, b) => a - b),
      )
    }),
    { numRuns: 30 },
  )
})
