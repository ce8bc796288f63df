import type { TableSchema } from '../../../src/platform/index.ts'
import { eachStore, rowsOf } from './stores.ts'

interface Everything {
  readonly group: string
  readonly id: string
  readonly text: string | null
  readonly int: number | null
  readonly bigint: bigint | null
  readonly double: number | null
  readonly boolean: boolean | null
  readonly blob: Uint8Array | null
  readonly uuid: string | null
  readonly timestamp: Date | null
  readonly camelCase: string | null
}

const everything = (keyspace: string): TableSchema<Everything> => ({
  keyspace,
  name: 'everything',
  columns: {
    group: 'text',
    id: 'uuid',
    text: 'text',
    int: 'int',
    bigint: 'bigint',
    double: 'double',
    boolean: 'boolean',
    blob: 'blob',
    uuid: 'uuid',
    timestamp: 'timestamp',
    camelCase: 'text',
  },
  partitionKey: ['group'],
  clusteringKey: ['id'],
})

const IDS = [
  '00000000-0000-4000-8000-000000000000',
  '7d444840-9dc0-11d1-b245-5ffdce74fad2',
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
] as const

const full: Everything = {
  group: 'a\0b ü',
  id: IDS[2],
  text: 'zero \0 and 𝄞',
  int: -2147483648,
  bigint: -9223372036854775808n,
  double: -1.5e300,
  boolean: false,
  blob: Uint8Array.of(0, 1, 0, 255),
  uuid: IDS[1],
  timestamp: new Date(-1),
  camelCase: '',
}
const empty: Everything = {
  group: 'a\0b ü',
  id: IDS[0],
  text: null,
  int: null,
  bigint: null,
  double: null,
  boolean: null,
  blob: null,
  uuid: null,
  timestamp: null,
  camelCase: null,
}

eachStore('values of all types come back as they were put', async (t, { store, keyspace }) => {
  const table = await store.table(everything(keyspace))
  await table.put(full)
  await table.put({ group: empty.group, id: empty.id })
  t.deepEqual(await table.get({ group: full.group, id: full.id }), full)
  t.deepEqual(await table.get({ group: empty.group, id: empty.id }), empty)
  t.is(await table.get({ group: 'a', id: full.id }), undefined)
  const most = { ...full, id: IDS[1], int: 2147483647, bigint: 9223372036854775807n, double: 0.1 }
  await table.put(most)
  t.deepEqual(await table.get({ group: most.group, id: most.id }), most)
})

eachStore('a put sets what it names, and twice is once', async (t, { store, keyspace }) => {
  const table = await store.table(everything(keyspace))
  const key = { group: 'g', id: IDS[0] }
  await table.put({ ...key, int: 1, text: 'one' })
  await table.put({ ...key, int: 2, boolean: true })
  await table.put({ ...key, int: 2, boolean: true })
  t.deepEqual(await table.get(key), { ...empty, ...key, int: 2, text: 'one', boolean: true })
  await table.put({ ...key, int: null, text: null })
  t.deepEqual(await table.get(key), { ...empty, ...key, boolean: true })
})

eachStore('of all that put a row if it is absent, one does', async (t, { store, keyspace }) => {
  const table = await store.table(everything(keyspace))
  const key = { group: 'g', id: IDS[0] }
  const made = await Promise.all(
    [0, 1, 2, 3].map((int) => table.putIf({ ...key, int, text: 'first' }, 'absent')),
  )
  t.is(made.filter((wasMade) => wasMade).length, 1)
  const int = made.indexOf(true)
  t.is((await table.get(key))?.int, int)
  t.false(await table.putIf({ ...key, text: 'other' }, { int: int + 1 }))
  t.false(await table.putIf({ ...key, text: 'other' }, { int, text: 'second' }))
  t.true(await table.putIf({ ...key, text: 'other' }, { int, text: 'first' }))
  t.is((await table.get(key))?.text, 'other')
  const nobody = { group: 'nobody', id: IDS[0] }
  t.false(await table.putIf({ ...nobody, text: 'other' }, { int }))
  t.is(await table.get(nobody), undefined)
})

