import { CassandraSession } from '../cassandra/session.ts'
import type { Cassandra } from '../cql.ts'

/** Clusters of Cassandra for real. */
export const nodeCassandra: Cassandra = {
  connect: (settings) => CassandraSession.open(settings),
}
