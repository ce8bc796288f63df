import type { CqlConsistency, CqlSettings, Disk } from '../../../platform/index.ts'
import type { DriverFiles } from '../../files/index.ts'
import { confValue, type SparkConf } from '../../context/conf/index.ts'

/** How tasks reach a cluster. Plain data; it may have secrets in it, and travels with the code of a stage, which goes to the application's own executors only. */
export interface ConnectionSettings {
  readonly cql: CqlSettings
  /** Until a session that nobody uses is closed. */
  readonly keepAliveMs: number
  /** Times that a statement is asked again. */
  readonly retries: number
}

export interface ReadSettings {
  readonly consistency: CqlConsistency
  readonly fetchRows: number
  readonly splitMegabytes: number
  readonly concurrentReads: number
}

export interface WriteSettings {
  readonly consistency: CqlConsistency
  readonly concurrentWrites: number
  readonly batchRows: number | 'auto'
  readonly batchBytes: number
  readonly batchKey: 'partition' | 'replica_set' | 'none'
  /** Batches that are filled at a time. */
  readonly openBatches: number
  readonly megabytesPerSecond?: number
  readonly ttlSeconds: number
  /** 0 for now. */
  readonly timestampMicros: number
  readonly isIfNotExists: boolean
  readonly isIgnoringNulls: boolean
}

/** The connection of a configuration; certificates are read on the driver. @throws TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_PLATFORM_FILE_UNREADABLE */
export async function connectionSettings(
  conf: SparkConf,
  files: DriverFiles,
): Promise<ConnectionSettings> {
  const username = confValue(conf, 'spark.cassandra.auth.username')
  const password = confValue(conf, 'spark.cassandra.auth.password')
  const localDataCenter = confValue(conf, 'spark.cassandra.connection.localDC')
  const isSecure = confValue(conf, 'spark.cassandra.connection.ssl.enabled')
  return {
    cql: {
      contactPoints: confValue(conf, 'spark.cassandra.connection.host'),
      port: confValue(conf, 'spark.cassandra.connection.port'),
      ...(localDataCenter !== undefined && { localDataCenter }),
      ...(username !== undefined && { credentials: { username, password: password ?? '' } }),
      ...(isSecure && { tls: await tlsOf(conf, files.ports.disk) }),
      connectionsPerHost: confValue(conf, 'spark.cassandra.connection.localConnectionsPerExecutor'),
      connectTimeoutMs: confValue(conf, 'spark.cassandra.connection.timeoutMS'),
      timeoutMs: confValue(conf, 'spark.cassandra.read.timeoutMS'),
      reconnection: {
        minMs: confValue(conf, 'spark.cassandra.connection.reconnectionDelayMS.min'),
        maxMs: confValue(conf, 'spark.cassandra.connection.reconnectionDelayMS.max'),
      },
    },
    keepAliveMs: confValue(conf, 'spark.cassandra.connection.keepAliveMS'),
    retries: confValue(conf, 'spark.cassandra.query.retry.count'),
  }
}

async function tlsOf(conf: SparkConf, disk: Disk): Promise<NonNullable<CqlSettings['tls']>> {
  const read = async (path: string | undefined): Promise<string | undefined> =>
    path === undefined ? undefined : new TextDecoder().decode(await disk.readFile(path))
  const [ca, certificate, key] = await Promise.all([
    read(confValue(conf, 'spark.cassandra.connection.ssl.trustCertificates')),
    read(confValue(conf, 'spark.cassandra.connection.ssl.certificate')),
    read(confValue(conf, 'spark.cassandra.connection.ssl.key')),
  ])
  return {
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
  }
}

/** How a configuration reads. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readSettings(conf: SparkConf): ReadSettings {
  return {
    consistency: confValue(conf, 'spark.cassandra.input.consistency.level'),
    fetchRows: confValue(conf, 'spark.cassandra.input.fetch.sizeInRows'),
    splitMegabytes: confValue(conf, 'spark.cassandra.input.split.sizeInMB'),
    concurrentReads: confValue(conf, 'spark.cassandra.concurrent.reads'),
  }
}

/** How a configuration writes. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function writeSettings(conf: SparkConf): WriteSettings {
  const megabytesPerSecond = confValue(conf, 'spark.cassandra.output.throughputMBPerSec')
  return {
    consistency: confValue(conf, 'spark.cassandra.output.consistency.level'),
    concurrentWrites: confValue(conf, 'spark.cassandra.output.concurrent.writes'),
    batchRows: confValue(conf, 'spark.cassandra.output.batch.size.rows'),
    batchBytes: confValue(conf, 'spark.cassandra.output.batch.size.bytes'),
    batchKey: confValue(conf, 'spark.cassandra.output.batch.grouping.key'),
    openBatches: confValue(conf, 'spark.cassandra.output.batch.grouping.buffer.size'),
    ...(megabytesPerSecond !== undefined && { megabytesPerSecond }),
    ttlSeconds: confValue(conf, 'spark.cassandra.output.ttl'),
    timestampMicros: confValue(conf, 'spark.cassandra.output.timestamp'),
    isIfNotExists: confValue(conf, 'spark.cassandra.output.ifNotExists'),
    isIgnoringNulls: confValue(conf, 'spark.cassandra.output.ignoreNulls'),
  }
}
