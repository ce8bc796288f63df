import type { OrderedReader, OrderedStore } from '../ordered-store.ts'
import { TableRules } from '../table-rules.ts'
import { tablesRefused, type Table, type TableSchema, type TableStore } from '../table-store.ts'
import { EmbeddedTable } from './table.ts'

const TABLES = 0
const ROWS = 1
const NAME = /^\w{1,48}$/

/** What a table was made with. */
interface Made {
  readonly id: number
  readonly shape: string
}

/** A table store in an ordered store: tables by name, then rows by table and key. */
export class EmbeddedTableStore implements TableStore {
  readonly #store: OrderedStore

  constructor(store: OrderedStore) {
    this.#store = store
  }

  async table<R extends object>(typed: TableSchema<R>): Promise<Table<R>> {
    const schema = typed as unknown as TableSchema
    const rules = new TableRules(schema)
    const { keyspace, name, columns, partitionKey, clusteringKey = [], descending = [] } = schema
    if (!NAME.test(keyspace) || !NAME.test(name)) {
      throw tablesRefused(rules.name, 'names are of 1 to 48 letters, digits and underscores')
    }
    const sorted = Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1))
    const shape = JSON.stringify({ columns: sorted, partitionKey, clusteringKey, descending })
    const at = Buffer.from(`\0${keyspace}.${name}`)
    const { id } = await this.#store.update((reader) => {
      const found = madeAt(reader, at)
      if (found?.shape === shape) return { changes: [], result: found }
      if (found !== undefined) throw tablesRefused(rules.name, `it was made as ${found.shape}`)
      const tables = [...reader.range({ from: Buffer.of(TABLES), to: Buffer.of(ROWS) })]
      const made: Made = { id: tables.length, shape }
      return { changes: [[at, Buffer.from(JSON.stringify(made))]], result: made }
    })
    const prefix = Buffer.alloc(5)
    prefix[0] = ROWS
    prefix.writeUInt32BE(id, 1)
    return new EmbeddedTable(this.#store, rules, new Set(descending), prefix) as unknown as Table<R>
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

function madeAt(reader: OrderedReader, key: Uint8Array): Made | undefined {
  const found = reader.get(key)
  return found && (JSON.parse(Buffer.from(found).toString()) as Made)
}
