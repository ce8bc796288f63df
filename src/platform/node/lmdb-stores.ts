import type { Store, Stores } from '../store.ts'
import { attempt, openLmdb } from './lmdb.ts'

/** Stores in LMDB, which is loaded with the first of them. */
export const lmdbStores: Stores = {
  async open(directory) {
    const database = await attempt(directory, 'opened', () =>
      openLmdb<string>(directory, 'ordered-binary'),
    )
    const store: Store = {
      entries: () =>
        attempt(directory, 'read', () => {
          const entries = [...database.getRange({})]
          return new Map(entries.map(({ key, value }) => [key, new Uint8Array(value)]))
        }),
      write: (changes) =>
        attempt(directory, 'written', async () => {
          await database.transaction(() => {
            for (const [key, value] of changes) {
              if (value === undefined) database.removeSync(key)
              else database.putSync(key, value)
            }
          })
        }),
      close: () => attempt(directory, 'closed', () => database.close()),
    }
    return store
  },
}
