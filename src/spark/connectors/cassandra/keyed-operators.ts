import type { CqlValue } from '../../../platform/index.ts'
import type { Batches } from '../../batches/index.ts'
import { laterBatches, transformBatches } from '../../batches/index.ts'
import type { OperatorSpec, Partition, TaskContext } from '../../rdd/index.ts'
import { registerOperator } from '../../rdd/operator-table.ts'
import { NarrowRDD } from '../../rdd/operators/narrow-rdd.ts'
import type { Pair } from '../../shuffle/index.ts'
import { columnWriter, type ColumnWriter } from './column-values.ts'
import { InFlight } from './in-flight.ts'
import { onDriver } from './planning.ts'
import { Replicas } from './replicas.ts'
import type { RetryingSession } from './retrying.ts'
import { columnOf, tableSchema, type TableSchema } from './schema.ts'
import { joinStatement, type Selection, type Statement } from './selection.ts'
import type { ConnectionSettings, ReadSettings } from './settings.ts'
import { sessionOf } from './task-session.ts'
import { partitionTypes } from './write.ts'

type Fields = Readonly<Record<string, unknown>>

/** A column, and its place in rows: a field of the same name, or an item. */
interface KeyColumn {
  readonly column: string
  readonly type: string
}

interface KeyedProps {
  readonly keyspace: string
  readonly table: string
  /** Columns that rows have; the partition key when undefined. */
  readonly on: readonly string[] | undefined
}

/** What is known with the partitions. */
interface Prepared {
  readonly connection: ConnectionSettings
  readonly schema: TableSchema
  readonly key: readonly KeyColumn[]
}

/** An RDD whose rows have keys of a table. */
abstract class KeyedRDD<T, U, Props extends KeyedProps> extends NarrowRDD<
  T,
  U,
  Props & Partial<Prepared>
> {
  #prepared: Prepared | undefined

  /** @throws TROUPE_SPARK_CASSANDRA_UNKNOWN, and as sessions fail */
  override async getPartitions(): Promise<readonly Partition[]> {
    const { keyspace, table, on } = this.props
    this.#prepared = await onDriver(this.context, async ({ session, connection }) => {
      const schema = await tableSchema(session, keyspace, table)
      const key = (on ?? schema.table.partitionKey).map((name): KeyColumn => {
        const { name: column, type } = columnOf(schema.table, name)
        return { column, type }
      })
      return { connection, schema, key }
    })
    return super.getPartitions()
  }

  override toSpec(): OperatorSpec {
    return { kind: this.kind, props: { ...this.props, ...this.#prepared } }
  }

  /** In a task. */
  protected get access(): Prepared {
    return this.props as unknown as Prepared
  }
}

/** The key's values of rows: of objects by name, of arrays by place, of others themselves. */
class KeyReader {
  readonly #key: readonly KeyColumn[]
  readonly #writers: readonly ColumnWriter[]

  constructor({ key, schema }: Prepared) {
    this.#key = key
    this.#writers = key.map(({ column, type }) => columnWriter(column, type, schema.userTypes))
  }

  read(row: unknown): readonly CqlValue[] {
    return this.#key.map(({ column }, i) => this.#writers[i]?.(fieldOf(row, column, i)))
  }
}

function fieldOf(row: unknown, column: string, i: number): unknown {
  if (Array.isArray(row)) return row[i] as unknown
  if (typeof row !== 'object' || row === null || row instanceof Date) return row
  const fields = row as Fields
  if (Object.hasOwn(fields, column)) return fields[column]
  const lower = column.replaceAll('_', '').toLowerCase()
  const [only] = Object.keys(fields).filter((name) => name.toLowerCase() === lower)
  return only === undefined ? undefined : fields[only]
}

export interface JoinProps extends KeyedProps {
  readonly selection: Selection
  readonly read: ReadSettings
  /** Rows without any in the table stay, with undefined. */
  readonly isLeft: boolean
}

/** Rows with those of a table that have their key: a query each, so many at a time; no shuffle, and no scan. Rows stay in their order. */
export class CassandraJoinRDD<T, R> extends KeyedRDD<T, Pair<T, R | undefined>, JoinProps> {
  readonly kind = 'cassandraJoin'

  compute(split: Partition, context: TaskContext): Batches<Pair<T, R | undefined>> {
    const source = this.parent.iterator(split, context)
    const opening = this.#open(context)
    return laterBatches(opening.then((join) => transformBatches(source, (batch) => join(batch))))
  }

  async #open(
    context: TaskContext,
  ): Promise<(batch: readonly T[]) => Promise<readonly Pair<T, R | undefined>[]>> {
    const { connection, schema, key } = this.access
    const { read, selection, isLeft } = this.props
    const session = await sessionOf(context, connection)
    const statement = joinStatement(
      selection,
      schema.table,
      key.map(({ column }) => column),
    )
    const reader = new KeyReader(this.access)
    return async (batch) => {
      const found = new Array<readonly R[]>(batch.length)
      const inFlight = new InFlight(read.concurrentReads, context.ports.clock)
      for (const [i, row] of batch.entries()) {
        const values = reader.read(row)
        // Nothing has a key with nothing in it.
        if (values.some((value) => value === null || value === undefined)) found[i] = []
        else {
          await inFlight.begin(async () => {
            found[i] = await rowsOf<R>(session, statement, values, read)
          })
        }
      }
      await inFlight.drained()
      return batch.flatMap((row, i): Pair<T, R | undefined>[] => {
        const matches = found[i] ?? []
        context.metrics.inputRecords += matches.length
        if (matches.length === 0 && isLeft) return [[row, undefined]]
        return matches.map((match) => [row, match])
      })
    }
  }
}

