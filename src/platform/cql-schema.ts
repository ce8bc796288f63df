import type { CqlRow, CqlSession } from './cql.ts'

export interface CqlColumn {
  readonly name: string
  /** In CQL, as `map<text, frozen<list<int>>>`. */
  readonly type: string
  readonly kind: 'partition_key' | 'clustering' | 'static' | 'regular'
  /** In its key, from 0; -1 outside. */
  readonly position: number
  readonly order: 'asc' | 'desc' | 'none'
}

/** A table, or a materialized view. */
export interface CqlTable {
  readonly keyspace: string
  readonly name: string
  /** The key's first, in its order; the others by name. */
  readonly columns: readonly CqlColumn[]
  readonly partitionKey: readonly string[]
  readonly clusteringKey: readonly string[]
  /** What its indexes are on, as `value` or `keys(tags)`. */
  readonly indexed: readonly string[]
}

export interface CqlUserType {
  readonly name: string
  readonly fields: readonly { readonly name: string; readonly type: string }[]
}

type Executes = Pick<CqlSession, 'execute'>

const KINDS: readonly string[] = ['partition_key', 'clustering', 'static', 'regular']

/** Names of keyspaces, in order. */
export async function cqlKeyspaces(session: Executes): Promise<readonly string[]> {
  const rows = await rowsOf(session, 'SELECT keyspace_name FROM system_schema.keyspaces', [])
  return rows.map((row) => row['keyspace_name'] as string).sort()
}

/** Names of the tables and views of a keyspace, in order. */
export async function cqlTables(session: Executes, keyspace: string): Promise<readonly string[]> {
  const [tables, views] = await Promise.all([
    rowsOf(session, 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?', [
      keyspace,
    ]),
    rowsOf(session, 'SELECT view_name FROM system_schema.views WHERE keyspace_name = ?', [
      keyspace,
    ]),
  ])
  return [
    ...tables.map((row) => row['table_name'] as string),
    ...views.map((row) => row['view_name'] as string),
  ].sort()
}

/** A table or view; undefined where it is not. */
export async function cqlTable(
  session: Executes,
  keyspace: string,
  name: string,
): Promise<CqlTable | undefined> {
  const [found, indexes] = await Promise.all([
    rowsOf(
      session,
      'SELECT column_name, type, kind, position, clustering_order FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?',
      [keyspace, name],
    ),
    rowsOf(
      session,
      'SELECT options FROM system_schema.indexes WHERE keyspace_name = ? AND table_name = ?',
      [keyspace, name],
    ),
  ])
  if (found.length === 0) return undefined
  const columns = found.map(columnOf).sort(inOrder)
  const namesOf = (kind: CqlColumn['kind']): readonly string[] =>
    columns.filter((column) => column.kind === kind).map((column) => column.name)
  return {
    keyspace,
    name,
    columns,
    partitionKey: namesOf('partition_key'),
    clusteringKey: namesOf('clustering'),
    indexed: indexes.flatMap(({ options }) => {
      const target = (options as ReadonlyMap<string, string> | null)?.get('target')
      return target === undefined ? [] : [target]
    }),
  }
}

/** The types that users have made in a keyspace. */
export async function cqlUserTypes(
  session: Executes,
  keyspace: string,
): Promise<readonly CqlUserType[]> {
  const rows = await rowsOf(
    session,
    'SELECT type_name, field_names, field_types FROM system_schema.types WHERE keyspace_name = ?',
    [keyspace],
  )
  return rows.map((row) => {
    const types = row['field_types'] as readonly string[]
    const names = row['field_names'] as readonly string[]
    return {
      name: row['type_name'] as string,
      fields: names.map((name, i) => ({ name, type: types[i] ?? 'blob' })),
    }
  })
}

function columnOf(row: CqlRow): CqlColumn {
  return {
    name: row['column_name'] as string,
    type: row['type'] as string,
    kind: row['kind'] as CqlColumn['kind'],
    position: Number(row['position']),
    order: row['clustering_order'] as CqlColumn['order'],
  }
}

function inOrder(a: CqlColumn, b: CqlColumn): number {
  const isKey = a.kind === 'partition_key' || a.kind === 'clustering'
  if (a.kind !== b.kind && (isKey || b.kind === 'partition_key' || b.kind === 'clustering')) {
    return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)
  }
  return isKey ? a.position - b.position : a.name < b.name ? -1 : 1
}

async function rowsOf(
  session: Executes,
  query: string,
  params: readonly string[],
): Promise<readonly CqlRow[]> {
  // What a keyspace has in it fits a page of so many rows.
  const options = { consistency: 'ONE', isIdempotent: true, fetchSize: 100_000 } as const
  return (await session.execute(query, params, options)).rows
}
