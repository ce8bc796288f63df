import { storeFailed } from '../errors.ts'
import type { OrderedReader, OrderedStore, OrderedStores } from '../ordered-store.ts'
import { attempt, openLmdb, type Lmdb } from './lmdb.ts'

/** Ordered stores in LMDB. Several processes may have one open; reads are of the last snapshot, and take no lock. */
export const lmdbOrderedStores: OrderedStores = {
  async open(directory) {
    const database = await attempt(directory, 'opened', () => openLmdb<Buffer>(directory, 'binary'))
    const reader = readerOf(database, directory)
    const store: OrderedStore = {
      reader,
      async update(decide) {
        let thrown: { readonly error: unknown } | undefined
        const outcome = await attempt(directory, 'written', () =>
          database.transaction(() => {
            let decided
            try {
              decided = decide(reader)
            } catch (error) {
              thrown = { error }
              return undefined
            }
            for (const [key, value] of decided.changes) {
              if (value === undefined) database.removeSync(bufferOf(key))
              else database.putSync(bufferOf(key), value)
            }
            return decided
          }),
        )
        if (outcome === undefined) throw thrown?.error
        return outcome.result
      },
      close: () => attempt(directory, 'closed', () => database.close()),
    }
    return store
  },
}

function readerOf(database: Lmdb<Buffer>, directory: string): OrderedReader {
  const read = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw storeFailed(directory, 'read', error)
    }
  }
  return {
    get: (key) => read(() => database.get(bufferOf(key))),
    range: ({ from, to, isReversed = false, limit = Infinity }) =>
      read(() => {
        const [low, high] = [bufferOf(from), bufferOf(to)]
        const ends = isReversed
          ? { start: high, end: low, reverse: true, exclusiveStart: true, inclusiveEnd: true }
          : { start: low, end: high }
        return database.getRange({ ...ends, limit }).map(({ key, value }) => [key, value] as const)
      }),
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
