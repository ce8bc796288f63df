import { EmbeddedTableStore } from '../embedded/table-store.ts'
import type { OrderedStores } from '../ordered-store.ts'
import {
  tablesRefused,
  tablesUnanswered,
  tablesUnreachable,
  type Table,
  type TableStore,
  type TableStores,
} from '../table-store.ts'
import type { ServerJudge, ServerJudges } from './server-judges.ts'

const failures = {
  refused: tablesRefused,
  unreachable: tablesUnreachable,
  unanswered: tablesUnanswered,
} as const

/**
 * Table stores of a simulated world. A Cassandra cluster is one embedded store for all nodes and settings, on a disk that loses nothing; it is away or silent
 * as judges say. An embedded store is on its node's disk.
 */
export class MemoryTableStores {
  readonly #judges: ServerJudges
  readonly #stores: OrderedStores
  #cluster: Promise<TableStore> | undefined

  /** @param stores for the cluster @param judges of requests to it */
  constructor(stores: OrderedStores, judges: ServerJudges) {
    this.#judges = judges
    this.#stores = stores
  }

  /** Shows each request to the cluster to `judge`; returns the way to end that. */
  interpose(judge: ServerJudge): () => void {
    return this.#judges.add(judge)
  }

  /** As a node sees them. */
  of(stores: OrderedStores): TableStores {
    return {
      open: async (settings) => {
        if (settings.type === 'embedded') {
          return new EmbeddedTableStore(await stores.open(settings.directory))
        }
        await this.#judges.asked('open', '', failures, () => Promise.resolve())
        this.#cluster ??= this.#stores
          .open('/cassandra')
          .then((store) => new EmbeddedTableStore(store))
        const cluster = await this.#cluster
        return {
          table: async (schema) => {
            const name = `${schema.keyspace}.${schema.name}`
            const table = await this.#judges.asked('table', name, failures, () =>
              cluster.table(schema),
            )
            return this.#judged(name, table)
          },
          close: () => Promise.resolve(),
        }
      },
    }
  }

  #judged<R extends object>(name: string, table: Table<R>): Table<R> {
    const judges = this.#judges
    const asked = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
      judges.asked(operation, name, failures, work)
    return {
      put: (row) => asked('put', () => table.put(row)),
      putIf: (row, condition) => asked('putIf', () => table.putIf(row, condition)),
      get: (key) => asked('get', () => table.get(key)),
      increment: (key, by) => asked('increment', () => table.increment(key, by)),
      async *scan(scan) {
        await asked('scan', () => Promise.resolve())
        yield* table.scan(scan)
      },
    }
  }
}
