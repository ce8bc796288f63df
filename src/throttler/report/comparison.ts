import { ThrottlerError } from '../errors.ts'
import { doneOf, latencyOf, type RunReport } from './run-report.ts'

/** One figure of two runs. */
export interface ComparedFigure {
  readonly name: string
  /** Medians over the intervals. */
  readonly before: number
  readonly after: number
  /** 0..1: how likely intervals as these would be this different if nothing had changed. */
  readonly chance: number
  /** Whether the difference is more than chance, at 1 %. */
  readonly isSignificant: boolean
}

const SIGNIFICANT = 0.01

/**
 * Compares the intervals of two runs by the Mann-Whitney test, which asks nothing of their distributions. Intervals that follow each other are
 * alike, so each run counts for as many as its autocorrelation leaves independent. The first and the last of a run are left out.
 *
 * @see H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the other", 1947
 */
export function compareRuns(before: RunReport, after: RunReport): readonly ComparedFigure[] {
  return FIGURES.map(([name, figure]) => {
    const one = valuesOf(before, figure)
    const other = valuesOf(after, figure)
    const chance = mannWhitney(one, other)
    return {
      name,
      before: median(one),
      after: median(other),
      chance,
      isSignificant: chance < SIGNIFICANT,
    }
  })
}

type Piece = RunReport['series'][number]

const FIGURES: readonly (readonly [string, (piece: Piece, report: RunReport) => number])[] = [
  ['op/s', ({ figures }, { intervalMs }) => (doneOf(figures) * 1000) / intervalMs],
  ...[50, 90, 99].map(
    (percent) =>
      [
        `p${percent} ms`,
        ({ figures }: Piece) => latencyOf(figures, 'response').percentile(percent),
      ] as const,
  ),
]

function valuesOf(
  report: RunReport,
  figure: (piece: Piece, report: RunReport) => number,
): readonly number[] {
  const { series } = report
  return (series.length > 4 ? series.slice(1, -1) : series).map((piece) => figure(piece, report))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** The chance, two-sided, by the normal approximation with ties; 1 for samples of fewer than four. */
export function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const [n, m] = [one.length, other.length]
  if (n < 4 || m < 4) return 1
  const all = [
    ...one.map((value) => [value, 0] as const),
    ...other.map((value) => [value, 1] as const),
  ]
  all.sort(([a], [b]) => a - b)
  let ranks = 0
  let ties = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]?.[0] === all[from]?.[0]) to += 1
    const rank = (from + to + 1) / 2
    for (const [, which] of all.slice(from, to)) if (which === 0) ranks += rank
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const u = ranks - (n * (n + 1)) / 2
  const total = n + m
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  if (variance === 0) return 1
  const independent = Math.min(independence(one), independence(other))
  const z =
    (Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance)) * Math.sqrt(independent)
  return 2 * (1 - normal(z))
}

/** 0..1: which share of the values is worth as much as values that don't follow each other. */
function independence(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const off = values.map((value) => value - mean)
  const square = off.reduce((sum, value) => sum + value * value, 0)
  if (square === 0) return 1
  const lagged = off.slice(1).reduce((sum, value, at) => sum + value * (off[at] ?? 0), 0) / square
  const correlation = Math.min(0.95, Math.max(0, lagged))
  return (1 - correlation) / (1 + correlation)
}

/** @see M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 26.2.17 */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

/** What `--json` has written. @throws TROUPE_THROTTLER_REPORT_DAMAGED */
export function parseReport(text: string, where: string): RunReport {
  let found: Partial<RunReport> | undefined
  try {
    found = JSON.parse(text) as Partial<RunReport>
  } catch {
    // It is refused below, as other texts that are no report.
    found = undefined
  }
  if (found?.version === 1 && Array.isArray(found.series)) return found as RunReport
  throw new ThrottlerError(
    'TROUPE_THROTTLER_REPORT_DAMAGED',
    `${where} is no report of a run: give a file that --json has written.`,
    { data: { where } },
  )
}
