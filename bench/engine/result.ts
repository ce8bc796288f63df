import type { Machine } from '../machine.ts'
import { spread, type Spread } from '../statistics.ts'
import { columnIds, type ColumnId } from './columns.ts'
import { groups, type EngineGroup, type EngineRow, type InputName } from './rows.ts'
import type { ProgramRun } from './run-program.ts'
import { verdictsOf, type EngineVerdict } from './verdicts.ts'

/** One column's figure in one row, in the row's unit. */
export interface EngineFigure extends Spread {
  /** The first time in a fresh process. */
  readonly cold: number | undefined
  /** Peak of the process's tree in bytes, for all rows of the group. */
  readonly rssBytes: number
  /** From the start of the process to its end, for all rows of the group. */
  readonly wallMs: number
  /** Processor time of the tree. */
  readonly cpuMs: number
  readonly check: string
}

export type EngineFigures = Partial<Record<ColumnId, EngineFigure>>

export interface EngineRowResult {
  readonly row: string
  readonly title: string
  readonly unit: string
  readonly figures: EngineFigures
  /** Of the warm times, each column's as a share of Spark's. */
  readonly shares: Partial<Record<ColumnId, number>>
  /** Of the peaks of memory, each column's as a share of Spark's. */
  readonly memoryShares: Partial<Record<ColumnId, number>>
  readonly verdicts: readonly EngineVerdict[]
}

/** What one call found of the engine's rows; written as JSON. */
export interface EngineResult {
  readonly date: string
  /** Of the inputs: 1 is the whole. */
  readonly scale: number
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  /** Heaps that Spark was given, by program. */
  readonly sparkHeaps: Readonly<Record<string, string>>
  readonly minutes: number
  readonly inputs: readonly InputName[]
  /** The machine's load (1 minute) at the start of each process, the greatest of them. */
  readonly greatestLoad: number
  /** What was not measured, or came to another result, and why. */
  readonly problems: readonly string[]
  readonly rows: readonly EngineRowResult[]
}

/** Processes that have measured a group in a column. */
export interface Measured {
  readonly group: string
  readonly column: ColumnId
  readonly run: ProgramRun
}

/** The rows for which there are figures, in the order of the table. */
export function engineRowResults(measured: readonly Measured[]): readonly EngineRowResult[] {
  return groups.flatMap((group) =>
    group.rows.flatMap((row) => {
      const figures = figuresOf(group, row, measured)
      if (Object.keys(figures).length === 0) return []
      const { id, title, unit } = row
      const shares = sharesOf(figures, ({ median }) => median)
      const memoryShares = sharesOf(figures, ({ rssBytes }) => rssBytes)
      const verdicts = verdictsOf(row, figures)
      return [{ row: id, title, unit, figures, shares, memoryShares, verdicts }]
    }),
  )
}

function figuresOf(
  group: EngineGroup,
  row: EngineRow,
  measured: readonly Measured[],
): EngineFigures {
  const figures: EngineFigures = {}
  for (const column of columnIds) {
    const runs = measured
      .filter((each) => each.group === group.id && each.column === column)
      .map(({ run }) => run)
    const figure = figureOf(row, runs)
    if (figure !== undefined) figures[column] = figure
  }
  return figures
}

function figureOf(row: EngineRow, runs: readonly ProgramRun[]): EngineFigure | undefined {
  const factor = (row.unit === 's' ? 1 / 1000 : 1) / (row.per ?? 1)
  const times = runs.map((run) => timesOf(row.name, run))
  const warm = times.flatMap(({ warm }) => warm)
  const cold = times.flatMap(({ cold }) => cold ?? [])
  const values = (warm.length > 0 ? warm : cold).map((ms) => rounded(ms * factor))
  if (values.length === 0) return undefined
  const [first] = cold
  return {
    ...spread(values),
    cold: first === undefined ? undefined : rounded(first * factor),
    rssBytes: Math.max(...runs.map(({ peakRssBytes }) => peakRssBytes)),
    wallMs: Math.round(spread(runs.map(({ wallMs }) => wallMs)).median),
    cpuMs: Math.round(spread(runs.map(({ cpuMs }) => cpuMs)).median),
    check: runs.flatMap(({ told }) => told).find(({ name }) => name === row.name)?.check ?? '',
  }
}

interface Times {
  readonly cold: number | undefined
  readonly warm: readonly number[]
}

function timesOf(name: string, { told, marks }: ProgramRun): Times {
  const of = (wanted: string): readonly number[] =>
    told.filter((each) => each.name === wanted).map(({ ms }) => ms)
  switch (name) {
    case 'ready':
    case 'first': {
      const mark = marks[name]
      return { cold: undefined, warm: mark === undefined ? [] : [mark] }
    }
    case 'added': {
      // Each kill against the undisturbed run just before it; the one before that has warmed executors up.
      const before = of('undisturbed')
      const warm = of('killed').map((ms, kill) => ms - (before[2 * kill + 1] ?? Number.NaN))
      return { cold: undefined, warm }
    }
    case 'undisturbed':
      return { cold: undefined, warm: of(name).filter((_, index) => index % 2 === 1) }
    default: {
      const [cold, ...warm] = of(name)
      return { cold, warm }
    }
  }
}

function sharesOf(
  figures: EngineFigures,
  value: (figure: EngineFigure) => number,
): Partial<Record<ColumnId, number>> {
  const { spark } = figures
  if (spark === undefined) return {}
  const shares: Partial<Record<ColumnId, number>> = {}
  for (const column of columnIds) {
    const figure = figures[column]
    if (figure !== undefined) shares[column] = rounded(value(figure) / value(spark))
  }
  return shares
}

const rounded = (value: number): number => Number(value.toPrecision(4))
