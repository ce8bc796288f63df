import { printable } from '../../platform/index.ts'

/** Rows of cells as lines for the terminal, in columns; those from `firstNumber` on stand to the right. */
export function table(given: readonly (readonly string[])[], firstNumber: number): string {
  const rows = given.map((row) => row.map(printable))
  const width = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: width }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      widths
        .map((columnWidth, column) => {
          const cell = row[column] ?? ''
          return column < firstNumber ? cell.padEnd(columnWidth) : cell.padStart(columnWidth)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
