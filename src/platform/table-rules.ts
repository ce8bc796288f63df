import type { ColumnType, ColumnValue, Scan, TableSchema } from './table-store.ts'
import { tablesRefused } from './table-store.ts'

/** A row whose type nobody knows. */
export type PlainRow = Readonly<Record<string, ColumnValue>>

/**
 * What all table stores refuse alike, before anything is asked of them: columns that there are not, keys that are not whole, values that are not of
 * their column's type. @throws TROUPE_PLATFORM_TABLES_REFUSED
 */
export class TableRules {
  readonly name: string
  readonly types: ReadonlyMap<string, ColumnType>
  readonly partitionKey: readonly string[]
  readonly clusteringKey: readonly string[]
  readonly key: readonly string[]
  /** Columns that are not of the key. */
  readonly cells: readonly string[]
  readonly isOfCounters: boolean

  constructor(schema: TableSchema) {
    this.name = `${schema.keyspace}.${schema.name}`
    this.types = new Map(Object.entries<ColumnType>(schema.columns))
    this.partitionKey = schema.partitionKey
    this.clusteringKey = schema.clusteringKey ?? []
    this.key = [...this.partitionKey, ...this.clusteringKey]
    this.cells = [...this.types.keys()].filter((column) => !this.key.includes(column))
    const counters = [...this.types.values()].filter((type) => type === 'counter').length
    this.isOfCounters = counters > 0
    if (this.partitionKey.length === 0) this.#refuse('its partition key has no column')
    if (counters > 0 && counters !== this.cells.length) {
      this.#refuse('where one column is a counter, all but the key are')
    }
    for (const column of [...this.key, ...(schema.descending ?? [])]) {
      if (!this.types.has(column)) this.#refuse(`${column} of its key is no column`)
    }
  }

  /** A row that is put: its key is whole, and something else may be set. */
  put(row: PlainRow): void {
    if (this.isOfCounters) this.#refuse('counters are incremented, not put')
    this.#whole(row, this.key)
    this.#values(row)
  }

  putIf(row: PlainRow, condition: PlainRow): void {
    this.put(row)
    this.#values(condition)
    for (const [column, value] of Object.entries(condition)) {
      if (!this.cells.includes(column)) this.#refuse(`${column} is of the key, and no condition`)
      if (value === null) this.#refuse(`nothing in ${column} is no condition`)
    }
    if (Object.keys(condition).length === 0) this.#refuse('a condition has a column')
    if (!this.cells.some((column) => row[column] !== undefined)) {
      this.#refuse('under a condition a column beside the key is set')
    }
  }

  get(key: PlainRow): void {
    this.#whole(key, this.key)
    this.#only(key, this.key)
  }

  /** The column that the range of a scan is about, if there is one. */
  scan(where: PlainRow, { from, to, columns = [] }: Scan<PlainRow>): string | undefined {
    this.#whole(where, this.partitionKey)
    this.#only(where, this.key)
    const equal = this.clusteringKey.filter((column) => where[column] !== undefined)
    const next = this.clusteringKey[equal.length]
    if (equal.some((column, i) => column !== this.clusteringKey[i])) {
      this.#refuse('columns of the clustering key are given from its first on')
    }
    for (const column of columns) if (!this.types.has(column)) this.#refuse(`no column ${column}`)
    if (from === undefined && to === undefined) return undefined
    if (next === undefined) return this.#refuse('no column of the clustering key is left')
    for (const end of [from, to]) if (end !== undefined) this.#value(next, end)
    return next
  }

  increment(key: PlainRow, by: PlainRow): void {
    if (!this.isOfCounters) this.#refuse('it has no counters')
    this.get(key)
    this.#only(by, this.cells)
    if (Object.values(by).every((value) => value === undefined)) this.#refuse('no counter is named')
    for (const [column, value] of Object.entries(by)) {
      if (value === null) this.#refuse(`${column} is incremented by nothing`)
    }
  }

  #whole(row: PlainRow, columns: readonly string[]): void {
    for (const column of columns) {
      const value = row[column]
      if (value === undefined || value === null) this.#refuse(`${column} of the key is missing`)
    }
  }

  #only(row: PlainRow, columns: readonly string[]): void {
    for (const column of Object.keys(row)) {
      if (!columns.includes(column)) this.#refuse(`${column} is not one of ${columns.join(', ')}`)
    }
    this.#values(row)
  }

  #values(row: PlainRow): void {
    for (const [column, value] of Object.entries(row)) this.#value(column, value)
  }

  #value(column: string, value: ColumnValue | undefined): void {
    const type = this.types.get(column)
    if (type === undefined) return this.#refuse(`there is no column ${column}`)
    if (value === undefined || value === null || fits[type](value)) return
    return this.#refuse(`${column} is ${shown(value)}, not of type ${type}`)
  }

  #refuse(reason: string): never {
    throw tablesRefused(this.name, reason)
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const isInt64 = (value: ColumnValue): boolean =>
  typeof value === 'bigint' && BigInt.asIntN(64, value) === value

const fits: Readonly<Record<ColumnType, (value: ColumnValue) => boolean>> = {
  text: (value) => typeof value === 'string',
  int: (value) => typeof value === 'number' && (value | 0) === value,
  bigint: isInt64,
  counter: isInt64,
  double: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  blob: (value) => value instanceof Uint8Array,
  uuid: (value) => typeof value === 'string' && UUID.test(value),
  timestamp: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
}

function shown(value: ColumnValue): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 50))
  return value instanceof Uint8Array ? `${value.length} bytes` : String(value)
}