interface Reading {
  readonly sensor: string
  readonly day: number
  readonly at: Date
  readonly place: string
  readonly value: number | null
}

const readings = (keyspace: string): TableSchema<Reading> => ({
  keyspace,
  name: 'readings',
  columns: { sensor: 'text', day: 'int', at: 'timestamp', place: 'text', value: 'double' },
  partitionKey: ['sensor', 'day'],
  clusteringKey: ['at', 'place'],
  descending: ['at'],
})

eachStore('a partition is scanned in its order, by pages', async (t, { store, keyspace }) => {
  const table = await store.table(readings(keyspace))
  const times = [-5, 3, 0, 4e12, 7].map((ms) => new Date(ms))
  const all: Reading[] = times.flatMap((at) =>
    ['b', 'a', 'a\0', 'ä', ''].map((place) => ({ sensor: 's', day: 1, at, place, value: 1 })),
  )
  await Promise.all(all.map((row) => table.put(row)))
  for (const [sensor, day] of [
    ['s', 2],
    ['s', -1],
    ['s\0', 1],
    ['r', 1],
  ] as const) {
    await table.put({ sensor, day, at: new Date(0), place: 'other', value: 2 })
  }
  const inOrder = [...all].sort(
    (a, b) =>
      b.at.getTime() - a.at.getTime() || Buffer.compare(Buffer.from(a.place), Buffer.from(b.place)),
  )
  const where = { sensor: 's', day: 1 }
  t.deepEqual(await rowsOf(table.scan({ where })), inOrder)
  t.deepEqual(await rowsOf(table.scan({ where, isReversed: true })), inOrder.toReversed())
  for (const isReversed of [false, true]) {
    const pages: number[] = []
    for await (const page of table.scan({ where, isReversed, pageRows: 10, limit: 23 })) {
      pages.push(page.length)
    }
    t.deepEqual(pages, [10, 10, 3])
  }
  const [from, to] = [new Date(0), new Date(7)]
  const within = inOrder.filter(({ at }) => at >= from && at < to)
  t.deepEqual(await rowsOf(table.scan({ where, from, to })), within)
  t.deepEqual(await rowsOf(table.scan({ where, from, to, isReversed: true })), within.toReversed())
  const at = new Date(3)
  const between = inOrder.filter((row) => row.at.getTime() === 3 && row.place >= 'a')
  t.deepEqual(await rowsOf(table.scan({ where: { ...where, at }, from: 'a' })), between)
  t.deepEqual(await rowsOf(table.scan({ where, limit: 1, columns: ['value', 'place'] })), [
    { value: 1, place: '' },
  ])
  t.deepEqual(await rowsOf(table.scan({ where: { sensor: 'nobody', day: 1 } })), [])
})

interface Ordered {
  readonly all: string
  readonly double: number
  readonly flag: boolean
  readonly id: string
  readonly big: bigint
  readonly bytes: Uint8Array
}

