import { SparkContext } from '../../context/spark-context.ts'
import { checkFunction } from '../../errors.ts'
import { RDD } from '../../rdd/rdd.ts'
import { createOperator } from '../../rdd/operator-table.ts'
import type { Pair } from '../../shuffle/index.ts'
import { repartitionByReplica } from './replica-partitions.ts'
import {
  deleteFromCassandra,
  saveAsCassandraTable,
  saveToCassandra,
  type DeleteFromCassandraOptions,
  type SaveAsCassandraTableOptions,
  type SaveToCassandraOptions,
} from './save.ts'
import { checkedName, selectionOf, type SelectedColumn, type Selection } from './selection.ts'
import { readSettings, type ReadSettings } from './settings.ts'
import type { CassandraTableRDD } from './table-rdd.ts'
import type { CqlValue } from '../../../platform/index.ts'

/** Options of `joinWithCassandraTable`. */
export interface JoinWithCassandraTableOptions extends Partial<ReadSettings> {
  /** Columns of the table that rows have, as fields of the same names or as items: the partition key by default. */
  readonly on?: readonly string[]
  /** Only these columns; all by default. */
  readonly select?: readonly (string | SelectedColumn)[]
  /** A further condition of CQL, and its values. */
  readonly where?: readonly [cql: string, ...values: CqlValue[]]
  /** Rows of the table for each row at most. */
  readonly limit?: number
}

const PARTITIONS_PER_HOST = 10

declare module '../../context/spark-context.ts' {
  interface SparkContext {
    /**
     * The rows of a table of Cassandra, as plain objects with columns by their names. Nothing is asked before an action.
     *
     * @throws TROUPE_SPARK_ARGUMENT_INVALID; the first job TROUPE_SPARK_CASSANDRA_UNKNOWN, TROUPE_PLATFORM_TABLES_REFUSED, TROUPE_PLATFORM_TABLES_UNREACHABLE
     */
    cassandraTable<R = Record<string, CqlValue>>(
      keyspace: string,
      table: string,
    ): CassandraTableRDD<R>
  }
}

declare module '../../rdd/rdd.ts' {
  interface RDD<T> {
    /**
     * Writes the rows to a table: objects by the names of their fields (`campaignId` is `campaignId`, else `campaign_id`, else `campaignid`), arrays by `columns`. A field
     * that is undefined leaves its column as it is, null empties it. What fails is asked again where that is safe, and then fails its task, which begins anew.
     *
     * @throws TROUPE_SPARK_CASSANDRA_UNKNOWN, TROUPE_SPARK_JOB_FAILED with TROUPE_SPARK_CASSANDRA_VALUE, TROUPE_SPARK_CASSANDRA_KEY or what Cassandra said for its cause
     */
    saveToCassandra(
      keyspace: string,
      table: string,
      options?: SaveToCassandraOptions,
    ): Promise<void>
    /** Creates a table by what the rows are, and writes them to it. @throws as `saveToCassandra`; TROUPE_PLATFORM_TABLES_REFUSED when it is there */
    saveAsCassandraTable(
      keyspace: string,
      table: string,
      options?: SaveAsCassandraTableOptions,
    ): Promise<void>
    /** Deletes the rows of a table that have the keys of these. @throws as `saveToCassandra` */
    deleteFromCassandra(
      keyspace: string,
      table: string,
      options?: DeleteFromCassandraOptions,
    ): Promise<void>
    /** Pairs of each row and each row of the table that has its key: by a query each, without a scan or a shuffle. */
    joinWithCassandraTable<R = Record<string, CqlValue>>(
      keyspace: string,
      table: string,
      options?: JoinWithCassandraTableOptions,
    ): RDD<Pair<T, R>>
    /** The same, and rows without any in the table with undefined. */
    leftJoinWithCassandraTable<R = Record<string, CqlValue>>(
      keyspace: string,
      table: string,
      options?: JoinWithCassandraTableOptions,
    ): RDD<Pair<T, R | undefined>>
    /** The rows where the replicas of their key are, in so many partitions for each: before a join with the table. */
    repartitionByCassandraReplica(
      keyspace: string,
      table: string,
      partitionsPerHost?: number,
    ): Promise<RDD<T>>
    /** Rows behind each other that have the same key, together as pairs; without a shuffle. Where a table is sorted that is all of them. */
    spanBy<K>(f: (row: T) => K | Promise<K>): RDD<Pair<K, T[]>>
    /** {@link RDD.spanBy} of pairs: their values by their key. */
    spanByKey<K, V>(this: RDD<Pair<K, V>>): RDD<Pair<K, V[]>>
  }
}

/** Gives contexts and RDDs the methods of the connector. */
export function addMethods(): void {
  SparkContext.prototype.cassandraTable = function cassandraTable<R>(
    this: SparkContext,
    keyspace: string,
    table: string,
  ): CassandraTableRDD<R> {
    checkedName('cassandraTable: keyspace', keyspace)
    checkedName('cassandraTable: table', table)
    const props = { selection: selectionOf(keyspace, table), read: readSettings(this.getConf()) }
    return createOperator('cassandraTable', this, [], props)
  }
  const methods: ThisType<RDD<unknown>> & Partial<RDD<unknown>> = {
    saveToCassandra(keyspace, table, options = {}) {
      return saveToCassandra(this, keyspace, table, options)
    },
    saveAsCassandraTable(keyspace, table, options = {}) {
      return saveAsCassandraTable(this, keyspace, table, options)
    },
    deleteFromCassandra(keyspace, table, options = {}) {
      return deleteFromCassandra(this, keyspace, table, options)
    },
    joinWithCassandraTable(keyspace, table, options = {}) {
      return joined(this, keyspace, table, options, false)
    },
    leftJoinWithCassandraTable(keyspace, table, options = {}) {
      return joined(this, keyspace, table, options, true)
    },
    repartitionByCassandraReplica(keyspace, table, partitionsPerHost = PARTITIONS_PER_HOST) {
      return repartitionByReplica(this, keyspace, table, partitionsPerHost)
    },
    spanBy(f) {
      checkFunction('spanBy', f)
      return createOperator('cassandraSpanBy', this.context, [this as unknown as RDD<never>], { f })
    },
    spanByKey<K, V>(this: RDD<Pair<K, V>>): RDD<Pair<K, V[]>> {
      return this.spanBy(([key]) => key).mapValues((pairs) => pairs.map(([, value]) => value))
    },
  }
  Object.assign(RDD.prototype, methods)
}

function joined<Result>(
  rdd: RDD<unknown>,
  keyspace: string,
  table: string,
  { on, select, where, limit, ...read }: JoinWithCassandraTableOptions,
  isLeft: boolean,
): Result {
  checkedName('joinWithCassandraTable: keyspace', keyspace)
  checkedName('joinWithCassandraTable: table', table)
  const columns = select?.map((one) => (typeof one === 'string' ? { column: one } : one))
  const [cql, ...values] = where ?? []
  const selection: Selection = {
    ...selectionOf(keyspace, table),
    columns,
    limit,
    where: cql === undefined ? [] : [{ cql: cql, values }],
  }
  const { context } = rdd
  return createOperator('cassandraJoin', context, [rdd as unknown as RDD<never>], {
    keyspace,
    table,
    on,
    isLeft,
    selection,
    read: { ...readSettings(context.getConf()), ...read },
  })
}
