import test from 'ava'

import {
  histogramLog,
  LatencyHistogram,
  readHistogramLog,
} from '../../../src/throttler/histograms/index.ts'

function histogramOf(...values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const ms of values) histogram.record(ms)
  return histogram
}

test('a log is read back as it was: tags, times and all counts', (t) => {
  const wallMs = Date.UTC(2026, 2, 15, 12, 15, 39)
  const intervals = [
    { tag: 'read.response', wallMs, lengthMs: 1000, histogram: histogramOf(1, 2, 3) },
    { tag: 'write.response', wallMs: wallMs + 1000, lengthMs: 500, histogram: histogramOf(9) },
  ]
  const read = readHistogramLog(histogramLog(intervals, 'a run\nof two'))
  t.deepEqual(
    read.map(({ tag, wallMs, lengthMs }) => ({ tag, wallMs, lengthMs })),
    intervals.map(({ tag, wallMs, lengthMs }) => ({ tag, wallMs, lengthMs })),
  )
  t.deepEqual(
    read.map(({ histogram }) => histogram.bars()),
    intervals.map(({ histogram }) => histogram.bars()),
  )
})

test('the head of a log says its version and start, as the Java tools expect', (t) => {
  const wallMs = Date.UTC(2026, 2, 15, 12, 15, 39)
  const text = histogramLog(
    [{ tag: 'a b,c', wallMs, lengthMs: 1000, histogram: histogramOf(2) }],
    'x',
  )
  const lines = text.split('\n')
  t.deepEqual(lines.slice(0, 5), [
    '#x',
    '#[Histogram log format version 1.3]',
    '#[StartTime: 1773576939.000 (seconds since epoch), 2026-03-15T12:15:39.000Z]',
    '#[BaseTime: 1773576939.000 (seconds since epoch)]',
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ])
  t.regex(lines[5] ?? '', /^Tag=a_b_c,0\.000,1\.000,2\.0\d\d,HISTF\S+$/)
})

test('a log without intervals is one with a head alone', (t) => {
  t.deepEqual(readHistogramLog(histogramLog([], 'nothing')), [])
})

test('a line that is no interval is refused by its number', (t) => {
  const error = t.throws(() => readHistogramLog('#x\n1.0,2.0,nonsense\n'))
  t.like(error, { code: 'TROUPE_THROTTLER_HISTOGRAM_DAMAGED', data: { line: 2 } })
})
