import { MAX_KEY_BYTES, type OrderedChange, type OrderedStore } from '../ordered-store.ts'
import type { PlainRow, TableRules } from '../table-rules.ts'
import { tablesRefused, type ColumnValue, type Scan, type Table } from '../table-store.ts'
import { columnBytes } from './column-bytes.ts'

const PAGE_ROWS = 1000

type Cells = Record<string, ColumnValue>

/** A table whose rows stand at their keys, in order; what is beside the key is the value, each column that is not empty with its number. */
export class EmbeddedTable implements Table<PlainRow> {
  readonly #store: OrderedStore
  readonly #rules: TableRules
  readonly #descending: ReadonlySet<string>
  readonly #prefix: Uint8Array

  constructor(
    store: OrderedStore,
    rules: TableRules,
    descending: ReadonlySet<string>,
    prefix: Uint8Array,
  ) {
    this.#store = store
    this.#rules = rules
    this.#descending = descending
    this.#prefix = prefix
  }

  async put(row: Partial<PlainRow>): Promise<void> {
    const plain = plainOf(row)
    this.#rules.put(plain)
    const key = this.#keyOf(plain, this.#rules.key)
    await this.#store.update((reader) => ({
      changes: [this.#change(key, this.#cellsOf(reader.get(key)), plain)],
      result: undefined,
    }))
  }

  async putIf(row: Partial<PlainRow>, condition: 'absent' | Partial<PlainRow>): Promise<boolean> {
    const plain = plainOf(row)
    const expected = condition === 'absent' ? undefined : plainOf(condition)
    if (expected === undefined) this.#rules.put(plain)
    else this.#rules.putIf(plain, expected)
    const key = this.#keyOf(plain, this.#rules.key)
    return this.#store.update((reader) => {
      const found = reader.get(key)
      const cells = this.#cellsOf(found)
      const holds =
        expected === undefined
          ? found === undefined
          : found !== undefined &&
            Object.entries(expected).every(([column, value]) =>
              this.#isSame(column, cells[column] ?? null, value),
            )
      if (!holds) return { changes: [], result: false }
      return { changes: [this.#change(key, cells, plain)], result: true }
    })
  }

  async get(key: Partial<PlainRow>): Promise<PlainRow | undefined> {
    const plain = plainOf(key)
    this.#rules.get(plain)
    const place = this.#keyOf(plain, this.#rules.key)
    const found = this.#store.reader.get(place)
    return found && this.#rowOf(place, found)
  }

  async *scan(scan: Scan<PlainRow>): AsyncGenerator<readonly Partial<PlainRow>[]> {
    const where = plainOf(scan.where)
    const ranged = this.#rules.scan(where, scan)
    const { isReversed = false, limit = Infinity, pageRows = PAGE_ROWS, columns } = scan
    const given = this.#rules.key.filter((column) => where[column] !== undefined)
    const prefix = this.#keyOf(where, given)
    let [from, to]: [Uint8Array, Uint8Array] = [prefix, after(prefix)]
    if (ranged !== undefined) {
      const at = (value: ColumnValue | undefined): Uint8Array | undefined =>
        value === undefined ? undefined : Buffer.concat([prefix, this.#bytesOf(ranged, value)])
      const [low, high] = [at(scan.from), at(scan.to)]
      if (this.#descending.has(ranged)) {
        // Inverted: what is less comes behind.
        from = high === undefined ? from : after(high)
        to = low === undefined ? to : after(low)
      } else {
        from = low ?? from
        to = high ?? to
      }
    }
    for (let left = limit; left > 0;) {
      const count = Math.min(left, pageRows)
      const page = [...this.#store.reader.range({ from, to, isReversed, limit: count })]
      const last = page.at(-1)
      if (last === undefined) return
      if (isReversed) to = last[0]
      else from = Buffer.concat([last[0], Buffer.of(0)])
      left -= page.length
      yield page.map(([key, value]) => {
        const row = this.#rowOf(key, value)
        return columns === undefined
          ? row
          : Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))
      })
      if (page.length < count) return
      // Others have their turn between pages.
      await Promise.resolve()
    }
  }

  async increment(key: Partial<PlainRow>, by: Partial<PlainRow>): Promise<void> {
    const [plain, added] = [plainOf(key), plainOf(by)]
    this.#rules.increment(plain, added)
    const place = this.#keyOf(plain, this.#rules.key)
    await this.#store.update((reader) => {
      const cells = this.#cellsOf(reader.get(place))
      const sums = Object.entries(added).map(([column, value]) => {
        const sum = ((cells[column] ?? 0n) as bigint) + (value as bigint)
        return [column, BigInt.asIntN(64, sum)] as const
      })
      return {
        changes: [this.#change(place, cells, Object.fromEntries(sums))],
        result: undefined,
      }
    })
  }

  /** A row with columns set to what `row` says. */
  #change(key: Uint8Array, cells: Cells, row: PlainRow): OrderedChange {
    const parts: Uint8Array[] = []
    for (const [i, column] of this.#rules.cells.entries()) {
      const value = row[column] === undefined ? cells[column] : row[column]
      if (value === undefined || value === null) continue
      parts.push(Buffer.of(i >> 8, i & 255), this.#encode(column, value))
    }
    return [key, Buffer.concat(parts)]
  }

  #cellsOf(found: Uint8Array | undefined): Cells {
    const cells: Cells = {}
    if (found === undefined) return cells
    const bytes = bufferOf(found)
    for (let at = 0; at < bytes.length;) {
      const column = this.#rules.cells[bytes.readUInt16BE(at)] ?? ''
      const [value, end] = columnBytes[this.#rules.types.get(column) ?? 'text'].decode(
        bytes,
        at + 2,
      )
      cells[column] = value
      at = end
    }
    return cells
  }

  #rowOf(key: Uint8Array, found: Uint8Array): PlainRow {
    const row: Cells = {}
    const bytes = bufferOf(key)
    let at = this.#prefix.length
    for (const column of this.#rules.key) {
      const type = columnBytes[this.#rules.types.get(column) ?? 'text']
      if (this.#descending.has(column)) inverted(bytes.subarray(at), bytes.subarray(at))
      const [value, end] = type.decode(bytes, at)
      if (this.#descending.has(column)) inverted(bytes.subarray(end), bytes.subarray(end))
      row[column] = value
      at = end
    }
    const cells = this.#cellsOf(found)
    const nothing = this.#rules.isOfCounters ? 0n : null
    for (const column of this.#rules.cells) row[column] = cells[column] ?? nothing
    return row
  }

  #keyOf(row: PlainRow, columns: readonly string[]): Uint8Array {
    const parts = columns.map((column) => this.#bytesOf(column, row[column] ?? null))
    const key = Buffer.concat([this.#prefix, ...parts])
    if (key.length <= MAX_KEY_BYTES) return key
    throw tablesRefused(
      this.#rules.name,
      `a key of ${key.length} bytes, and an embedded store takes ${MAX_KEY_BYTES}`,
    )
  }

  /** A value as it stands in keys. */
  #bytesOf(column: string, value: ColumnValue): Uint8Array {
    const bytes = this.#encode(column, value)
    return this.#descending.has(column) ? inverted(bytes, new Uint8Array(bytes.length)) : bytes
  }

  #encode(column: string, value: ColumnValue): Uint8Array {
    return columnBytes[this.#rules.types.get(column) ?? 'text'].encode(value)
  }

  #isSame(column: string, a: ColumnValue, b: ColumnValue): boolean {
    if (a === null || b === null) return a === b
    return Buffer.compare(this.#encode(column, a), this.#encode(column, b)) === 0
  }
}

/** A row without what is undefined. */
function plainOf(row: Partial<PlainRow>): PlainRow {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, ColumnValue] => entry[1] !== undefined),
  )
}

/** The first key behind all that begin with these bytes, whose first is less than 255. */
function after(prefix: Uint8Array): Uint8Array {
  let end = prefix.length
  while (prefix[end - 1] === 255) end -= 1
  const next = new Uint8Array(prefix.subarray(0, end))
  next[end - 1] = (next[end - 1] ?? 0) + 1
  return next
}

function inverted(bytes: Uint8Array, into: Uint8Array): Uint8Array {
  for (let i = 0; i < bytes.length; i += 1) into[i] = ~(bytes[i] ?? 0)
  return into
}

/** A copy: what is decoded is inverted on the way. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes)
}
