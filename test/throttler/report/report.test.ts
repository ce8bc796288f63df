import test from 'ava'

import { tableRows } from '../../docs/markdown.ts'
import { read } from '../../docs/repository.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import { LatencyHistogram, readHistogramLog } from '../../../src/throttler/histograms/index.ts'
import {
  figuresLine,
  parseThreshold,
  prometheus,
  REPORT_FLAGS,
  RunCollector,
  writeReports,
  type EndedTaskFigures,
  type RunReport,
} from '../../../src/throttler/report/index.ts'
import { latencyOf } from '../../../src/throttler/report/run-report.ts'
import { mannWhitney } from '../../../src/throttler/report/comparison.ts'
import type { Figures } from '../../../src/throttler/run/task-run.ts'

function figures(
  values: readonly number[],
  errors: Readonly<Record<string, number>> = {},
): Figures {
  const histogram = new LatencyHistogram()
  for (const ms of values) histogram.record(ms)
  const [all, none] = [histogram.encode(), new LatencyHistogram().encode()]
  return { read: { done: values.length, errors, service: all, response: all, waiting: none } }
}

/** Two agents over `seconds`, with latencies around `ms`. */
function reportOf(seconds: number, ms: number): RunReport {
  const collector = new RunCollector({
    workload: '<own>',
    keyspace: 'ks',
    store: 'embedded store, not Cassandra',
    startWallMs: 1000,
    intervalMs: 1000,
  })
  const tasks: EndedTaskFigures[] = []
  for (const agent of ['a', 'b']) {
    const all: number[] = []
    for (let at = 0; at < seconds; at += 1) {
      const values = Array.from({ length: 50 }, (_, nth) => ms + ((nth * 7 + at * 3) % 11) / 10)
      all.push(...values)
      const interval = {
        fromMs: at * 1000,
        toMs: at * 1000 + 1000,
        wallMs: 1000 + at * 1000,
        figures: figures(values),
      }
      collector.measured(interval)
    }
    tasks.push({
      host: agent,
      attempts: [figures(all.slice(0, 20), { E_NO: 2 }), figures(all.slice(20))],
    })
  }
  return collector.report(tasks)
}

test('agents, attempts and intervals add up to the run', (t) => {
  const report = reportOf(10, 2)
  t.is(report.figures['read']?.done, 1000)
  t.deepEqual(
    report.agents.map(({ agent, figures: its }) => [agent, its['read']?.done]),
    [
      ['a', 500],
      ['b', 500],
    ],
  )
  t.deepEqual(
    report.series.map(({ fromMs }) => fromMs),
    Array.from({ length: 10 }, (_, at) => at * 1000),
  )
  const whole = new LatencyHistogram()
  for (const piece of report.series) whole.add(latencyOf(piece.figures, 'response'))
  t.deepEqual(whole.bars(), latencyOf(report.figures, 'response').bars())
  t.is(report.durationMs, 10_000)
  t.deepEqual(report.figures['read']?.errors, { E_NO: 4 })
})

test('pieces of time are told once, when no task adds to them any more', (t) => {
  const about = { workload: 'w', keyspace: 'k', store: 's', startWallMs: 0, intervalMs: 1000 }
  const collector = new RunCollector(about)
  const told = [0, 1, 1, 2, 0, 3, 7].map((second) => {
    const [fromMs, toMs] = [second * 1000, second * 1000 + 1000]
    const pieces = collector.measured({ fromMs, toMs, wallMs: fromMs, figures: figures([1]) })
    return pieces.map((piece) => [piece.fromMs, piece.figures['read']?.done])
  })
  t.deepEqual(told, [
    [],
    [],
    [],
    [[0, 1]],
    [],
    [[1000, 2]],
    [
      [2000, 1],
      [3000, 1],
    ],
  ])
  t.is(collector.report([]).series[0]?.figures['read']?.done, 2)
})

test('limits hold or are broken by the figures that they name', (t) => {
  const report = reportOf(10, 2)
  const broken = (text: string): boolean => parseThreshold(text).broken(report) !== undefined
  for (const text of [
    'p99 > 1ms',
    'read p50>=2ms',
    'service mean > 1500us',
    'max < 1s',
    'rate < 500/s',
    'errors > 3',
    'errors > 0.1%',
    'count < 1001',
  ]) {
    t.true(broken(text), text)
  }
  for (const text of [
    'p99 > 10ms',
    'write p99 > 1ms',
    'waiting max > 0ms',
    'rate < 50',
    'errors > 50%',
    'p99.9 <= 1ms',
  ]) {
    t.false(broken(text), text)
  }
})

