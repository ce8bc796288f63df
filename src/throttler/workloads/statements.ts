import { cqlTuple, type CqlOptions, type CqlResult, type CqlValue } from '../../platform/index.ts'
import type { Workload, WorkloadContext } from './workload.ts'
import { keysOf } from './tables.ts'

const ONCE: CqlOptions = { isIdempotent: true }

type Execute = (cql: string, ...values: readonly CqlValue[]) => Promise<CqlResult>

/** Statements that may be asked twice. */
const statements =
  (context: WorkloadContext): Execute =>
  (cql, ...values) =>
    context.cql.execute(cql, values, ONCE)

const named = (context: WorkloadContext, table: string): string =>
  `"${context.keyspace.replaceAll('"', '""')}".${table}`

/** Many rows in few partitions; slices of them are read. */
export const wideRows: Workload = {
  description: 'rows in wide partitions, read by slices, table wide_rows',
  params: { partitions: '10', slice: '100', size: '100' },
  weights: { write: 4, slice: 1 },
  async schema(context) {
    await context.cql.execute(
      `CREATE TABLE IF NOT EXISTS ${named(context, 'wide_rows')} (part bigint, row bigint, v blob, PRIMARY KEY (part, row))`,
    )
  },
  async prepare(context) {
    const table = named(context, 'wide_rows')
    const execute = statements(context)
    const [partitions, slice, size] = [
      context.count('partitions'),
      context.count('slice'),
      context.count('size'),
    ]
    const put = `INSERT INTO ${table} (part, row, v) VALUES (?, ?, ?)`
    const get = `SELECT row, v FROM ${table} WHERE part = ? AND row >= ? LIMIT ${slice}`
    const valueOf = (row: number): Uint8Array => context.random(row, 3).bytes(size)
    return {
      operations: {
        write: (index) => execute(put, BigInt(index % partitions), BigInt(index), valueOf(index)),
        async slice(index) {
          const from = context.random(index).int(index)
          const { rows } = await execute(get, BigInt(index % partitions), BigInt(from))
          if (!context.isValidating) return
          for (const { row, v } of rows) {
            context.check(same(v, valueOf(Number(row))), `wide_rows row ${Number(row)}`)
          }
        },
      },
    }
  },
}

/** A list, a set, a map and a tuple in a row. */
export const collections: Workload = {
  description: 'rows with a list, a set, a map and a tuple, table collections',
  params: { rows: '1000', keys: 'uniform', elements: '5' },
  weights: { write: 1, append: 1, read: 2 },
  async schema(context) {
    await context.cql.execute(
      `CREATE TABLE IF NOT EXISTS ${named(context, 'collections')} (id bigint PRIMARY KEY, l list<int>, s set<text>, m map<text, int>, t frozen<tuple<int, text>>)`,
    )
  },
  async prepare(context) {
    const table = named(context, 'collections')
    const execute = statements(context)
    const [keys, elements] = [keysOf(context, context.count('rows')), context.count('elements')]
    const put = `INSERT INTO ${table} (id, l, s, t) VALUES (?, ?, ?, ?)`
    const append = `UPDATE ${table} SET m[?] = ? WHERE id = ?`
    const get = `SELECT l, s, m, t FROM ${table} WHERE id = ?`
    const listOf = (key: number): readonly number[] =>
      Array.from({ length: elements }, (_, at) => context.random(key, at).int(1_000_000))
    const write = (key: number): Promise<CqlResult> => {
      const list = listOf(key)
      const tuple = cqlTuple([key, `of ${key}`])
      return execute(put, BigInt(key), list, new Set(list.map((one) => `e${one}`)), tuple)
    }
    return {
      operations: {
        write: (index) => write(keys(index)),
        append: (index) => {
          const key = keys(index)
          return execute(append, `k${index % elements}`, key, BigInt(key))
        },
        async read(index) {
          const key = keys(index)
          const { rows } = await execute(get, BigInt(key))
          const [row] = rows
          if (!context.isValidating) return
          const list = (row?.['l'] ?? []) as readonly number[]
          const map = (row?.['m'] ?? new Map()) as ReadonlyMap<string, number>
          const sound =
            list.join() === listOf(key).join() && [...map.values()].every((value) => value === key)
          context.check(row !== undefined && sound, `collections row ${key}`)
        },
      },
      load: write,
      loadCount: context.count('rows'),
    }
  },
}

