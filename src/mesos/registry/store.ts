import type { Store } from '../../platform/index.ts'

/** Where a registry is kept: a durable table, written in transactions. Embedded LMDB is one; a replicated one may follow. */
export type RegistryStore = Store

/** A registry's store that ends with the process. */
export function memoryRegistryStore(): RegistryStore {
  const content = new Map<string, Uint8Array>()
  return {
    entries: () => Promise.resolve(new Map(content)),
    write: (changes) => {
      for (const [key, value] of changes) {
        if (value === undefined) content.delete(key)
        else content.set(key, value)
      }
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}
