import {
  cqlKeyspaces,
  cqlTable,
  cqlTables,
  cqlUserTypes,
  type CqlColumn,
  type CqlSession,
  type CqlTable,
  type CqlUserType,
} from '../../../platform/index.ts'
import { columnUnknown, keyspaceUnknown, tableUnknown } from './errors.ts'

/** A table, and the types of its keyspace. */
export interface TableSchema {
  readonly table: CqlTable
  readonly userTypes: readonly CqlUserType[]
}

/** @throws TROUPE_SPARK_CASSANDRA_UNKNOWN for a keyspace or a table that is not there, with the nearest name that is */
export async function tableSchema(
  session: CqlSession,
  keyspace: string,
  name: string,
): Promise<TableSchema> {
  const [table, userTypes] = await Promise.all([
    cqlTable(session, keyspace, name),
    cqlUserTypes(session, keyspace),
  ])
  if (table !== undefined) return { table, userTypes }
  const keyspaces = await cqlKeyspaces(session)
  if (!keyspaces.includes(keyspace)) throw keyspaceUnknown(keyspace, keyspaces)
  throw tableUnknown(keyspace, name, await cqlTables(session, keyspace))
}

/**
 * The column that a field of a row is: of the same name; else `campaign_id` for `campaignId`; else the only one that differs in the case of letters alone.
 *
 * @throws TROUPE_SPARK_CASSANDRA_UNKNOWN
 */
export function columnOf(table: CqlTable, field: string): CqlColumn {
  const { columns } = table
  const snake = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const lower = field.toLowerCase()
  const alike = columns.filter(({ name }) => name.toLowerCase() === lower)
  const found =
    columns.find(({ name }) => name === field) ??
    columns.find(({ name }) => name === snake) ??
    (alike.length === 1 ? alike[0] : undefined)
  if (found !== undefined) return found
  throw columnUnknown(
    `${table.keyspace}.${table.name}`,
    field,
    columns.map(({ name }) => name),
  )
}
