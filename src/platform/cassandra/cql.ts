import type { TableSchema } from '../table-store.ts'

/** A name as CQL has it: kept as it is written, and nothing but a name. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function nameOf({ keyspace, name }: Pick<TableSchema, 'keyspace' | 'name'>): string {
  return `${quoted(keyspace)}.${quoted(name)}`
}

/** @param replication copies, or copies by data centre */
export function createKeyspace(
  name: string,
  replication: number | Readonly<Record<string, number>>,
): string {
  const options =
    typeof replication === 'number'
      ? { class: 'SimpleStrategy', replication_factor: replication }
      : { class: 'NetworkTopologyStrategy', ...replication }
  const text = Object.entries(options)
    .map(([key, value]) => `${literal(key)}: ${typeof value === 'number' ? value : literal(value)}`)
    .join(', ')
  return `CREATE KEYSPACE IF NOT EXISTS ${quoted(name)} WITH replication = {${text}}`
}

export function createTable(schema: TableSchema): string {
  const { columns, partitionKey, clusteringKey = [], descending = [] } = schema
  const defined = Object.entries<string>(columns).map(([name, type]) => `${quoted(name)} ${type}`)
  const key = [`(${partitionKey.map(quoted).join(', ')})`, ...clusteringKey.map(quoted)].join(', ')
  const orders = clusteringKey.map(
    (name) => `${quoted(name)} ${descending.includes(name) ? 'DESC' : 'ASC'}`,
  )
  const order = orders.length === 0 ? '' : ` WITH CLUSTERING ORDER BY (${orders.join(', ')})`
  return `CREATE TABLE IF NOT EXISTS ${nameOf(schema)} (${defined.join(', ')}, PRIMARY KEY (${key}))${order}`
}

/** `"a" = ? AND "b" = ?` */
export function equalities(columns: readonly string[], between: string): string {
  return columns.map((column) => `${quoted(column)} = ?`).join(between)
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
