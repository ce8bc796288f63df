import { storeFailed } from '../errors.ts'
import type { Store, Stores } from '../store.ts'

/** Stores in LMDB, which is loaded with the first of them. */
export const lmdbStores: Stores = {
  async open(directory) {
    const database = await attempt(directory, 'opened', async () => {
      const { open } = await import('lmdb')
      // Without overlapping syncs a write resolves when it is durable, not when it can be read.
      return open<Uint8Array, string>({
        path: directory,
        noSubdir: false,
        encoding: 'binary',
        overlappingSync: false,
      })
    })
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

async function attempt<T>(directory: string, what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeFailed(directory, what, error)
  }
}
