import type { Machine } from './machine.ts'
import type { Sample } from './programs/harness.ts'
import { columns, rows } from './rows.ts'
import type { Row, RuntimeId } from './rows.ts'
import { spread } from './statistics.ts'
import { pairedRatio, ratioTo, verdictsOf } from './verdicts.ts'
import type { Figures, Verdict } from './verdicts.ts'

export interface RowResult {
  readonly row: string
  readonly title: string
  readonly section: Row['section']
  readonly unit: string
  readonly figures: Figures
  /** Ours over each peer, as ratios of the medians and as medians of the ratios of each run. */
  readonly ratios: Partial<
    Record<RuntimeId, { readonly ofMedians: number; readonly paired: number }>
  >
  readonly verdicts: readonly Verdict[]
}

/** What one call of `npm run bench` found; written as JSON. */
export interface Result {
  readonly date: string
  readonly runs: number
  /** A short run shows that all of it works and tells nothing about speed. */
  readonly isQuick: boolean
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly minutes: number
  /** The machine's load (1 minute) at the start of each run: 0 is what one wants. */
  readonly load: readonly number[]
  /** Peers that are not installed, and processes that failed. */
  readonly missing: readonly string[]
  readonly rows: readonly RowResult[]
}

export const columnName = (section: Row['section'], runtime: RuntimeId): string =>
  columns[section][runtime] ?? runtime

/** The rows for which there are figures, in the order of the table. */
export function rowResults(samples: readonly Sample[]): readonly RowResult[] {
  return rows.flatMap((row) => {
    const figures = figuresOf(row, samples)
    if (Object.keys(figures).length === 0) return []
    const { id, title, section, unit } = row
    const verdicts = verdictsOf(row, figures, (runtime) => columnName(section, runtime))
    return [{ row: id, title, section, unit, figures, ratios: ratiosOf(row, figures), verdicts }]
  })
}

function figuresOf(row: Row, samples: readonly Sample[]): Figures {
  const figures: Figures = {}
  for (const runtime of Object.keys(columns[row.section]) as RuntimeId[]) {
    const id = runtime === 'troupe' ? (row.ours ?? row.id) : row.id
    const values = samples
      .filter((sample) => sample.runtime === runtime && sample.row === id)
      .map(({ value }) => value)
    if (values.length > 0) figures[runtime] = spread(values)
  }
  const hasOnlyOurs = Object.keys(figures).join() === 'troupe' && row.ours !== undefined
  return hasOnlyOurs ? {} : figures
}

function ratiosOf(row: Row, figures: Figures): RowResult['ratios'] {
  const ours = figures.troupe
  const ratios: RowResult['ratios'] = {}
  if (ours === undefined) return ratios
  for (const [runtime, peer] of Object.entries(figures) as [RuntimeId, typeof ours][]) {
    if (runtime === 'troupe') continue
    const ofMedians = rounded(ratioTo(row, ours, peer))
    ratios[runtime] = { ofMedians, paired: rounded(pairedRatio(row, ours, peer)) }
  }
  return ratios
}

const rounded = (value: number): number => Number(value.toPrecision(4))
