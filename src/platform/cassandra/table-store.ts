import { TableRules } from '../table-rules.ts'
import {
  tablesRefused,
  type Table,
  type TableSchema,
  type TableStore,
  type TableStoreSettings,
} from '../table-store.ts'
import { createKeyspace, createTable } from './cql.ts'
import { CassandraSession } from './session.ts'
import { CassandraTable } from './table.ts'

type CassandraSettings = Extract<TableStoreSettings, { readonly type: 'cassandra' }>

/** Tables of a Cassandra cluster. */
export class CassandraTableStore implements TableStore {
  readonly #session: CassandraSession
  readonly #settings: CassandraSettings

  private constructor(session: CassandraSession, settings: CassandraSettings) {
    this.#session = session
    this.#settings = settings
  }

  static async open(settings: CassandraSettings): Promise<CassandraTableStore> {
    const session = await CassandraSession.open(settings)
    return new CassandraTableStore(session, settings)
  }

  async table<R extends object>(typed: TableSchema<R>): Promise<Table<R>> {
    const schema = typed as unknown as TableSchema
    const rules = new TableRules(schema)
    const { replication = 1, readConsistency: read = 'QUORUM' } = this.#settings
    const write = this.#settings.writeConsistency ?? 'QUORUM'
    for (const cql of [createKeyspace(schema.keyspace, replication), createTable(schema)]) {
      await this.#execute(rules.name, cql, [])
    }
    await this.#compare(schema, rules)
    return new CassandraTable(this.#session, schema, rules, {
      read,
      write,
    }) as unknown as Table<R>
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  /** Whether a table that was there is the one that is meant. */
  async #compare(
    { keyspace, name, descending = [] }: TableSchema,
    rules: TableRules,
  ): Promise<void> {
    const { rows } = await this.#execute(
      rules.name,
      `SELECT column_name, type, kind, position, clustering_order FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?`,
      [keyspace, name],
    )
    const found = new Map(rows.map((row) => [row['column_name'], row]))
    for (const [column, type] of rules.types) {
      const known = found.get(column)
      const order = descending.includes(column) ? 'desc' : 'asc'
      const [kind, position] = placeOf(column, rules)
      if (known === undefined) throw tablesRefused(rules.name, `it has no column ${column}`)
      if (known['type'] !== type) {
        throw tablesRefused(rules.name, `its ${column} is of type ${known['type'] as string}`)
      }
      const isThere = known['kind'] === kind && known['position'] === position
      if (!isThere || (kind === 'clustering' && known['clustering_order'] !== order)) {
        throw tablesRefused(rules.name, `its ${column} has another place in the key, or order`)
      }
    }
    const others = rows.filter(({ kind }) => kind === 'partition_key' || kind === 'clustering')
    if (others.length !== rules.key.length) {
      throw tablesRefused(rules.name, 'its key has more columns')
    }
  }

  #execute(
    subject: string,
    cql: string,
    values: readonly string[],
  ): ReturnType<CassandraSession['execute']> {
    return this.#session.execute(cql, values, { consistency: 'ONE', isIdempotent: true, subject })
  }
}

function placeOf(column: string, rules: TableRules): readonly [kind: string, position: number] {
  const partition = rules.partitionKey.indexOf(column)
  if (partition >= 0) return ['partition_key', partition]
  const clustering = rules.clusteringKey.indexOf(column)
  return clustering >= 0 ? ['clustering', clustering] : ['regular', -1]
}
