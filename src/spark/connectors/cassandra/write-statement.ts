import { quotedCql as quoted, type CqlTable } from '../../../platform/index.ts'
import { invalidArgument } from '../../errors.ts'
import type { Place } from './row-binder.ts'
import { columnOf } from './schema.ts'

/** A column that is written, and what happens to a collection that is there; from which field of a row, where that has another name. */
export interface WrittenColumn {
  readonly column: string
  readonly from?: string
  /** `overwrite` by default. */
  readonly mode?: 'overwrite' | 'append' | 'prepend' | 'remove'
}

/** A constant, or the field of a row that has it. */
export type PerRow = number | { readonly from: string }

export interface StatementWishes {
  /** All columns of the table when undefined. */
  readonly columns: readonly (string | WrittenColumn)[] | undefined
  /** 0 for none. */
  readonly ttl: PerRow
  /** 0 for now. */
  readonly timestamp: PerRow
  readonly isIfNotExists: boolean
}

export interface WriteStatement {
  readonly cql: string
  readonly places: readonly Place[]
  /** Twice is the same as once. */
  readonly isIdempotent: boolean
  readonly isOfCounters: boolean
}

/** The statement that writes a row. @throws TROUPE_SPARK_CASSANDRA_UNKNOWN, TROUPE_SPARK_ARGUMENT_INVALID */
export function saveStatement(table: CqlTable, wishes: StatementWishes): WriteStatement {
  const written = writtenColumns(table, wishes.columns)
  const isOfCounters = table.columns.some(({ type }) => type === 'counter')
  const changes = written.filter(({ mode }) => mode !== 'overwrite')
  if (isOfCounters || changes.length > 0) return updateStatement(table, wishes, written)
  const names = written.map(({ column }) => quoted(column)).join(', ')
  const marks = written.map(() => '?').join(', ')
  const using = usingOf(wishes)
  const condition = wishes.isIfNotExists ? ' IF NOT EXISTS' : ''
  return {
    cql: `INSERT INTO ${nameOf(table)} (${names}) VALUES (${marks})${condition}${using.cql}`,
    places: [...written.map(placeOf), ...using.places],
    isIdempotent: !wishes.isIfNotExists,
    isOfCounters: false,
  }
}

/** The statement that deletes rows by their key, or some of their columns. */
export function deleteStatement(
  table: CqlTable,
  columns: readonly string[],
  keyColumns: readonly string[] | undefined,
  timestamp: PerRow,
): WriteStatement {
  const keys = (keyColumns ?? keyOf(table)).map((key) => columnOf(table, key).name)
  const deleted = columns.map((column) => quoted(columnOf(table, column).name)).join(', ')
  const using = usingOf({ ttl: 0, timestamp })
  const where = keys.map((key) => `${quoted(key)} = ?`).join(' AND ')
  return {
    cql: `DELETE ${deleted === '' ? '' : `${deleted} `}FROM ${nameOf(table)}${using.cql} WHERE ${where}`,
    places: [...using.places, ...keys.map((column): Place => ({ type: 'column', column }))],
    isIdempotent: true,
    isOfCounters: table.columns.some(({ type }) => type === 'counter'),
  }
}

type Written = Required<Pick<WrittenColumn, 'column' | 'mode'>> & Pick<WrittenColumn, 'from'>

function updateStatement(
  table: CqlTable,
  wishes: StatementWishes,
  written: readonly Written[],
): WriteStatement {
  const key = keyOf(table)
  const set = written.filter(({ column }) => !key.includes(column))
  const keys = key.map((column) => written.find((one) => one.column === column) ?? keyOnly(column))
  const isOfCounters = set.some(({ column }) => columnOf(table, column).type === 'counter')
  const changes = set.map(({ column, mode }) => {
    const name = quoted(column)
    if (isOfCounters || mode === 'append') return `${name} = ${name} + ?`
    if (mode === 'prepend') return `${name} = ? + ${name}`
    return mode === 'remove' ? `${name} = ${name} - ?` : `${name} = ?`
  })
  const using = isOfCounters ? { cql: '', places: [] } : usingOf(wishes)
  const where = key.map((column) => `${quoted(column)} = ?`).join(' AND ')
  const isListed = set.some(
    ({ column, mode }) =>
      (mode === 'append' || mode === 'prepend') && columnOf(table, column).type.startsWith('list'),
  )
  return {
    cql: `UPDATE ${nameOf(table)}${using.cql} SET ${changes.join(', ')} WHERE ${where}`,
    places: [...using.places, ...set.map(placeOf), ...keys.map(placeOf)],
    isIdempotent: !isOfCounters && !isListed,
    isOfCounters,
  }
}

function writtenColumns(table: CqlTable, columns: StatementWishes['columns']): readonly Written[] {
  if (columns === undefined) return table.columns.map(({ name }) => keyOnly(name))
  if (columns.length === 0) throw invalidArgument('columns', columns, 'at least one column')
  return columns.map((one) => {
    const given = typeof one === 'string' ? { column: one } : one
    const { name } = columnOf(table, given.column)
    const from = given.from ?? given.column
    return { column: name, mode: given.mode ?? 'overwrite', from }
  })
}

function keyOnly(column: string): Written {
  return { column, mode: 'overwrite' }
}

function placeOf({ column, from }: Written): Place {
  return { type: 'column', column, ...(from !== undefined && { field: from }) }
}

/** ` USING TTL ? AND TIMESTAMP ?`; behind an INSERT, before what an UPDATE sets. */
function usingOf({ ttl, timestamp }: Pick<StatementWishes, 'ttl' | 'timestamp'>): {
  readonly cql: string
  readonly places: readonly Place[]
} {
  const wanted = [
    ['TTL', ttl],
    ['TIMESTAMP', timestamp],
  ] as const
  const given = wanted.filter(([, value]) => value !== 0)
  if (given.length === 0) return { cql: '', places: [] }
  return {
    cql: ` USING ${given.map(([word]) => `${word} ?`).join(' AND ')}`,
    places: given.map(([word, value]): Place => {
      if (typeof value !== 'number') return { type: 'field', field: value.from }
      return { type: 'constant', value: word === 'TTL' ? value : BigInt(value) }
    }),
  }
}

function keyOf(table: CqlTable): readonly string[] {
  return [...table.partitionKey, ...table.clusteringKey]
}

function nameOf(table: CqlTable): string {
  return `${quoted(table.keyspace)}.${quoted(table.name)}`
}
