import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import {
  memoryEnvironment,
  nodeEnvironment,
  type TableStore,
  type TableStoreSettings,
} from '../../../src/platform/index.ts'
import { testWith } from '../../mesos/foreign/programs.ts'
import { needService, ownName, service, type Service } from '../../services/service.ts'

export const cassandra: Service = await service('cassandra')
const withCassandra = testWith(cassandra)

/** A table store under a contract test, and a keyspace that is the test's own. */
export interface StorePlace {
  readonly store: TableStore
  readonly keyspace: string
}

type Body = (t: ExecutionContext, place: StorePlace) => Promise<void>

/** How the real Cassandra is reached. */
export function settingsOf(contactPoints: readonly string[]): TableStoreSettings {
  return { type: 'cassandra', contactPoints, localDataCenter: 'datacenter1', timeoutMs: 45_000 }
}

/** Runs one test body against each table store there is: embedded and Cassandra's, real and simulated. */
export function eachStore(title: string, body: Body): void {
  test(`${title} (embedded)`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
    const store = await nodeEnvironment().tableStores.open({ type: 'embedded', directory })
    t.teardown(async () => {
      await store.close()
      await rm(directory, { recursive: true })
    })
    await body(t, { store, keyspace: 'own' })
  })
  withCassandra(`${title} (Cassandra)`, async (t) => {
    t.timeout(120_000)
    const settings = settingsOf(needService(t, cassandra))
    const store = await nodeEnvironment().tableStores.open(settings)
    t.teardown(() => store.close())
    await body(t, { store, keyspace: ownName('own') })
  })
  for (const settings of [
    { type: 'embedded', directory: '/tables' },
    { type: 'cassandra', contactPoints: ['cassandra'], localDataCenter: 'here' },
  ] as const) {
    test(`${title} (${settings.type}, simulated)`, (t) => {
      const world = memoryEnvironment()
      const run = async (): Promise<void> => {
        const store = await world.environment().tableStores.open(settings)
        await body(t, { store, keyspace: 'own' })
        await store.close()
      }
      return world.until(run())
    })
  }
}

/** All rows of a scan. */
export async function rowsOf<R>(pages: AsyncIterable<readonly R[]>): Promise<R[]> {
  const rows: R[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}
