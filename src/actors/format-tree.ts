import { printable } from '../platform/index.ts'
import type { ActorDescription } from './tree.ts'

const HEAD = ['actor', 'behavior', 'strategy', 'status', 'mailbox', 'restarts', 'msg/s'] as const
/** Columns of numbers stand to the right. */
const FIRST_NUMBER = 4

/**
 * A tree as a table for the terminal: a row for each actor, indented under its parent. With the rows of an
 * earlier look, `elapsedMs` before, it tells how many messages each has taken a second since; `-` otherwise.
 */
export function formatTree(
  rows: readonly ActorDescription[],
  earlier: readonly ActorDescription[] = [],
  elapsedMs = 0,
): string {
  const before = new Map(earlier.map((row) => [row.path, row]))
  const table = [
    [...HEAD],
    ...rows.map((row) => [
      `${'  '.repeat(row.depth)}${printable(nameOf(row))}`,
      printable(row.behavior),
      printable(row.strategy),
      printable(row.status),
      String(row.mailboxDepth),
      String(row.restarts),
      rateOf(row, before.get(row.path), elapsedMs),
    ]),
  ]
  const widths = HEAD.map((_, column) =>
    Math.max(...table.map((cells) => (cells[column] ?? '').length)),
  )
  return table.map((cells) => formatRow(cells, widths)).join('\n')
}

function formatRow(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0
      return column < FIRST_NUMBER ? cell.padEnd(width) : cell.padStart(width)
    })
    .join('  ')
    .trimEnd()
}

/** The last part of a path; the whole of it for the root. */
function nameOf({ path, depth }: ActorDescription): string {
  return depth === 0 ? path : (path.split('/').at(-1) ?? path)
}

function rateOf(
  now: ActorDescription,
  before: ActorDescription | undefined,
  elapsedMs: number,
): string {
  if (before === undefined || elapsedMs <= 0) return '-'
  // `taken` counts modulo 2^32.
  const taken = (now.taken - before.taken) >>> 0
  return String(Math.round((taken / elapsedMs) * 1000))
}
