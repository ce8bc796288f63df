import test from 'ava'
import {
  memoryEnvironment,
  nodeEnvironment,
  type TableSchema,
} from '../../../src/platform/index.ts'
import { settingsOf } from './stores.ts'

interface Hit {
  readonly page: string
  readonly hits: bigint
}

const hits: TableSchema<Hit> = {
  keyspace: 'own',
  name: 'hits',
  columns: { page: 'text', hits: 'counter' },
  partitionKey: ['page'],
}

test('a Cassandra that nobody runs is unreachable', async (t) => {
  await t.throwsAsync(nodeEnvironment().tableStores.open(settingsOf(['127.0.0.1:1'])), {
    code: 'TROUPE_PLATFORM_TABLES_UNREACHABLE',
    message: /^The table store at 127\.0\.0\.1:1 can't be reached \(.*ECONNREFUSED/,
  })
})

test('a simulated Cassandra is away, or silent about what it has done, as judges say', (t) => {
  const world = memoryEnvironment()
  const run = async (): Promise<void> => {
    const store = await world.environment().tableStores.open(settingsOf(['cassandra']))
    const table = await store.table(hits)
    const key = { page: '/' }
    for (const [type, code, found] of [
      ['unreachable', 'TROUPE_PLATFORM_TABLES_UNREACHABLE', undefined],
      ['refused', 'TROUPE_PLATFORM_TABLES_REFUSED', undefined],
      ['unanswered', 'TROUPE_PLATFORM_TABLES_UNANSWERED', 1n],
    ] as const) {
      const mend = world.interposeTableStores((operation, name) =>
        operation === 'increment' && name === 'own.hits' ? { type, reason: 'told' } : undefined,
      )
      await t.throwsAsync(table.increment(key, { hits: 1n }), { code })
      mend()
      t.is((await table.get(key))?.hits, found)
    }
  }
  return world.until(run())
})
