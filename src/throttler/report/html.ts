import type { LatencyHistogram } from '../histograms/index.ts'
import { escaped, plot } from './plot.ts'
import { doneOf, errorsOf, latencyOf, type RunReport } from './run-report.ts'
import { PERCENTILES, sayMs } from './texts.ts'

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;color:#1f2937;background:#f8fafc;margin:0}
main{max-width:900px;margin:0 auto;padding:32px 20px}h1{font-size:26px;margin:0}h2{font-size:17px;margin:0 0 10px}
section{background:#fff;border:1px solid #e5e7eb;border-radius:10px;padding:18px 20px;margin:18px 0}
.about{color:#6b7280;margin:4px 0 0}.big{display:flex;gap:36px;flex-wrap:wrap}.big b{display:block;font-size:24px}
.big span{color:#6b7280;font-size:13px}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:5px 8px;border-bottom:1px solid #f1f5f9}th:first-child,td:first-child{text-align:left}
th{color:#6b7280;font-weight:500;font-size:13px}svg{width:100%;height:auto}svg text{font-size:11px;fill:#6b7280}
.grid{stroke:#eef2f7}.legend{margin:6px 0 0;font-size:13px}.legend span{margin-right:16px}
.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:5px}`

/** How far to the right of a percentile plot a share stands: each nine takes as much room. */
const NINES = ['0%', '90%', '99%', '99.9%', '99.99%', '99.999%']

/** A page of its own, without anything from elsewhere: figures, throughput and percentiles over time, the whole distribution, agents. */
export function html(report: RunReport): string {
  const { figures, series, durationMs, intervalMs } = report
  const response = latencyOf(figures, 'response')
  const rate = durationMs > 0 ? (doneOf(figures) * 1000) / durationMs : 0
  const errors = Object.entries(errorsOf(figures))
  const failed = errors.reduce((sum, [, count]) => sum + count, 0)
  const big = [
    [`${rate.toFixed(0)} op/s`, 'throughput'],
    [sayMs(response.percentile(50)), 'p50 response'],
    [sayMs(response.percentile(99)), 'p99 response'],
    [String(doneOf(figures)), 'operations'],
    [String(failed), 'errors'],
  ]
  const names = Object.keys(figures)
  const throughput = names.map((name) => ({
    name,
    points: series.map(
      ({ fromMs, figures: its }) =>
        [fromMs / 1000, ((its[name]?.done ?? 0) * 1000) / intervalMs] as const,
    ),
  }))
  const whole = series.map(
    ({ fromMs, figures: its }) => [fromMs / 1000, latencyOf(its, 'response')] as const,
  )
  const percentiles = [50, 90, 99, 99.9].map((percent) => ({
    name: `p${percent}`,
    points: whole.map(([at, histogram]) => [at, histogram.percentile(percent)] as const),
  }))
  const curves = (['service', 'response', 'waiting'] as const).map((of) => ({
    name: of,
    points: curve(latencyOf(figures, of)),
  }))
  const rows = names.map((name) => [
    name,
    ...cells(figures[name]?.done ?? 0, latencyOf(figures, 'response', name)),
  ])
  const agents = report.agents.map(({ agent, figures: its }) => [
    agent,
    ...cells(doneOf(its), latencyOf(its, 'response')),
  ])
  const head = ['', 'done', ...PERCENTILES.map((percent) => `p${percent}`), 'max']
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Throttler: ${escaped(report.workload)}</title><style>${STYLE}</style><main>
<h1>Throttler: ${escaped(report.workload)}</h1>
<p class="about">keyspace ${escaped(report.keyspace)}, ${escaped(report.store)}, ${new Date(report.startWallMs).toISOString()}, ${sayMs(durationMs)}</p>
<section class="big">${big.map(([value = '', what = '']) => `<div><b>${value}</b><span>${what}</span></div>`).join('')}</section>
<section><h2>Throughput</h2>${plot(throughput, { x: 'seconds', y: 'op/s' })}</section>
<section><h2>Response time over time</h2>${plot(percentiles, { x: 'seconds', y: 'ms' })}</section>
<section><h2>Latency by percentile</h2>${plot(curves, { x: 'percentile', y: 'ms', xLabels: (at) => NINES[at] ?? '' })}</section>
<section><h2>Operations, response times</h2>${table(head, rows)}</section>
<section><h2>Agents, response times</h2>${table(head, agents)}</section>
${
  errors.length === 0
    ? ''
    : `<section><h2>Errors</h2>${table(
        ['code', 'count'],
        errors.map(([code, count]) => [code, String(count)]),
      )}</section>`
}
</main></html>
`
}

function cells(done: number, histogram: LatencyHistogram): readonly string[] {
  const latencies = PERCENTILES.map((percent) => sayMs(histogram.percentile(percent)))
  return [String(done), ...latencies, sayMs(histogram.maxMs)]
}

function curve(histogram: LatencyHistogram): readonly (readonly [number, number])[] {
  // As far as there are values to tell of.
  const last = Math.min(NINES.length - 1, Math.log10(Math.max(1, histogram.count)))
  return Array.from({ length: 101 }, (_, at) => {
    const nines = (last * at) / 100
    return [nines, histogram.percentile(100 - 100 / 10 ** nines)] as const
  })
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<table>${line('th', head)}${rows.map((row) => line('td', row)).join('')}</table>`
}
