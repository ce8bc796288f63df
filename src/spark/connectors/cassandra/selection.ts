import { quotedCql as quoted, type CqlTable, type CqlValue } from '../../../platform/index.ts'
import { invalidArgument } from '../../errors.ts'
import { columnOf } from './schema.ts'
import type { TokenSpan } from './splits.ts'

/** What is selected of a table: a column, or its time to live in seconds, or when it was written in microseconds; under another name where `as` says one. */
export interface SelectedColumn {
  readonly column: string
  readonly of?: 'ttl' | 'writetime'
  readonly as?: string
}

/** Which rows and columns of a table are read. Plain data. */
export interface Selection {
  readonly keyspace: string
  readonly table: string
  /** All columns when undefined. */
  readonly columns: readonly SelectedColumn[] | undefined
  readonly where: readonly { readonly cql: string; readonly values: readonly CqlValue[] }[]
  readonly order: 'ASC' | 'DESC' | undefined
  readonly limit: number | undefined
  readonly perPartitionLimit: number | undefined
  /** Rows are counted, not read. */
  readonly isCount: boolean
}

/** A statement and its values. */
export interface Statement {
  readonly cql: string
  readonly values: readonly CqlValue[]
}

export function selectionOf(keyspace: string, table: string): Selection {
  return {
    keyspace,
    table,
    columns: undefined,
    where: [],
    order: undefined,
    limit: undefined,
    perPartitionLimit: undefined,
    isCount: false,
  }
}

/** The time to live of a column, in seconds, for `select`. */
export function ttl(column: string, as: string = `ttl(${column})`): SelectedColumn {
  return { column, of: 'ttl', as }
}

/** When a column was written, in microseconds of Unix time, for `select`. */
export function writeTime(column: string, as: string = `writetime(${column})`): SelectedColumn {
  return { column, of: 'writetime', as }
}

/** The statements that read the spans of a selection; one without any span when the conditions name whole partitions. @throws TROUPE_SPARK_CASSANDRA_UNKNOWN */
export function statementsOf(
  selection: Selection,
  table: CqlTable,
  spans: readonly TokenSpan[],
): readonly Statement[] {
  if (namesPartitions(selection, table)) return [statementOf(selection, table, undefined)]
  return spans.map((span) => statementOf(selection, table, span))
}

/** Whether the conditions say all of the partition key: it is no scan then. */
export function namesPartitions(selection: Selection, table: CqlTable): boolean {
  const named = new Set(selection.where.flatMap(({ cql }) => equated(cql)))
  return table.partitionKey.every((column) => named.has(column))
}

/** The statement of a selection with conditions on these columns, as a join asks for its rows. */
export function joinStatement(
  selection: Selection,
  table: CqlTable,
  on: readonly string[],
): Statement {
  const cql = on.map((column) => `${quoted(column)} = ?`).join(' AND ')
  const where = [{ cql, values: [] }, ...selection.where]
  return statementOf({ ...selection, where }, table, undefined)
}

function statementOf(
  selection: Selection,
  table: CqlTable,
  span: TokenSpan | undefined,
): Statement {
  const { where, order, limit, perPartitionLimit, isCount } = selection
  const conditions: string[] = []
  const values: CqlValue[] = []
  const token = `token(${table.partitionKey.map(quoted).join(', ')})`
  for (const [sign, end] of [
    ['>', span?.start],
    ['<=', span?.end],
  ] as const) {
    if (end === undefined) continue
    conditions.push(`${token} ${sign} ?`)
    values.push(end)
  }
  for (const one of where) {
    conditions.push(one.cql)
    values.push(...one.values)
  }
  const [first] = table.clusteringKey
  const parts = [
    `SELECT ${isCount ? 'count(*) AS "count"' : columnsOf(selection, table)} FROM ${quoted(table.keyspace)}.${quoted(table.name)}`,
    conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
    order === undefined || first === undefined ? '' : `ORDER BY ${quoted(first)} ${order}`,
    perPartitionLimit === undefined ? '' : `PER PARTITION LIMIT ${perPartitionLimit}`,
    limit === undefined || isCount ? '' : `LIMIT ${limit}`,
    where.length === 0 ? '' : 'ALLOW FILTERING',
  ]
  return { cql: parts.filter((part) => part !== '').join(' '), values }
}

function columnsOf({ columns }: Selection, table: CqlTable): string {
  if (columns === undefined) return table.columns.map(({ name }) => quoted(name)).join(', ')
  return columns
    .map(({ column, of, as }) => {
      const name = quoted(columnOf(table, column).name)
      const what = of === undefined ? name : `${of.toUpperCase()}(${name})`
      return as === undefined ? what : `${what} AS ${quoted(as)}`
    })
    .join(', ')
}

/** Columns that a condition sets equal, or in a list: as far as it is plain enough to be seen. */
function equated(cql: string): readonly string[] {
  return cql.split(/\band\b/i).flatMap((one) => {
    const [, quotedName, bare] = /^\s*(?:"((?:[^"]|"")+)"|(\w+))\s*(?:=|\bin\b)/i.exec(one) ?? []
    const name = quotedName?.replaceAll('""', '"') ?? bare?.toLowerCase()
    return name === undefined ? [] : [name]
  })
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkedLimit(where: string, n: unknown): number {
  if (Number.isInteger(n) && (n as number) >= 1) return n as number
  throw invalidArgument(where, n, 'an integer of 1 or more')
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID for what is no name */
export function checkedName(where: string, name: unknown): string {
  if (typeof name === 'string' && name !== '') return name
  throw invalidArgument(where, name, 'a name')
}
