import { CONSISTENCY_LEVELS, type CqlConsistency } from '../../../platform/index.ts'
import { optional, withDefault, type ConfEntries, type ConfParser } from './conf-entry.ts'
import { flag, integer, number, oneOf, text, texts, time } from './parsers.ts'

const GROUPINGS = ['partition', 'replica_set', 'none'] as const

/** Keys of the connector for Cassandra, by their names and defaults in DataStax's. Times in milliseconds. */
export interface CassandraKeys {
  readonly 'spark.cassandra.connection.host': readonly string[]
  readonly 'spark.cassandra.connection.port': number
  readonly 'spark.cassandra.connection.localDC': string | undefined
  readonly 'spark.cassandra.connection.timeoutMS': number
  readonly 'spark.cassandra.connection.keepAliveMS': number
  readonly 'spark.cassandra.connection.localConnectionsPerExecutor': number
  readonly 'spark.cassandra.connection.reconnectionDelayMS.min': number
  readonly 'spark.cassandra.connection.reconnectionDelayMS.max': number
  readonly 'spark.cassandra.connection.ssl.enabled': boolean
  readonly 'spark.cassandra.connection.ssl.trustCertificates': string | undefined
  readonly 'spark.cassandra.connection.ssl.certificate': string | undefined
  readonly 'spark.cassandra.connection.ssl.key': string | undefined
  readonly 'spark.cassandra.auth.username': string | undefined
  readonly 'spark.cassandra.auth.password': string | undefined
  readonly 'spark.cassandra.read.timeoutMS': number
  readonly 'spark.cassandra.query.retry.count': number
  readonly 'spark.cassandra.concurrent.reads': number
  readonly 'spark.cassandra.input.consistency.level': CqlConsistency
  readonly 'spark.cassandra.input.fetch.sizeInRows': number
  readonly 'spark.cassandra.input.split.sizeInMB': number
  readonly 'spark.cassandra.output.batch.grouping.buffer.size': number
  readonly 'spark.cassandra.output.batch.grouping.key': (typeof GROUPINGS)[number]
  readonly 'spark.cassandra.output.batch.size.bytes': number
  readonly 'spark.cassandra.output.batch.size.rows': number | 'auto'
  readonly 'spark.cassandra.output.concurrent.writes': number
  readonly 'spark.cassandra.output.consistency.level': CqlConsistency
  readonly 'spark.cassandra.output.ifNotExists': boolean
  readonly 'spark.cassandra.output.ignoreNulls': boolean
  readonly 'spark.cassandra.output.throughputMBPerSec': number | undefined
  readonly 'spark.cassandra.output.timestamp': number
  readonly 'spark.cassandra.output.ttl': number
}

const level = oneOf<CqlConsistency>(['ANY', ...CONSISTENCY_LEVELS])
const milliseconds = time('ms', false)

const rows: ConfParser<number | 'auto'> = (key, value) =>
  String(value).trim() === 'auto' ? 'auto' : integer(1)(key, value)

export const CASSANDRA_ENTRIES: ConfEntries<CassandraKeys> = {
  'spark.cassandra.connection.host': withDefault(
    texts,
    'localhost',
    'some nodes, parted by commas, each `host` or `host:port`',
  ),
  'spark.cassandra.connection.port': withDefault(
    integer(1),
    '9042',
    'the port of those without one',
  ),
  'spark.cassandra.connection.localDC': optional(
    text,
    'that of the first node that answers',
    'the data centre whose nodes are asked, and no others',
  ),
  'spark.cassandra.connection.timeoutMS': withDefault(
    milliseconds,
    '5000',
    'until a connection counts as not made',
  ),
  'spark.cassandra.connection.keepAliveMS': withDefault(
    milliseconds,
    '3600000',
    'until a session that no task uses is closed',
  ),
  'spark.cassandra.connection.localConnectionsPerExecutor': withDefault(
    integer(1),
    '1',
    'connections of a session to each node',
  ),
  'spark.cassandra.connection.reconnectionDelayMS.min': withDefault(
    milliseconds,
    '1000',
    'before a lost connection is made again, at first',
  ),
  'spark.cassandra.connection.reconnectionDelayMS.max': withDefault(
    milliseconds,
    '60000',
    'and at most',
  ),
  'spark.cassandra.connection.ssl.enabled': withDefault(flag, 'false', 'whether it is TLS'),
  'spark.cassandra.connection.ssl.trustCertificates': optional(
    text,
    'those of Node.js',
    'a file, in PEM, of whom to trust; the driver reads it',
  ),
  'spark.cassandra.connection.ssl.certificate': optional(
    text,
    'none',
    'a file, in PEM, of the certificate that clients show',
  ),
  'spark.cassandra.connection.ssl.key': optional(text, 'none', 'and of its key'),
  'spark.cassandra.auth.username': optional(text, 'none', 'who one is'),
  'spark.cassandra.auth.password': optional(text, 'none', 'and the secret of it'),
  'spark.cassandra.read.timeoutMS': withDefault(
    milliseconds,
    '120000',
    'until a statement counts as not answered',
  ),
  'spark.cassandra.query.retry.count': withDefault(
    integer(0),
    '60',
    'times that a statement is asked again before its task fails: what was not done, and what may have been where twice is as once',
  ),
  'spark.cassandra.concurrent.reads': withDefault(
    integer(1),
    '512',
    'statements of a join that a task has under way',
  ),
  'spark.cassandra.input.consistency.level': withDefault(
    level,
    'LOCAL_ONE',
    'of statements that read',
  ),
  'spark.cassandra.input.fetch.sizeInRows': withDefault(integer(1), '1000', 'rows of a page'),
  'spark.cassandra.input.split.sizeInMB': withDefault(
    number(0.001),
    '512',
    'about how much of a table a partition has, as far as Cassandra has estimated it',
  ),
  'spark.cassandra.output.batch.grouping.buffer.size': withDefault(
    integer(1),
    '1000',
    'batches that a task fills at a time',
  ),
  'spark.cassandra.output.batch.grouping.key': withDefault(
    oneOf(GROUPINGS),
    'partition',
    'what rows of a batch have in common: `partition`, `replica_set` or `none`',
  ),
  'spark.cassandra.output.batch.size.bytes': withDefault(
    integer(1),
    '1024',
    'the most of a batch, where `rows` is `auto`',
  ),
  'spark.cassandra.output.batch.size.rows': withDefault(rows, 'auto', 'rows of a batch'),
  'spark.cassandra.output.concurrent.writes': withDefault(
    integer(1),
    '5',
    'batches that a task has under way',
  ),
  'spark.cassandra.output.consistency.level': withDefault(
    level,
    'LOCAL_QUORUM',
    'of statements that write',
  ),
  'spark.cassandra.output.ifNotExists': withDefault(
    flag,
    'false',
    'whether rows that are there already stay',
  ),
  'spark.cassandra.output.ignoreNulls': withDefault(
    flag,
    'false',
    'whether null leaves a column as it is',
  ),
  'spark.cassandra.output.throughputMBPerSec': optional(
    number(0.001),
    'no limit',
    'megabytes that a task writes in a second at most',
  ),
  'spark.cassandra.output.timestamp': withDefault(
    integer(0),
    '0',
    'when rows were written, in microseconds; 0 for now',
  ),
  'spark.cassandra.output.ttl': withDefault(
    integer(0),
    '0',
    'seconds after which rows are gone; 0 for never',
  ),
}
