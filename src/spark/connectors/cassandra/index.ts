/**
 * The connector for Cassandra: tables as RDDs, and RDDs into tables.
 *
 *     import { SparkContext } from 'troupe/spark'
 *     import 'troupe/spark/cassandra'
 *
 *     await sc.cassandraTable('demo', 'event').where('"campaignId" = ?', id).count()
 *     await rdd.saveToCassandra('demo', 'totals')
 *
 * To import it gives {@link SparkContext} and {@link RDD} their methods. A table is cut by ranges of tokens into partitions of about even size, best computed
 * where its replicas are; rows are written in batches by partition key, so many at a time. Each thread that runs tasks has one session with a
 * cluster, which its tasks have in common.
 *
 * Guarantees: only nodes of the local data centre are asked; a scan reads every row once; what is written is there when the action ends, each row at least once; names are
 * kept as they are written. Values go beside statements, never in them.
 *
 * Words: *span*, tokens in a row; *split*, the spans that a partition reads; *selection*, what is read of a table.
 */
import './operators.ts'
import { addMethods } from './methods.ts'

addMethods()

export type { JoinWithCassandraTableOptions } from './methods.ts'
export { ttl, writeTime } from './selection.ts'
export type { SelectedColumn } from './selection.ts'
export type {
  DeleteFromCassandraOptions,
  SaveAsCassandraTableOptions,
  SaveToCassandraOptions,
} from './save.ts'
export type { ReadSettings, WriteSettings } from './settings.ts'
export { CassandraTableRDD } from './table-rdd.ts'
export type { PerRow, WrittenColumn } from './write-statement.ts'
