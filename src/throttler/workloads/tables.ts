import type { Table } from '../../platform/index.ts'
import type { PreparedWorkload, Workload, WorkloadContext } from './workload.ts'
import { parseDistribution, type Distribution } from '../generators/index.ts'

/** Those that stand on tables of typed rows, and so run on either store. */
const stores = ['cassandra', 'embedded'] as const

interface TestRow {
  readonly pk: number
  readonly ck: string
  readonly rand: string
}

const testTable = (context: WorkloadContext): Promise<Table<TestRow>> =>
  context.tables.table<TestRow>({
    keyspace: context.keyspace,
    name: 'test',
    columns: { pk: 'int', ck: 'uuid', rand: 'uuid' },
    partitionKey: ['pk'],
    clusteringKey: ['ck'],
  })

/** The original's: a row of a number and two uuids, each in a partition of its own. */
export const insert: Workload = {
  description: "the original's: inserts (pk int, ck uuid, rand uuid) into table test",
  stores,
  async schema(context) {
    await testTable(context)
  },
  async prepare(context) {
    const table = await testTable(context)
    return {
      operations: {
        insert(index) {
          const random = context.random(index)
          return table.put({ pk: index, ck: random.uuid(), rand: random.uuid() })
        },
      },
    }
  },
}

interface KeyRow {
  readonly id: bigint
  readonly v: Uint8Array
}

const keyTable = (context: WorkloadContext): Promise<Table<KeyRow>> =>
  context.tables.table<KeyRow>({
    keyspace: context.keyspace,
    name: 'key_value',
    columns: { id: 'bigint', v: 'blob' },
    partitionKey: ['id'],
  })

/** Reads and writes of values by their keys. */
export const keyValue: Workload = {
  description: 'reads and writes of blobs by their keys, table key_value',
  stores,
  params: { rows: '10k', keys: 'uniform', size: '100' },
  weights: { read: 1, write: 1 },
  async schema(context) {
    await keyTable(context)
  },
  async prepare(context) {
    const table = await keyTable(context)
    const rows = context.count('rows')
    const keys = keysOf(context, rows)
    const size = sizesOf(context)
    const valueOf = (key: number): Uint8Array => {
      const random = context.random(key, 1)
      return random.bytes(size.draw(random, key))
    }
    const write = (key: number): Promise<void> => table.put({ id: BigInt(key), v: valueOf(key) })
    const operations = {
      async read(index: number) {
        const key = keys(index)
        const row = await table.get({ id: BigInt(key) })
        if (!context.isValidating) return
        context.check(row !== undefined && equal(row.v, valueOf(key)), `key_value row ${key}`)
      },
      write: (index: number) => write(keys(index)),
    }
    return { operations, load: write, loadCount: rows }
  },
}

interface PointRow {
  readonly series: bigint
  readonly bucket: number
  readonly at: Date
  readonly value: number
}

const FIRST_POINT_MS = Date.UTC(2020, 0, 1)

const pointTable = (context: WorkloadContext): Promise<Table<PointRow>> =>
  context.tables.table<PointRow>({
    keyspace: context.keyspace,
    name: 'time_series',
    columns: { series: 'bigint', bucket: 'int', at: 'timestamp', value: 'double' },
    partitionKey: ['series', 'bucket'],
    clusteringKey: ['at'],
    descending: ['at'],
  })

/** Points of many series, each with its own partition for a piece of time; the newest are read. */
export const timeSeries: Workload = {
  description: 'appends points to series and reads the newest of one, table time_series',
  stores,
  params: { series: '100', points: '1000', limit: '20' },
  weights: { append: 9, newest: 1 },
  async schema(context) {
    await pointTable(context)
  },
  async prepare(context) {
    const table = await pointTable(context)
    const [series, points, limit] = [
      context.count('series'),
      context.count('points'),
      context.count('limit'),
    ]
    const placeOf = (index: number): { series: bigint; bucket: number; at: Date } => {
      const nth = Math.floor(index / series)
      const at = new Date(FIRST_POINT_MS + nth * 1000)
      return { series: BigInt(index % series), bucket: Math.floor(nth / points), at }
    }
    const valueOf = (index: number): number => context.random(index, 2).float()
    const operations = {
      append: (index: number) => table.put({ ...placeOf(index), value: valueOf(index) }),
      async newest(index: number) {
        const { series: of, bucket } = placeOf(index)
        for await (const page of table.scan({ where: { series: of, bucket }, limit })) {
          if (!context.isValidating) continue
          for (const { at, value } of page) {
            const nth = ((at?.getTime() ?? 0) - FIRST_POINT_MS) / 1000
            const sound = value === valueOf(nth * series + Number(of))
            context.check(sound, `time_series point ${nth} of series ${of}`)
          }
        }
      },
    }
    return { operations }
  },
}

interface CounterRow {
  readonly id: bigint
  readonly hits: bigint
}

const counterTable = (context: WorkloadContext): Promise<Table<CounterRow>> =>
  context.tables.table<CounterRow>({
    keyspace: context.keyspace,
    name: 'counters',
    columns: { id: 'bigint', hits: 'counter' },
    partitionKey: ['id'],
  })

/** Counters that are counted up. An operation that is run again counts twice, as Cassandra's counters do. */
export const counters: Workload = {
  description: 'counts up and reads counters, table counters',
  stores,
  params: { rows: '1000', keys: 'uniform' },
  weights: { increment: 1, read: 1 },
  async schema(context) {
    await counterTable(context)
  },
  async prepare(context): Promise<PreparedWorkload> {
    const table = await counterTable(context)
    const keys = keysOf(context, context.count('rows'))
    return {
      operations: {
        increment: (index) => table.increment({ id: BigInt(keys(index)) }, { hits: 1n }),
        async read(index) {
          const key = keys(index)
          const row = await table.get({ id: BigInt(key) })
          if (!context.isValidating || row === undefined) return
          const sound = row.hits > 0n && row.hits <= BigInt(context.totalOperations)
          context.check(sound, `counter ${key}, which is ${row.hits},`)
        },
      },
    }
  },
}

/** Which key, 1 to `rows`, an operation has: by the parameter `keys`, which is a distribution, or the name of one over all rows. */
export function keysOf(context: WorkloadContext, rows: number): (index: number) => number {
  const text = context.param('keys')
  const distribution = parseDistribution(/[(]/.test(text) ? text : `${text}(1..${rows})`)
  return (index) => distribution.draw(context.random(index), index)
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

/** A length, or a distribution of lengths. */
function sizesOf(context: WorkloadContext): Distribution {
  const text = context.param('size')
  return parseDistribution(/[(]/.test(text) ? text : `FIXED(${text})`)
}