test('what is no limit is refused, with the form that it takes', (t) => {
  for (const text of [
    '',
    'p99',
    'p99 > 10',
    'p99 > 10kg',
    'p101 > 1ms',
    'rate > 5ms',
    'errors = 1',
    'p99 > -1ms',
    'fast > 1ms',
  ]) {
    t.throws(() => parseThreshold(text), {
      code: 'TROUPE_THROTTLER_THRESHOLD_INVALID',
      message: /p99 > 10ms/,
    })
  }
})

test('all reports are written, and say the same', async (t) => {
  const world = memoryEnvironment()
  const { disk } = world.environment()
  const readBack = async (path: string): Promise<string> =>
    new TextDecoder().decode(await disk.readFile(path))
  const report = reportOf(10, 2)
  const run = async (): Promise<void> => {
    const flags = {
      reportHtml: '/r.html',
      json: '/r.json',
      hdrLog: '/r.hlog',
      csv: '/r.csv',
      failIf: [parseThreshold('p99 > 1ms')],
    }
    const { lines, broken } = await writeReports(disk, flags, report)
    t.deepEqual(lines, [])
    t.regex(broken.join(), /^p99 > 1ms: p99 was 3[.\d]*ms$/)
    t.deepEqual(JSON.parse(await readBack('/r.json')), report)
    const logged = readHistogramLog(await readBack('/r.hlog')).filter(
      ({ tag }) => tag === 'read.response',
    )
    t.is(
      logged.reduce((sum, { histogram }) => sum + histogram.count, 0),
      1000,
    )
    const rows = (await readBack('/r.csv')).trim().split('\n')
    t.is(rows.length, 11)
    t.regex(rows[1] ?? '', /^0,read,100,100\.0,0,2\./)
    const page = await readBack('/r.html')
    t.is(page.split('<svg').length, 4)
    t.true(page.includes('Throttler: &lt;own>') && !page.includes('<own>'))
    t.notRegex(page, /https?:|NaN|Infinity|undefined/)
    const again = await writeReports(disk, { compare: '/r.json' }, reportOf(10, 3))
    t.regex(again.lines.join('\n'), /p50 ms: 2\.\d\d before, 3\.\d\d now, a difference/)
    t.regex(again.lines.join('\n'), /op\/s: 100\.00 before, 100\.00 now, no more than chance/)
    await t.throwsAsync(writeReports(disk, { compare: '/r.csv' }, report), {
      code: 'TROUPE_THROTTLER_REPORT_DAMAGED',
    })
  }
  await world.until(run())
})

test('a report of a run in which nothing ended is whole', async (t) => {
  const world = memoryEnvironment()
  const about = { workload: 'w', keyspace: 'k', store: 's', startWallMs: 0, intervalMs: 1000 }
  const { disk } = world.environment()
  const { broken } = await world.until(
    writeReports(
      disk,
      { reportHtml: '/r.html', csv: '/c', hdrLog: '/h' },
      new RunCollector(about).report([]),
    ),
  )
  t.deepEqual(broken, [])
})

test('Prometheus reads counters and summaries in seconds', (t) => {
  const text = prometheus(reportOf(2, 2))
  t.regex(text, /^troupe_throttler_operations_total\{operation="read"\} 200$/m)
  t.regex(text, /^troupe_throttler_errors_total\{operation="read",code="E_NO"\} 4$/m)
  t.regex(
    text,
    /^troupe_throttler_response_seconds\{operation="read",quantile="0\.5"\} 0\.002\d*$/m,
  )
})

test('the Mann-Whitney test tells shifted samples from those that are not', (t) => {
  const one = [3, 1, 4, 1.5, 9, 2.6, 5, 3.5, 8, 9.7]
  t.true(
    mannWhitney(
      one,
      one.map((value) => value + 20),
    ) < 0.01,
  )
  t.true(mannWhitney(one, [...one].reverse()) > 0.9)
  t.is(mannWhitney([1, 2], [8, 9]), 1)
  t.is(mannWhitney([1, 1, 1, 1], [1, 1, 1, 1]), 1)
})

test('every flag of reports is a row of the documents, and the other way round', (t) => {
  const rows = tableRows(read('docs/throttler-workloads.md'), ['flag', 'writes']) ?? []
  t.deepEqual(
    rows.map(([flag = '']) => flag.replaceAll('`', '')).sort(),
    Object.keys(REPORT_FLAGS)
      .map((flag) => flag.split(' ')[0] ?? '')
      .sort(),
  )
})

test('a line of figures tells rate, percentiles and errors of an interval', (t) => {
  const line = figuresLine(figures([1, 1, 2000], { E_NO: 1 }), 500)
  t.regex(line, /^6 op\/s {2}p50 1\.00ms {2}.*max 2\.00s {2}errors 1$/)
})