/** Rows that are put only when they are not there, and changed only when they are as they were. */
export const lightweightTransactions: Workload = {
  description: 'inserts and updates with conditions (Paxos), table lwt',
  params: { rows: '1000', keys: 'uniform' },
  weights: { insert: 1, update: 1 },
  async schema(context) {
    await context.cql.execute(
      `CREATE TABLE IF NOT EXISTS ${named(context, 'lwt')} (id bigint PRIMARY KEY, version int)`,
    )
  },
  async prepare(context) {
    const table = named(context, 'lwt')
    const keys = keysOf(context, context.count('rows'))
    const put = `INSERT INTO ${table} (id, version) VALUES (?, 0) IF NOT EXISTS`
    const update = `UPDATE ${table} SET version = ? WHERE id = ? IF version = ?`
    const get = `SELECT version FROM ${table} WHERE id = ?`
    return {
      operations: {
        async insert(index) {
          const id = BigInt(keys(index))
          const { wasApplied, rows } = await context.cql.execute(put, [id])
          if (!context.isValidating || wasApplied) return
          context.check(rows[0]?.['version'] !== undefined, `lwt row ${id}, which was not put,`)
        },
        async update(index) {
          const id = BigInt(keys(index))
          const { rows } = await context.cql.execute(get, [id], { consistency: 'LOCAL_QUORUM' })
          const version = Number(rows[0]?.['version'] ?? -1)
          const { wasApplied } = await context.cql.execute(update, [version + 1, id, version])
          if (!context.isValidating || wasApplied) return
          // Somebody else was faster: versions only ever rise.
          const again = await context.cql.execute(get, [id])
          const now = Number(again.rows[0]?.['version'] ?? -1)
          context.check(version === -1 || now > version, `lwt row ${id}, version ${now},`)
        },
      },
    }
  },
}

const LAST_TOKEN = 2n ** 63n - 1n

/** Rows by ranges of tokens, as full scans and jobs read them. */
export const rangeScan: Workload = {
  description: 'scans of ranges of tokens, table range_scan',
  params: { rows: '10k', ranges: '256', limit: '1000', size: '100' },
  weights: { scan: 1 },
  async schema(context) {
    await context.cql.execute(
      `CREATE TABLE IF NOT EXISTS ${named(context, 'range_scan')} (id bigint PRIMARY KEY, v blob)`,
    )
  },
  async prepare(context) {
    const table = named(context, 'range_scan')
    const execute = statements(context)
    const [ranges, size] = [BigInt(context.count('ranges')), context.count('size')]
    const put = `INSERT INTO ${table} (id, v) VALUES (?, ?)`
    const scan = `SELECT id, v FROM ${table} WHERE token(id) > ? AND token(id) <= ? LIMIT ${context.count('limit')}`
    const valueOf = (key: number): Uint8Array => context.random(key, 4).bytes(size)
    return {
      operations: {
        async scan(index) {
          const nth = BigInt(context.random(index).int(Number(ranges)))
          const low = (nth * 2n ** 64n) / ranges - 2n ** 63n
          const high = ((nth + 1n) * 2n ** 64n) / ranges - 2n ** 63n
          const { rows } = await execute(scan, low, high > LAST_TOKEN ? LAST_TOKEN : high)
          if (!context.isValidating) return
          for (const { id, v } of rows) {
            context.check(same(v, valueOf(Number(id))), `range_scan row ${Number(id)}`)
          }
        },
      },
      load: (key) => execute(put, BigInt(key), valueOf(key)),
      loadCount: context.count('rows'),
    }
  },
}

function same(found: CqlValue, meant: Uint8Array): boolean {
  return (
    found instanceof Uint8Array &&
    found.length === meant.length &&
    meant.every((byte, at) => found[at] === byte)
  )
}
