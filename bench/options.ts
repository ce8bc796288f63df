import { parseArgs } from 'node:util'
import { columns, groupOf, rows } from './rows.ts'
import type { Row, RuntimeId } from './rows.ts'

export const USAGE: string = `npm run bench -- [options]

  --runs N           interleaved runs (7)
  --rows a,b         only these rows, or groups of rows; mesos stands for all groups mesos-…
  --runtimes a,b     only these runtimes: ${runtimeIds().join(', ')}
  --quick            one run of a tenth of the work: shows that all of it works, tells nothing
  --out FILE         also write the result there, and not into bench/results
  --help             print this, measure nothing
  --markdown [FILE]  measure nothing: print the table of bench/results/latest.json, or FILE, as markdown
`

export interface Options {
  readonly wantsHelp: boolean
  readonly runs: number
  readonly groups: readonly string[]
  readonly runtimes: readonly RuntimeId[]
  readonly isQuick: boolean
  readonly out: string | undefined
  /** The result to print instead of measuring. */
  readonly markdown: string | undefined
}

function runtimeIds(): RuntimeId[] {
  const ids = Object.values(columns).flatMap((column) => Object.keys(column) as RuntimeId[])
  return [...new Set(ids)]
}

/** @throws TypeError for options that don't exist, RangeError for values that don't. */
export function readOptions(argv: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      rows: { type: 'string' },
      runtimes: { type: 'string' },
      quick: { type: 'boolean' },
      out: { type: 'string' },
      markdown: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const isQuick = values.quick ?? false
  return {
    wantsHelp: values.help ?? false,
    runs: count(values.runs ?? (isQuick ? '1' : '7')),
    groups: groupsOf(listOf(values.rows)),
    runtimes: chosen(listOf(values.runtimes), runtimeIds(), 'runtime'),
    isQuick,
    out: values.out,
    markdown: values.markdown ? (positionals[0] ?? 'bench/results/latest.json') : undefined,
  }
}

const listOf = (text: string | undefined): readonly string[] | undefined => text?.split(',')

function count(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`--runs ${text}: a whole number from 1 is needed`)
}

function chosen<T extends string>(
  wanted: readonly string[] | undefined,
  known: readonly T[],
  what: string,
): readonly T[] {
  const unknown = wanted?.find((id) => !known.includes(id as T))
  if (unknown !== undefined) {
    throw new RangeError(`no ${what} '${unknown}': choose among ${known.join(', ')}`)
  }
  return wanted === undefined ? known : known.filter((id) => wanted.includes(id))
}

function groupsOf(wanted: readonly string[] | undefined): readonly string[] {
  const known = rows.flatMap((row) => [row.id, groupOf(row), familyOf(row)])
  const ids = chosen(wanted, [...new Set(known)], 'row')
  const groups = rows
    .filter((row) => [row.id, groupOf(row), familyOf(row)].some((name) => ids.includes(name)))
    .map(groupOf)
  return [...new Set(groups)]
}

/** What the names of several groups begin with. */
const familyOf = (row: Row): string => groupOf(row).split('-')[0] ?? ''
