import type { CqlRing, CqlSession } from '../../../platform/index.ts'
import type { RddContext } from '../../rdd/index.ts'
import { connectionSettings, type ConnectionSettings } from './settings.ts'
import { withOwnSession } from './sessions.ts'
import { splitCount, tableBytes, type SizeEstimate } from './splits.ts'

/** A session of the driver, and how tasks make theirs. */
export interface DriverAccess {
  readonly session: CqlSession
  /** With a local data centre, also where none is configured. */
  readonly connection: ConnectionSettings
}

const MEGABYTE = 1024 ** 2

/** Calls `use` with a session of the driver, closed then. @throws TROUPE_SPARK_ARGUMENT_INVALID, and as sessions fail */
export async function onDriver<R>(
  context: RddContext,
  use: (access: DriverAccess) => Promise<R>,
): Promise<R> {
  const connection = await connectionSettings(context.getConf(), context.files)
  return withOwnSession(context, connection, async (session) => {
    const { cql } = connection
    if (cql.localDataCenter !== undefined) return use({ session, connection })
    const { rows } = await session.execute('SELECT data_center FROM system.local', [], {
      consistency: 'ONE',
      isIdempotent: true,
    })
    const found = rows[0]?.['data_center']
    const localDataCenter = typeof found === 'string' ? { localDataCenter: found } : {}
    return use({ session, connection: { ...connection, cql: { ...cql, ...localDataCenter } } })
  })
}

/** In how many partitions a table is read, and about how many bytes it has, where that is known. */
export async function wantedSplits(
  session: CqlSession,
  { partitioner }: CqlRing,
  { keyspace, table }: { readonly keyspace: string; readonly table: string },
  splitMegabytes: number,
  parallelism: number,
): Promise<{ readonly count: number; readonly bytes: number | undefined }> {
  const { rows } = await session.execute(
    'SELECT range_start, range_end, mean_partition_size, partitions_count FROM system.size_estimates WHERE keyspace_name = ? AND table_name = ?',
    [keyspace, table],
    { consistency: 'ONE', isIdempotent: true },
  )
  const estimates = rows.map((row): SizeEstimate => ({
    start: BigInt(row['range_start'] as string),
    end: BigInt(row['range_end'] as string),
    meanPartitionBytes: row['mean_partition_size'] as bigint,
    partitions: row['partitions_count'] as bigint,
  }))
  const bytes = tableBytes(estimates, partitioner)
  return { count: splitCount(bytes, splitMegabytes * MEGABYTE, parallelism), bytes }
}
