import { short } from '../verdicts.ts'
import { columnIds, columns, type ColumnId } from './columns.ts'
import type { EngineFigure, EngineResult, EngineRowResult } from './result.ts'

/** For the terminal: a block of lines for each row. */
export function engineText(result: EngineResult): string {
  return result.rows.map(rowText).join('\n\n')
}

function rowText(row: EngineRowResult): string {
  const lines = columnIds.flatMap((column) => {
    const figure = row.figures[column]
    return figure === undefined ? [] : [`  ${columnText(row, column, figure)}`]
  })
  const verdicts = row.verdicts.map(({ target, value, isMet }) => {
    const outcome = value === undefined ? 'not measured' : `${short(value)} ${isMet ? '✓' : '✗'}`
    return `  to reach: ${target}: ${outcome}`
  })
  return [`${row.title}, ${row.unit}`, ...lines, ...verdicts].join('\n')
}

function columnText(row: EngineRowResult, column: ColumnId, figure: EngineFigure): string {
  const share = row.shares[column]
  return [
    columns[column].title.padEnd(28),
    valueText(figure).padEnd(26),
    (share === undefined ? '' : `×${short(share)}`).padEnd(8),
    `${short(figure.rssBytes / 1e6)} MB`,
  ].join('')
}

function valueText({ median, min, max, cold, values }: EngineFigure): string {
  const range = values.length > 1 ? ` [${short(min)} … ${short(max)}]` : ''
  const first = cold === undefined || cold === median ? '' : `, cold ${short(cold)}`
  return `${short(median)}${range}${first}`
}

/** For a page: warm times, in brackets the share of Spark's, and peaks of memory. */
export function engineMarkdown(result: EngineResult): string {
  const shown = columnIds.filter((id) => result.rows.some(({ figures }) => figures[id]))
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rows = result.rows.map((row) =>
    line([
      `${row.title}, ${row.unit}`,
      ...shown.map((id) => cellOf(row, id)),
      row.verdicts
        .map(
          ({ target, value, isMet }) =>
            `${target}: ${value === undefined ? '–' : `${short(value)} ${isMet ? '✓' : '✗'}`}`,
        )
        .join('; '),
    ]),
  )
  const head = ['', ...shown.map((id) => columns[id].title), 'to reach']
  const { machine, versions, scale, date } = result
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const from =
    `Warm times on ${date.slice(0, 10)}${scale === 1 ? '' : ` at ${String(scale)} of the data`}, in brackets as a share of ` +
    `Spark's, then the peak of memory; ${String(machine.cores)} cores of ${machine.cpu}, ${String(machine.memoryGib)} GiB, ` +
    `${machine.system}; ${names.join(', ')}.`
  return [from, '', line(head), line(head.map(() => '---')), ...rows].join('\n')
}

function cellOf(row: EngineRowResult, column: ColumnId): string {
  const figure = row.figures[column]
  if (figure === undefined) return ''
  const share = column === 'spark' ? undefined : row.shares[column]
  const ratio = share === undefined ? '' : ` (×${short(share)})`
  return `${short(figure.median)}${ratio}, ${short(figure.rssBytes / 1e6)} MB`
}
