/** The two things of a Markdown page that tests look at: tables and fenced blocks. */

/** One fenced block: its language, its `key=value` words, and its text without the fences. */
export interface FencedBlock {
  readonly language: string
  readonly attributes: ReadonlyMap<string, string>
  readonly text: string
  /** Of the opening fence, from 1. */
  readonly line: number
}

/**
 * The fenced blocks of a page, in order. After the language the opening line may name what the block
 * has to equal: `ts file=examples/hello.ts`, or `text output=examples/hello.ts`.
 */
export const fencedBlocks = (page: string): readonly FencedBlock[] => {
  const blocks: FencedBlock[] = []
  let open: { fence: string; info: string; lines: string[]; line: number } | undefined
  for (const [index, line] of page.split('\n').entries()) {
    const fence = /^\s{0,3}(`{3,}|~{3,})\s*(.*)$/.exec(line)
    if (!open) {
      if (fence) open = { fence: fence[1] ?? '', info: fence[2] ?? '', lines: [], line: index + 1 }
    } else if (fence?.[1]?.startsWith(open.fence) && fence[2] === '') {
      const [language = '', ...words] = open.info.split(/\s+/)
      const attributes = words.map((word): [string, string] => {
        const [key = '', ...value] = word.split('=')
        return [key, value.join('=')]
      })
      const text = open.lines.map((each) => `${each}\n`).join('')
      blocks.push({ language, attributes: new Map(attributes), text, line: open.line })
      open = undefined
    } else {
      open.lines.push(line)
    }
  }
  return blocks
}

/** The cells of the table whose head is `columns`, row by row; `undefined` when there is none. */
export const tableRows = (
  page: string,
  columns: readonly string[],
): readonly (readonly string[])[] | undefined => {
  const lines = page.split('\n')
  const head = lines.findIndex((line) => sameCells(cellsOf(line), columns))
  if (head < 0) return undefined
  const rows: string[][] = []
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break
    rows.push(cellsOf(line))
  }
  return rows
}

const cellsOf = (line: string): string[] =>
  line.startsWith('|')
    ? line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim())
    : []

const sameCells = (cells: readonly string[], columns: readonly string[]): boolean =>
  cells.length === columns.length && cells.every((cell, index) => cell === columns[index])
