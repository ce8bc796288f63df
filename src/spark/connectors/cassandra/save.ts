import { isTroupeError, quotedCql as quoted } from '../../../platform/index.ts'
import { invalidArgument } from '../../errors.ts'
import type { ActionOptions, RDD } from '../../rdd/index.ts'
import { inferredColumns } from './inferred-columns.ts'
import { onDriver } from './planning.ts'
import { tableSchema } from './schema.ts'
import { checkedName } from './selection.ts'
import { writeSettings, type WriteSettings } from './settings.ts'
import { WRITE_ACTION, type WriteProps } from './write.ts'
import {
  deleteStatement,
  saveStatement,
  type PerRow,
  type WriteStatement,
  type WrittenColumn,
} from './write-statement.ts'
import type { TableSchema } from './schema.ts'

/** Options of `saveToCassandra`; what is not given is as configured. */
export interface SaveToCassandraOptions extends ActionOptions, Partial<WriteSettings> {
  /** Columns that are written, in the order of the items of rows that are arrays. By default all of the table; fields that are none are refused. */
  readonly columns?: readonly (string | WrittenColumn)[]
  /** Seconds after which rows are gone, or the field of rows that has them. */
  readonly ttl?: PerRow
  /** When rows were written, in microseconds of Unix time, or the field of rows that has it. */
  readonly timestamp?: PerRow
  readonly ifNotExists?: boolean
  readonly ignoreNulls?: boolean
}

/** Options of `deleteFromCassandra`. */
export interface DeleteFromCassandraOptions extends ActionOptions, Partial<WriteSettings> {
  /** Columns that are emptied; the whole row by default. */
  readonly columns?: readonly string[]
  /** Columns of the key that rows have: of the partition key alone, all rows of the partition go. The whole key by default. */
  readonly keyColumns?: readonly string[]
  readonly timestamp?: PerRow
}

/** Options of `saveAsCassandraTable`. */
export interface SaveAsCassandraTableOptions extends Omit<SaveToCassandraOptions, 'columns'> {
  /** Types of columns in CQL, for those that rows don't tell: numbers are `double`, bigints `bigint`, texts `text` otherwise. */
  readonly types?: Readonly<Record<string, string>>
  /** The first column by default. */
  readonly partitionKey?: readonly string[]
  readonly clusteringKey?: readonly string[]
}

type PreparedStatement = (schema: TableSchema, write: WriteSettings) => WriteStatement

/** Writes every row. @throws as `saveToCassandra` of an RDD */
export async function saveToCassandra(
  rdd: RDD<unknown>,
  keyspace: string,
  table: string,
  options: SaveToCassandraOptions,
): Promise<void> {
  const prepare: PreparedStatement = ({ table: found }, write) =>
    saveStatement(found, {
      columns: options.columns,
      ttl: options.ttl ?? write.ttlSeconds,
      timestamp: options.timestamp ?? write.timestampMicros,
      isIfNotExists: write.isIfNotExists,
    })
  const flags = {
    ...(options.ifNotExists !== undefined && { isIfNotExists: options.ifNotExists }),
    ...(options.ignoreNulls !== undefined && { isIgnoringNulls: options.ignoreNulls }),
  }
  const isChosen = options.columns !== undefined
  await write(
    'saveToCassandra',
    rdd,
    [keyspace, table],
    { ...options, ...flags },
    isChosen,
    prepare,
  )
}

/** Deletes by the key of every row. @throws as `deleteFromCassandra` of an RDD */
export async function deleteFromCassandra(
  rdd: RDD<unknown>,
  keyspace: string,
  table: string,
  options: DeleteFromCassandraOptions,
): Promise<void> {
  const { columns = [], keyColumns, timestamp } = options
  const prepare: PreparedStatement = ({ table: found }, write) =>
    deleteStatement(found, columns, keyColumns, timestamp ?? write.timestampMicros)
  await write('deleteFromCassandra', rdd, [keyspace, table], options, false, prepare)
}

/** Creates the table by what the first rows are, and writes all. @throws as `saveAsCassandraTable` of an RDD */
export async function saveAsCassandraTable(
  rdd: RDD<unknown>,
  keyspace: string,
  table: string,
  options: SaveAsCassandraTableOptions,
): Promise<void> {
  checkedName('saveAsCassandraTable: keyspace', keyspace)
  checkedName('saveAsCassandraTable: table', table)
  const columns = await inferredColumns(rdd, options.types ?? {})
  const [first = ''] = columns.keys()
  const { partitionKey = [first], clusteringKey = [] } = options
  for (const column of [...partitionKey, ...clusteringKey]) {
    if (columns.has(column)) continue
    throw invalidArgument('saveAsCassandraTable: key', column, [...columns.keys()].join(', '))
  }
  const defined = [...columns].map(([name, type]) => `${quoted(name)} ${type}`).join(', ')
  const clustering = clusteringKey.map((name) => `, ${quoted(name)}`).join('')
  const key = `(${partitionKey.map(quoted).join(', ')})${clustering}`
  const cql = `CREATE TABLE ${quoted(keyspace)}.${quoted(table)} (${defined}, PRIMARY KEY (${key}))`
  await onDriver(rdd.context, async ({ session }) => {
    try {
      await session.execute(cql, [], { prepare: false, subject: `${keyspace}.${table}` })
    } catch (error) {
      // For one that is not there Cassandra's own words are poor.
      if (isTroupeError(error, 'TROUPE_PLATFORM_TABLES_REFUSED'))
        await tableSchema(session, keyspace, table)
      throw error
    }
  })
  await saveToCassandra(rdd, keyspace, table, options)
}

async function write(
  name: string,
  rdd: RDD<unknown>,
  [keyspace, table]: readonly [string, string],
  options: Partial<WriteSettings> & ActionOptions,
  isChosen: boolean,
  prepare: PreparedStatement,
): Promise<void> {
  checkedName(`${name}: keyspace`, keyspace)
  checkedName(`${name}: table`, table)
  const { context } = rdd
  const configured = writeSettings(context.getConf())
  const settings: WriteSettings = { ...configured, ...settingsIn(options, configured) }
  const props = await onDriver(context, async ({ session, connection }): Promise<WriteProps> => {
    const schema = await tableSchema(session, keyspace, table)
    const statement = prepare(schema, settings)
    const binding = {
      ...schema,
      places: statement.places,
      isChosen,
      isIgnoringNulls: settings.isIgnoringNulls,
    }
    return { connection, write: settings, statement, binding }
  })
  const { signal } = options
  await context.runJob(rdd, { kind: WRITE_ACTION, props }, { signal, name })
}

/** Those options that are settings of a write. */
function settingsIn(
  options: Partial<WriteSettings>,
  configured: WriteSettings,
): Partial<WriteSettings> {
  const known = new Set([...Object.keys(configured), 'megabytesPerSecond'])
  return Object.fromEntries(
    Object.entries(options).filter(([key, value]) => known.has(key) && value !== undefined),
  )
}
