import type { PlainRow, TableRules } from '../table-rules.ts'
import type { ColumnValue, Consistency, Scan, Table, TableSchema } from '../table-store.ts'
import type { CqlOptions, CqlResult, CqlRow } from '../cql.ts'
import { equalities, nameOf, quoted } from './cql.ts'
import type { CassandraSession } from './session.ts'

const PAGE_ROWS = 1000

/** A table of Cassandra. Values go beside the statements, never in them. */
export class CassandraTable implements Table<PlainRow> {
  readonly #session: CassandraSession
  readonly #rules: TableRules
  readonly #name: string
  readonly #descending: ReadonlySet<string>
  readonly #consistency: { readonly read: Consistency; readonly write: Consistency }

  constructor(
    session: CassandraSession,
    schema: TableSchema,
    rules: TableRules,
    consistency: { readonly read: Consistency; readonly write: Consistency },
  ) {
    this.#session = session
    this.#rules = rules
    this.#name = nameOf(schema)
    this.#descending = new Set(schema.descending)
    this.#consistency = consistency
  }

  async put(row: Partial<PlainRow>): Promise<void> {
    const plain = plainOf(row)
    this.#rules.put(plain)
    await this.#write(this.#insert(plain), Object.values(plain), true)
  }

  async putIf(row: Partial<PlainRow>, condition: 'absent' | Partial<PlainRow>): Promise<boolean> {
    const plain = plainOf(row)
    if (condition === 'absent') {
      this.#rules.put(plain)
      const insert = `${this.#insert(plain)} IF NOT EXISTS`
      return (await this.#write(insert, Object.values(plain), false)).wasApplied
    }
    const expected = plainOf(condition)
    this.#rules.putIf(plain, expected)
    const { key } = this.#rules
    const set = Object.keys(plain).filter((column) => !key.includes(column))
    const values = [
      ...set.map((column) => plain[column] ?? null),
      ...this.#keyValues(plain),
      ...Object.values(expected),
    ]
    const where = `WHERE ${equalities(key, ' AND ')}`
    const update = `UPDATE ${this.#name} SET ${equalities(set, ', ')} ${where}`
    const conditions = equalities(Object.keys(expected), ' AND ')
    return (await this.#write(`${update} IF ${conditions}`, values, false)).wasApplied
  }

  async get(key: Partial<PlainRow>): Promise<PlainRow | undefined> {
    const plain = plainOf(key)
    this.#rules.get(plain)
    const columns = [...this.#rules.types.keys()].map(quoted).join(', ')
    const where = equalities(this.#rules.key, ' AND ')
    const cql = `SELECT ${columns} FROM ${this.#name} WHERE ${where}`
    const { rows } = await this.#session.execute(cql, this.#keyValues(plain), this.#reading)
    return rows[0] && this.#row(rows[0])
  }

  async *scan(scan: Scan<PlainRow>): AsyncGenerator<readonly Partial<PlainRow>[]> {
    const where = plainOf(scan.where)
    const ranged = this.#rules.scan(where, scan)
    const { isReversed = false, limit, pageRows = PAGE_ROWS, columns } = scan
    const given = this.#rules.key.filter((column) => where[column] !== undefined)
    const values: ColumnValue[] = given.map((column) => where[column] ?? null)
    const conditions = [equalities(given, ' AND ')]
    for (const [sign, end] of [
      ['>=', scan.from],
      ['<', scan.to],
    ] as const) {
      if (ranged === undefined || end === undefined) continue
      conditions.push(`${quoted(ranged)} ${sign} ?`)
      values.push(end)
    }
    const wanted = columns ?? [...this.#rules.types.keys()]
    const cql = [
      `SELECT ${wanted.map(quoted).join(', ')} FROM ${this.#name}`,
      `WHERE ${conditions.join(' AND ')}`,
      isReversed ? this.#reversed() : '',
      limit === undefined ? '' : `LIMIT ${Math.trunc(limit)}`,
    ]
    if (limit !== undefined && limit < 1) return
    const statement = cql.filter((part) => part !== '').join(' ')
    const options = { ...this.#reading, fetchSize: pageRows }
    for await (const { rows } of this.#session.pages(statement, values, options)) {
      if (rows.length > 0) yield rows.map((row) => this.#row(row))
    }
  }

  async increment(key: Partial<PlainRow>, by: Partial<PlainRow>): Promise<void> {
    const [plain, added] = [plainOf(key), plainOf(by)]
    this.#rules.increment(plain, added)
    const sums = Object.keys(added)
      .map((column) => `${quoted(column)} = ${quoted(column)} + ?`)
      .join(', ')
    const cql = `UPDATE ${this.#name} SET ${sums} WHERE ${equalities(this.#rules.key, ' AND ')}`
    await this.#write(cql, [...Object.values(added), ...this.#keyValues(plain)], false)
  }

  #insert(row: PlainRow): string {
    const columns = Object.keys(row)
    const places = columns.map(() => '?').join(', ')
    return `INSERT INTO ${this.#name} (${columns.map(quoted).join(', ')}) VALUES (${places})`
  }

  get #reading(): CqlOptions {
    return { consistency: this.#consistency.read, isIdempotent: true, subject: this.#rules.name }
  }

  #write(cql: string, values: readonly ColumnValue[], isIdempotent: boolean): Promise<CqlResult> {
    const consistency = this.#consistency.write
    const subject = this.#rules.name
    return this.#session.execute(cql, values, { consistency, isIdempotent, subject })
  }

  #keyValues(row: PlainRow): readonly ColumnValue[] {
    return this.#rules.key.map((column) => row[column] ?? null)
  }

  #reversed(): string {
    const orders = this.#rules.clusteringKey.map(
      (column) => `${quoted(column)} ${this.#descending.has(column) ? 'ASC' : 'DESC'}`,
    )
    return orders.length === 0 ? '' : `ORDER BY ${orders.join(', ')}`
  }

  /** Plain data; a counter that was never incremented is 0. */
  #row(row: CqlRow): PlainRow {
    if (!this.#rules.isOfCounters) return { ...row } as PlainRow
    return Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        value === null && this.#rules.cells.includes(column) ? 0n : value,
      ]),
    ) as PlainRow
  }
}

/** A row without what is undefined, in one order of columns, so that statements are few. */
function plainOf(row: Partial<PlainRow>): PlainRow {
  return Object.fromEntries(
    Object.entries(row)
      .filter((entry): entry is [string, ColumnValue] => entry[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
