import { ThrottlerError } from '../errors.ts'
import { doneOf, errorsOf, latencyOf, type Latency, type RunReport } from './run-report.ts'

/** What a run is not to be, such as `p99 > 10ms`. */
export interface Threshold {
  readonly text: string
  /** What it was, when it was so; undefined otherwise. */
  readonly broken: (report: RunReport) => string | undefined
}

const FORM =
  /^\s*(?:([\w.-]+)\s+)??(?:(service|response|waiting)\s+)?(p\d+(?:\.\d+)?|mean|max|errors|rate|count)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|%|\/s)?\s*$/
const MS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1000 }

/**
 * `[operation] [service|response|waiting] figure comparison value`: of a percentile (`p99`), `mean` or `max` a time (`10ms`), of `rate` operations per
 * second (`500/s`), of `errors` a number or a share (`0.1%`), of `count` a number. Response times of all operations by default.
 *
 * @throws TROUPE_THROTTLER_THRESHOLD_INVALID
 */
export function parseThreshold(text: string): Threshold {
  const [whole, operation, of = 'response', figure = '', comparison = '', value, unit] =
    FORM.exec(text) ?? []
  const isTime = /^(p[\d.]+|mean|max)$/.test(figure)
  const percent = Number(/^p(.+)$/.exec(figure)?.[1] ?? 0)
  const isFit = isTime
    ? unit !== undefined && unit in MS && percent <= 100
    : unit === undefined ||
      (figure === 'errors' && unit === '%') ||
      (figure === 'rate' && unit === '/s')
  if (whole === undefined || !isFit) {
    throw new ThrottlerError(
      'TROUPE_THROTTLER_THRESHOLD_INVALID',
      `"${text}" is no limit: write [operation] [service|response|waiting] then p99, mean or max and a time ('p99 > 10ms'), 'rate < 500/s', 'errors > 0.1%' or 'count < 1000', with >, >=, < or <=.`,
      { data: { text } },
    )
  }
  const limit = Number(value) * (isTime ? (MS[unit ?? ''] ?? 1) : 1)
  return {
    text: text.trim(),
    broken(report) {
      const found = figureOf(report, figure, of as Latency, operation, unit === '%')
      return compare(found, comparison, limit)
        ? `${figure} was ${Number(found.toFixed(3))}${isTime ? 'ms' : (unit ?? '')}`
        : undefined
    },
  }
}

function figureOf(
  report: RunReport,
  figure: string,
  of: Latency,
  operation: string | undefined,
  isShare: boolean,
): number {
  const figures =
    operation === undefined
      ? report.figures
      : Object.fromEntries(Object.entries(report.figures).filter(([name]) => name === operation))
  const done = doneOf(figures)
  const errors = Object.values(errorsOf(figures)).reduce((sum, count) => sum + count, 0)
  if (figure === 'count') return done
  if (figure === 'rate') return report.durationMs > 0 ? (done * 1000) / report.durationMs : 0
  if (figure === 'errors') return isShare ? (100 * errors) / Math.max(1, errors + done) : errors
  const histogram = latencyOf(figures, of)
  if (figure === 'mean') return histogram.meanMs
  return figure === 'max' ? histogram.maxMs : histogram.percentile(Number(figure.slice(1)))
}

function compare(found: number, comparison: string, limit: number): boolean {
  if (comparison === '>') return found > limit
  if (comparison === '>=') return found >= limit
  return comparison === '<' ? found < limit : found <= limit
}
