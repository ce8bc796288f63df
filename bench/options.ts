import { parseArgs } from 'node:util'
import { columns as engineColumns, type EngineRuntime } from './engine/columns.ts'
import { groups as engineGroups } from './engine/rows.ts'
import { columns, groupOf, rows } from './rows.ts'
import type { Row, RuntimeId } from './rows.ts'

export const USAGE: string = `npm run bench -- [options]

  --runs N           interleaved runs (7; of the engine's rows, which repeat their work by themselves, 1)
  --rows a,b         only these rows, or groups of rows; mesos stands for all groups mesos-…, engine for the engine's
  --runtimes a,b     only these runtimes: ${runtimeIds().join(', ')};
                     of the engine's rows: ${engineRuntimeIds().join(', ')}
  --quick            one run of a tenth of the work: shows that all of it works, tells nothing
  --scale=1/8        of the engine's rows: a share of their inputs (1; with --quick 1/8)
  --minutes N        of the engine's rows: none is begun after so many (23)
  --out FILE         also write the result there, and not into bench/results
  --spark-heaps      measure nothing: find the smallest heap that Spark is as fast with (--rows: of these)
  --help             print this, measure nothing
  --markdown [FILE]  measure nothing: print the table of bench/results/latest.json, or FILE, as markdown
`

export interface Options {
  readonly wantsHelp: boolean
  readonly runs: number
  readonly groups: readonly string[]
  readonly runtimes: readonly RuntimeId[]
  readonly engine: {
    readonly groups: readonly string[]
    readonly runtimes: readonly EngineRuntime[]
    readonly rounds: number
    /** Of the inputs: 1 is the whole. */
    readonly scale: number
    readonly minutes: number
  }
  readonly searchesHeaps: boolean
  readonly isQuick: boolean
  readonly out: string | undefined
  /** The result to print instead of measuring. */
  readonly markdown: string | undefined
}

function runtimeIds(): RuntimeId[] {
  const ids = Object.values(columns).flatMap((column) => Object.keys(column) as RuntimeId[])
  return [...new Set(ids)]
}

function engineRuntimeIds(): EngineRuntime[] {
  return [...new Set(Object.values(engineColumns).map(({ runtime }) => runtime))]
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
      scale: { type: 'string' },
      minutes: { type: 'string' },
      'spark-heaps': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const isQuick = values.quick ?? false
  const wantedRows = chosen(listOf(values.rows), rowNames(), 'row')
  const known = [...new Set([...runtimeIds(), ...engineRuntimeIds()])]
  const wantedRuntimes = chosen(listOf(values.runtimes), known, 'runtime')
  return {
    wantsHelp: values.help ?? false,
    runs: count('--runs', values.runs ?? (isQuick ? '1' : '7')),
    groups: groupsOf(wantedRows),
    runtimes: runtimeIds().filter((id) => wantedRuntimes.includes(id)),
    engine: {
      groups: engineGroupsOf(wantedRows),
      runtimes: engineRuntimeIds().filter((id) => wantedRuntimes.includes(id)),
      rounds: count('--runs', values.runs ?? '1'),
      scale: share(values.scale ?? (isQuick ? '1/8' : '1')),
      minutes: count('--minutes', values.minutes ?? '23'),
    },
    searchesHeaps: values['spark-heaps'] ?? false,
    isQuick,
    out: values.out,
    markdown: values.markdown ? (positionals[0] ?? 'bench/results/latest.json') : undefined,
  }
}

const listOf = (text: string | undefined): readonly string[] | undefined => text?.split(',')

function count(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`${option} ${text}: a whole number from 1 is needed`)
}

/** `1/8`, `0.125`. */
function share(text: string): number {
  const [part, whole = '1'] = text.split('/')
  const value = Number(part) / Number(whole)
  if (value > 0 && value <= 1) return value
  throw new RangeError(`--scale ${text}: a share such as 1/8 is needed, at most 1`)
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

function rowNames(): readonly string[] {
  const engine = engineGroups.flatMap(({ id, rows: own }) => [id, ...own.map((row) => row.id)])
  return [...new Set([...rows.flatMap(namesOf), 'engine', ...engine])]
}

function groupsOf(wanted: readonly string[]): readonly string[] {
  const groups = rows.filter((row) => namesOf(row).some((name) => wanted.includes(name)))
  return [...new Set(groups.map(groupOf))]
}

function engineGroupsOf(wanted: readonly string[]): readonly string[] {
  return engineGroups
    .filter(({ id, rows: own }) =>
      ['engine', id, ...own.map((row) => row.id)].some((name) => wanted.includes(name)),
    )
    .map(({ id }) => id)
}

/** By which a row is asked for: its own name, its group's, and what the names of several groups begin with. */
const namesOf = (row: Row): readonly string[] => {
  const group = groupOf(row)
  return [row.id, group, group.split('-')[0] ?? '']
}
