import { columnName } from './result.ts'
import type { Result, RowResult } from './result.ts'
import { columns } from './rows.ts'
import type { RuntimeId } from './rows.ts'
import { short } from './verdicts.ts'
import type { Verdict } from './verdicts.ts'

type Section = keyof typeof columns
type Table = readonly (readonly string[])[]

const titles: Record<Section, string> = { local: 'one thread', links: 'threads and TCP' }

/** For the terminal: medians with their least and greatest value, ours over each peer, targets. */
export function plainTables(result: Result): string {
  const tables = sectionsOf(result).map((section) => {
    const cell = (row: RowResult, runtime: RuntimeId): string => {
      const figure = row.figures[runtime]
      if (figure === undefined) return ''
      const isOne = figure.values.length === 1
      const range = isOne ? '' : ` [${short(figure.min)} … ${short(figure.max)}]`
      return `${short(figure.median)}${range}${ratioText(row, runtime)}`
    }
    return aligned(tableOf(result, section, cell))
  })
  return tables.join('\n\n')
}

/** For a page: medians and ours over each peer. */
export function markdownTables(result: Result): string {
  const { machine, versions } = result
  const cell = (row: RowResult, runtime: RuntimeId): string => {
    const figure = row.figures[runtime]
    return figure === undefined ? '' : `${short(figure.median)}${ratioText(row, runtime)}`
  }
  const tables = sectionsOf(result).map((section) => {
    const [head = [], ...body] = tableOf(result, section, cell)
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
    return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
  })
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const from = [
    `Medians of ${result.runs} interleaved runs on ${result.date.slice(0, 10)}, in brackets how many times`,
    `the peer's figure ours is; ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGib} GiB, ${machine.system};`,
    `${names.join(', ')}.`,
  ]
  return [from.join('\n'), ...tables].join('\n\n')
}

function sectionsOf(result: Result): readonly Section[] {
  return (Object.keys(columns) as Section[]).filter((section) =>
    result.rows.some((row) => row.section === section),
  )
}

function tableOf(
  result: Result,
  section: Section,
  cell: (row: RowResult, runtime: RuntimeId) => string,
): Table {
  const rows = result.rows.filter((row) => row.section === section)
  const runtimes = (Object.keys(columns[section]) as RuntimeId[]).filter((runtime) =>
    rows.some((row) => row.figures[runtime] !== undefined),
  )
  const names = runtimes.map((runtime) => columnName(section, runtime))
  return [
    [titles[section], ...names, 'to reach'],
    ...rows.map((row) => [
      row.unit === '' ? row.title : `${row.title}, ${row.unit}`,
      ...runtimes.map((runtime) => cell(row, runtime)),
      row.verdicts.map((verdict) => `${verdict.target}: ${outcome(verdict)}`).join('; '),
    ]),
  ]
}

function outcome({ value, isMet }: Verdict): string {
  if (value === undefined) return 'not measured'
  return `${short(value)} ${isMet ? '✓' : '✗'}`
}

function ratioText(row: RowResult, runtime: RuntimeId): string {
  const ratio = row.ratios[runtime]
  return ratio === undefined ? '' : ` (×${short(ratio.ofMedians)})`
}

function aligned(table: Table): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((line) => [...(line[column] ?? '')].length)),
  )
  const padded = table.map((line) =>
    line.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - [...text].length)),
  )
  const [head = [], ...body] = padded.map((line) => line.join('  ').trimEnd())
  return [head, widths.map((width) => '─'.repeat(width)).join('  '), ...body].join('\n')
}