async function rowsOf<R>(
  session: RetryingSession,
  { cql, values }: Statement,
  key: readonly CqlValue[],
  { consistency, fetchRows }: ReadSettings,
): Promise<readonly R[]> {
  const rows: R[] = []
  let pageState: string | undefined
  do {
    const page = await session.execute(cql, [...key, ...values], {
      consistency,
      isIdempotent: true,
      fetchSize: fetchRows,
      ...(pageState !== undefined && { pageState }),
    })
    for (const row of page.rows) rows.push({ ...row } as R)
    pageState = page.pageState
  } while (pageState !== undefined)
  return rows
}

interface ReplicaProps extends KeyedProps {
  readonly partitionsPerHost: number
  /** All replicas, in order: those of the partitions. */
  readonly hosts: readonly string[]
}

/** Rows with the index of the partition that belongs to a replica of their key. */
export class CassandraReplicaRDD<T> extends KeyedRDD<T, Pair<number, T>, ReplicaProps> {
  readonly kind = 'cassandraReplica'

  compute(split: Partition, context: TaskContext): Batches<Pair<number, T>> {
    const source = this.parent.iterator(split, context)
    const opening = this.#open(context)
    return laterBatches(
      opening.then((place) =>
        transformBatches(source, (batch) => batch.map((row) => [place(row), row] as const)),
      ),
    )
  }

  async #open(context: TaskContext): Promise<(row: T) => number> {
    const { connection, schema } = this.access
    const { hosts, partitionsPerHost } = this.props
    const { session } = await sessionOf(context, connection)
    const ring = await session.ring(schema.table.keyspace)
    const replicas = new Replicas(ring, connection.cql.localDataCenter)
    const types = partitionTypes(schema.table)
    const reader = new KeyReader(this.access)
    return (row) => {
      const token = session.token(reader.read(row), types)
      if (token === undefined) return 0
      const host = hosts.indexOf(replicas.of(token)[0] ?? '')
      return (
        Math.max(0, host) * partitionsPerHost +
        (Number(BigInt.asUintN(32, token)) % partitionsPerHost)
      )
    }
  }
}

/** Rows whose partitions are best computed on certain hosts, so many partitions on each. */
export class PlacedRDD<T> extends NarrowRDD<
  T,
  T,
  { readonly hosts: readonly string[]; readonly partitionsPerHost: number }
> {
  readonly kind = 'cassandraPlaced'

  compute(split: Partition, context: TaskContext): Batches<T> {
    return this.parent.iterator(split, context)
  }

  override getPreferredLocations({ index }: Partition): readonly string[] {
    const { hosts, partitionsPerHost } = this.props
    const host = hosts[Math.floor(index / partitionsPerHost)]
    return host === undefined ? [] : [host]
  }
}

registerOperator('cassandraJoin', CassandraJoinRDD)
registerOperator('cassandraReplica', CassandraReplicaRDD)
registerOperator('cassandraPlaced', PlacedRDD)