eachStore('keys of all types have one order', async (t, { store, keyspace }) => {
  const table = await store.table<Ordered>({
    keyspace,
    name: 'ordered',
    columns: {
      all: 'text',
      double: 'double',
      flag: 'boolean',
      id: 'uuid',
      big: 'bigint',
      bytes: 'blob',
    },
    partitionKey: ['all'],
    clusteringKey: ['double', 'flag', 'id', 'big', 'bytes'],
    descending: ['big'],
  })
  const row: Ordered = {
    all: 'x',
    double: 0,
    flag: false,
    id: IDS[0],
    big: 0n,
    bytes: new Uint8Array(0),
  }
  // From the least to the greatest: time of version 1 before its bytes, version 1 before version 4.
  const inOrder: Ordered[] = [
    { ...row, double: -Infinity },
    { ...row, double: -2 },
    { ...row, double: -0.5 },
    { ...row, id: '7d444840-9dc0-11d1-b245-5ffdce74fad2' },
    { ...row, id: '0d444840-9dc1-11d1-b245-5ffdce74fad2' },
    { ...row, id: '00000000-0000-11d2-b245-5ffdce74fad2' },
    { ...row, big: 9223372036854775807n },
    { ...row, big: 5n },
    row,
    { ...row, bytes: Uint8Array.of(0) },
    { ...row, bytes: Uint8Array.of(0, 0) },
    { ...row, bytes: Uint8Array.of(1) },
    { ...row, bytes: Uint8Array.of(255) },
    { ...row, big: -7n },
    { ...row, big: -9223372036854775808n },
    { ...row, id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' },
    { ...row, flag: true },
    { ...row, double: 0.25 },
    { ...row, double: 3 },
    { ...row, double: Infinity },
  ]
  await Promise.all([...inOrder].reverse().map((each) => table.put(each)))
  t.deepEqual(await rowsOf(table.scan({ where: { all: 'x' } })), inOrder)
  const most = { all: 'x', double: 0, flag: false, id: IDS[0] }
  const ends = { from: 0n, to: 9223372036854775807n }
  t.deepEqual(
    (await rowsOf(table.scan({ where: most, ...ends }))).map(({ big }) => big),
    [5n, 0n, 0n, 0n, 0n, 0n],
  )
})

interface Counts {
  readonly page: string
  readonly day: number
  readonly hits: bigint
  readonly misses: bigint
}

eachStore('counters add up, also at the same time', async (t, { store, keyspace }) => {
  const table = await store.table<Counts>({
    keyspace,
    name: 'counts',
    columns: { page: 'text', day: 'int', hits: 'counter', misses: 'counter' },
    partitionKey: ['page'],
    clusteringKey: ['day'],
  })
  const key = { page: '/', day: 1 }
  await Promise.all(Array.from({ length: 40 }, () => table.increment(key, { hits: 2n })))
  t.deepEqual(await table.get(key), { ...key, hits: 80n, misses: 0n })
  await table.increment(key, { hits: -90n, misses: 1n })
  t.deepEqual(await rowsOf(table.scan({ where: { page: '/' } })), [
    { ...key, hits: -10n, misses: 1n },
  ])
  await t.throwsAsync(table.put({ ...key, hits: 1n }), { code: 'TROUPE_PLATFORM_TABLES_REFUSED' })
})

eachStore('what can never be done is refused, and named', async (t, { store, keyspace }) => {
  const table = await store.table(everything(keyspace))
  const key = { group: 'g', id: IDS[0] }
  const refused = async (work: Promise<unknown>, message: RegExp): Promise<void> => {
    await t.throwsAsync(work, { code: 'TROUPE_PLATFORM_TABLES_REFUSED', message })
  }
  await refused(table.put({ group: 'g', int: 1 }), /\.everything \(id of the key is missing\)/)
  await refused(table.put({ ...key, int: 1.5 }), /int is 1\.5, not of type int/)
  await refused(table.put({ ...key, bigint: 2n ** 63n }), /bigint is 9223372036854775808, not/)
  await refused(table.put({ ...key, uuid: "x'; DROP" }), /uuid is "x'; DROP", not of type uuid/)
  await refused(table.put({ ...key, other: 1 } as never), /there is no column other/)
  await refused(table.get({ ...key, int: 1 }), /int is not one of group, id/)
  await refused(table.putIf({ ...key, int: 1 }, {}), /a condition has a column/)
  await refused(table.putIf({ ...key, int: 1 }, { int: null }), /nothing in int is no condition/)
  await refused(table.increment(key, { int: 1 }), /it has no counters/)
  await refused(rowsOf(table.scan({ where: {} })), /group of the key is missing/)
  await refused(rowsOf(table.scan({ where: key, from: 1 })), /no column of the clustering key/)
  const schema = everything(keyspace)
  await refused(store.table<Everything>({ ...schema, clusteringKey: [] }), /everything/)
  await refused(store.table<Everything>({ ...schema, descending: ['id'] }), /everything/)
  await refused(store.table<Everything>({ ...schema, partitionKey: [] }), /has no column/)
  const mixed = { id: 'uuid', hits: 'counter', int: 'int' } as const
  await refused(
    store.table({ keyspace, name: 'mixed', columns: mixed, partitionKey: ['id'] } as never),
    /where one column is a counter/,
  )
  await t.notThrowsAsync(store.table(schema))
})
