import { histogramLog, type LoggedInterval } from '../histograms/index.ts'
import { LatencyHistogram } from '../histograms/index.ts'
import type { Figures } from '../run/task-run.ts'
import { doneOf, errorsOf, latencyOf, type RunReport } from './run-report.ts'

export const PERCENTILES = [50, 90, 95, 99, 99.9] as const

/** The intervals of a report as a log of histograms, tagged `operation.service`, `.response`, `.waiting`. */
export function hdrLog(report: RunReport): string {
  const intervals: LoggedInterval[] = report.series.flatMap(({ fromMs, figures }) =>
    Object.entries(figures).flatMap(([name, its]) =>
      (['service', 'response', 'waiting'] as const).map((of) => ({
        tag: `${name}.${of}`,
        wallMs: report.startWallMs + fromMs,
        lengthMs: report.intervalMs,
        histogram: LatencyHistogram.decode(its[of]),
      })),
    ),
  )
  return histogramLog(intervals, `Throttler, workload ${report.workload}, latencies in nanoseconds`)
}

/** A row for each operation in each interval; times in ms. */
export function csv(report: RunReport): string {
  const head = ['from_ms', 'operation', 'done', 'per_second', 'errors']
  const columns = PERCENTILES.map((percent) => `p${percent}_ms`)
  const rows = report.series.flatMap(({ fromMs, figures }) =>
    Object.entries(figures).map(([name, its]) => {
      const histogram = LatencyHistogram.decode(its.response)
      const errors = Object.values(its.errors).reduce((sum, count) => sum + count, 0)
      return [
        fromMs,
        quotedCell(name),
        its.done,
        ((its.done * 1000) / report.intervalMs).toFixed(1),
        errors,
        ...PERCENTILES.map((percent) => histogram.percentile(percent).toFixed(3)),
        histogram.maxMs.toFixed(3),
      ].join(',')
    }),
  )
  return [[...head, ...columns, 'max_ms'].join(','), ...rows, ''].join('\n')
}

function quotedCell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What is known now, in Prometheus' text format: counters, and response times as summaries in seconds. */
export function prometheus(report: RunReport): string {
  const lines = [
    '# TYPE troupe_throttler_operations_total counter',
    ...each(report.figures, (name, { done }) => [
      `troupe_throttler_operations_total{operation="${name}"} ${done}`,
    ]),
    '# TYPE troupe_throttler_errors_total counter',
    ...each(report.figures, (name, { errors }) =>
      Object.entries(errors).map(
        ([code, count]) =>
          `troupe_throttler_errors_total{operation="${name}",code="${label(code)}"} ${count}`,
      ),
    ),
    '# TYPE troupe_throttler_response_seconds summary',
    ...each(report.figures, (name, { response }) => {
      const histogram = LatencyHistogram.decode(response)
      return [
        ...PERCENTILES.map(
          (percent) =>
            `troupe_throttler_response_seconds{operation="${name}",quantile="${percent / 100}"} ${histogram.percentile(percent) / 1000}`,
        ),
        `troupe_throttler_response_seconds_sum{operation="${name}"} ${(histogram.meanMs * histogram.count) / 1000}`,
        `troupe_throttler_response_seconds_count{operation="${name}"} ${histogram.count}`,
      ]
    }),
  ]
  return `${lines.join('\n')}\n`
}

function each(
  figures: Figures,
  lines: (name: string, its: Figures[string]) => readonly string[],
): readonly string[] {
  return Object.entries(figures).flatMap(([name, its]) => lines(label(name), its))
}

function label(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** One line of figures: for an interval while a run goes on, or for all of it. */
export function figuresLine(figures: Figures, lengthMs: number): string {
  const response = latencyOf(figures, 'response')
  const errors = Object.values(errorsOf(figures)).reduce((sum, count) => sum + count, 0)
  const rate = lengthMs > 0 ? (doneOf(figures) * 1000) / lengthMs : 0
  const latencies = PERCENTILES.map(
    (percent) => `p${percent} ${sayMs(response.percentile(percent))}`,
  )
  return `${rate.toFixed(0)} op/s  ${latencies.join('  ')}  max ${sayMs(response.maxMs)}  errors ${errors}`
}

/** `0.45ms`, `12.3ms`, `1.20s`. */
export function sayMs(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)}s`
  return `${ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)}ms`
}
