import type { ExecutionContext } from 'ava'
import { nodeEnvironment, type CqlSession } from '../../../../src/platform/index.ts'
import { SparkContext, type SparkConf } from '../../../../src/spark/index.ts'
import '../../../../src/spark/connectors/cassandra/index.ts'
import { testWith } from '../../../mesos/foreign/programs.ts'
import { needService, ownName, service } from '../../../services/service.ts'

const cassandra = await service('cassandra')

export const withCassandra: ReturnType<typeof testWith> = testWith(cassandra)

/** A session and a context with a real Cassandra, and a keyspace of the test's own. */
export interface ConnectorKit {
  readonly session: CqlSession
  readonly sc: SparkContext
  readonly keyspace: string
}

/** @param conf beside where Cassandra is */
export async function connectorKit(
  t: ExecutionContext,
  conf: SparkConf = {},
  addresses: readonly string[] = needService(t, cassandra),
): Promise<ConnectorKit> {
  t.timeout(240_000)
  const session = await nodeEnvironment().cassandra.connect({
    contactPoints: addresses,
    localDataCenter: 'datacenter1',
    timeoutMs: 60_000,
  })
  t.teardown(() => session.close())
  const keyspace = ownName('connector')
  const sc = await SparkContext.create({
    master: 'local[2]',
    appName: 'connector',
    conf: {
      'spark.cassandra.connection.host': addresses.join(','),
      'spark.ui.enabled': false,
      ...conf,
    },
  })
  t.teardown(() => sc.stop())
  await create(
    session,
    `CREATE KEYSPACE ${keyspace} WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
  )
  return { session, sc, keyspace }
}

/** Runs a statement that changes the schema. */
export async function create(session: CqlSession, cql: string): Promise<void> {
  await session.execute(cql, [], { prepare: false })
}
