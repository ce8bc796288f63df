import { invalidArgument } from '../../errors.ts'
import type { RDD } from '../../rdd/index.ts'
import { createOperator } from '../../rdd/operator-table.ts'
import { IndexPartitioner, type Pair } from '../../shuffle/index.ts'
import { onDriver } from './planning.ts'
import { Replicas } from './replicas.ts'
import { checkedName } from './selection.ts'
import { tableSchema } from './schema.ts'

/** @throws as `repartitionByCassandraReplica` of an RDD */
export async function repartitionByReplica<T>(
  rdd: RDD<T>,
  keyspace: string,
  table: string,
  partitionsPerHost: number,
): Promise<RDD<T>> {
  checkedName('repartitionByCassandraReplica: keyspace', keyspace)
  checkedName('repartitionByCassandraReplica: table', table)
  if (!Number.isInteger(partitionsPerHost) || partitionsPerHost < 1) {
    throw invalidArgument(
      'repartitionByCassandraReplica: partitionsPerHost',
      partitionsPerHost,
      'an integer of 1 or more',
    )
  }
  const { context } = rdd
  const hosts = await onDriver(context, async ({ session, connection }) => {
    await tableSchema(session, keyspace, table)
    return new Replicas(await session.ring(keyspace), connection.cql.localDataCenter).all
  })
  const props = { keyspace, table, on: undefined, partitionsPerHost, hosts }
  const keyed = createOperator<RDD<Pair<number, T>>>(
    'cassandraReplica',
    context,
    [rdd as unknown as RDD<never>],
    props,
  )
  const partitions = Math.max(1, hosts.length) * partitionsPerHost
  const spread = keyed.partitionBy(new IndexPartitioner(partitions)).values()
  return createOperator('cassandraPlaced', context, [spread as unknown as RDD<never>], {
    hosts,
    partitionsPerHost,
  })
}
