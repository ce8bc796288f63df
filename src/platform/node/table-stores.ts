import { CassandraTableStore } from '../cassandra/table-store.ts'
import { EmbeddedTableStore } from '../embedded/table-store.ts'
import type { TableStores } from '../table-store.ts'
import { lmdbOrderedStores } from './lmdb-ordered-stores.ts'

/** Table stores for real: in LMDB, or Cassandra's. */
export const nodeTableStores: TableStores = {
  async open(settings) {
    if (settings.type === 'cassandra') return CassandraTableStore.open(settings)
    return new EmbeddedTableStore(await lmdbOrderedStores.open(settings.directory))
  },
}
