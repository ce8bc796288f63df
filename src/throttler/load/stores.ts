import {
  type CqlSession,
  type Environment,
  type TableStore,
  type TableStoreSettings,
} from '../../platform/index.ts'
import { ThrottlerError } from '../errors.ts'

/** What the tasks of a process share of one store. */
export interface OpenStore {
  readonly tables: TableStore
  /** The session in CQL, made by the first that asks for it. Only of Cassandra. */
  readonly cql: () => Promise<CqlSession>
  close(): Promise<void>
}

interface Shared {
  readonly opened: Promise<OpenStore>
  users: number
}

const opened = new WeakMap<Environment, Map<string, Shared>>()

/** The store of these settings, opened by the first that asks for it in this process, and closed by the last that releases it. */
export async function acquireStore(
  environment: Environment,
  settings: TableStoreSettings,
): Promise<{ readonly store: OpenStore; readonly release: () => Promise<void> }> {
  const key = JSON.stringify(settings)
  const all = opened.get(environment) ?? new Map<string, Shared>()
  opened.set(environment, all)
  const shared = all.get(key) ?? { opened: open(environment, settings), users: 0 }
  all.set(key, shared)
  shared.users += 1
  const release = async (): Promise<void> => {
    shared.users -= 1
    if (shared.users > 0) return
    all.delete(key)
    await (await shared.opened).close()
  }
  try {
    return { store: await shared.opened, release }
  } catch (error) {
    shared.users -= 1
    // The next one tries anew.
    if (all.get(key) === shared) all.delete(key)
    throw error
  }
}

async function open(environment: Environment, settings: TableStoreSettings): Promise<OpenStore> {
  const tables = await environment.tableStores.open(settings)
  let session: Promise<CqlSession> | undefined
  return {
    tables,
    cql: () => (session ??= connect(environment, settings)),
    async close() {
      await tables.close()
      await (await session)?.close()
    },
  }
}

async function connect(
  { cassandra }: Environment,
  settings: TableStoreSettings,
): Promise<CqlSession> {
  if (settings.type === 'embedded') throw storeUnsuitable('in CQL', settings.type)
  const { contactPoints, localDataCenter, writeConsistency, credentials, timeoutMs } = settings
  return cassandra.connect({
    contactPoints,
    localDataCenter,
    consistency: writeConsistency ?? 'QUORUM',
    ...(credentials !== undefined && { credentials }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
}

/** @param name the workload's */
export function storeUnsuitable(name: string, store: string): ThrottlerError {
  return new ThrottlerError(
    'TROUPE_THROTTLER_STORE_UNSUITABLE',
    `The workload ${name} needs Cassandra, and the run has the ${store} store: give --cassandra-host, or take insert, key-value, time-series or counters.`,
    { data: { name, store } },
  )
}
