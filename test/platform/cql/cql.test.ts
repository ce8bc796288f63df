import test from 'ava'
import {
  cqlDecimal,
  cqlDuration,
  cqlTable,
  cqlTuple,
  cqlUserTypes,
  cqlVector,
  memoryEnvironment,
  nodeEnvironment,
  UNSET,
  type CqlSession,
  type CqlSettings,
  type CqlValue,
} from '../../../src/platform/index.ts'
import { testWith } from '../../mesos/foreign/programs.ts'
import { needService, ownName, service } from '../../services/service.ts'

const cassandra = await service('cassandra')
const withCassandra = testWith(cassandra)

function settingsOf(contactPoints: readonly string[]): CqlSettings {
  return { contactPoints, localDataCenter: 'datacenter1', timeoutMs: 45_000 }
}

async function keyspaceOf(session: CqlSession): Promise<string> {
  const keyspace = ownName('cql')
  await session.execute(
    `CREATE KEYSPACE ${keyspace} WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
    [],
    { prepare: false },
  )
  return keyspace
}

const VALUES: Readonly<Record<string, readonly [type: string, value: CqlValue, read?: CqlValue]>> =
  {
    ascii: ['ascii', 'plain'],
    text: ['text', 'ключ 🎭'],
    empty: ['text', ''],
    tiny: ['tinyint', -128],
    smallint: ['smallint', 32_767],
    int: ['int', -2_147_483_648],
    float: ['float', 0.5],
    double: ['double', Math.PI],
    big: ['bigint', -(2n ** 63n)],
    varint: ['varint', -(10n ** 40n)],
    decimal: ['decimal', '-12345678901234567890.1230'],
    large: ['decimal', cqlDecimal('-12e3'), '-12E3'],
    small: ['decimal', cqlDecimal('1.5E-9'), '0.0000000015'],
    yes: ['boolean', true],
    at: ['timestamp', new Date('1969-12-31T23:59:59.999Z')],
    date: ['date', '1900-02-28'],
    time: ['time', '08:12:54.123456789'],
    duration: ['duration', cqlDuration('1mo2d3h'), '1mo2d3h'],
    uuid: ['uuid', '0f2e4871-1234-4abc-8def-0123456789ab'],
    timeuuid: ['timeuuid', '2c2a2c40-0f5b-11ef-8000-325096b39f47'],
    inet: ['inet', '127.0.0.1'],
    inet6: ['inet', '2001:db8::1'],
    blob: ['blob', new Uint8Array([0, 255, 7])],
    list: ['list<bigint>', [1n, 2n]],
    blobs: ['list<blob>', [new Uint8Array([1])]],
    frozenEmpty: ['frozen<list<int>>', []],
    set: ['set<uuid>', new Set(['0f2e4871-1234-4abc-8def-0123456789ab'])],
    map: ['map<text, decimal>', new Map([['a', '1.50']])],
    nested: ['map<text, frozen<list<date>>>', new Map([['a', ['2024-02-29']]])],
    tuple: ['tuple<int, text, uuid>', cqlTuple([1, null, null]), [1, null, null]],
    vector: ['vector<float, 3>', cqlVector([0.5, 1, -2]), [0.5, 1, -2]],
    nothing: ['int', null],
    unset: ['int', UNSET, null],
  }

withCassandra('all types of columns keep their values', async (t) => {
  t.timeout(120_000)
  const session = await nodeEnvironment().cassandra.connect(settingsOf(needService(t, cassandra)))
  t.teardown(() => session.close())
  const keyspace = await keyspaceOf(session)
  const ddl = { prepare: false }
  await session.execute(
    `CREATE TYPE ${keyspace}.place (street text, "houseNo" int, ip inet)`,
    [],
    ddl,
  )
  const values = {
    ...VALUES,
    place: ['frozen<place>', { street: 'Hof', houseNo: 7, ip: '10.0.0.1' }],
    half: ['frozen<place>', { street: 'Hof' }, { street: 'Hof', houseNo: null, ip: null }],
  } as typeof VALUES
  const columns = Object.entries(values).map(([name, [type]]) => `"${name}" ${type}`)
  await session.execute(
    `CREATE TABLE ${keyspace}.all_types (id int PRIMARY KEY, ${columns.join(', ')})`,
    [],
    ddl,
  )
  const names = Object.keys(values).map((name) => `"${name}"`)
  const places = names.map(() => '?').join(', ')
  await session.execute(
    `INSERT INTO ${keyspace}.all_types (id, ${names.join(', ')}) VALUES (?, ${places})`,
    [1, ...Object.values(values).map(([, value]) => value)],
  )
  const {
    rows,
    columns: found,
    pageState,
  } = await session.execute(`SELECT * FROM ${keyspace}.all_types WHERE id = ?`, [1])
  t.is(pageState, undefined)
  t.deepEqual(
    found.find(({ name }) => name === 'nested'),
    {
      name: 'nested',
      type: 'map<varchar, list<date>>',
    },
  )
  for (const [name, [, value, read = value]] of Object.entries(values)) {
    t.deepEqual(rows[0]?.[name], read, name)
  }
  const table = await cqlTable(session, keyspace, 'all_types')
  t.deepEqual(table?.partitionKey, ['id'])
  t.is(table?.columns.find(({ name }) => name === 'frozenEmpty')?.type, 'frozen<list<int>>')
  t.deepEqual(await cqlUserTypes(session, keyspace), [
    {
      name: 'place',
      fields: [
        { name: 'street', type: 'text' },
        { name: 'houseNo', type: 'int' },
        { name: 'ip', type: 'inet' },
      ],
    },
  ])
})

withCassandra('pages, batches, conditions and tokens are as in Cassandra', async (t) => {
  t.timeout(120_000)
  const session = await nodeEnvironment().cassandra.connect(settingsOf(needService(t, cassandra)))
  t.teardown(() => session.close())
  const keyspace = await keyspaceOf(session)
  await session.execute(
    `CREATE TABLE ${keyspace}.pairs (a text, b int, n int, v int, PRIMARY KEY ((a, b), n))`,
    [],
    { prepare: false },
  )
  const insert = `INSERT INTO ${keyspace}.pairs (a, b, n, v) VALUES (?, ?, ?, ?)`
  await session.batch(
    Array.from({ length: 7 }, (_, n) => ({ query: insert, params: ['x', 1, n, n * n] })),
    { isLogged: false, isIdempotent: true },
  )
  const sizes: number[] = []
  for await (const { rows } of session.pages(
    `SELECT v FROM ${keyspace}.pairs WHERE a = ? AND b = ?`,
    ['x', 1],
    { fetchSize: 3 },
  )) {
    sizes.push(rows.length)
  }
  t.deepEqual(sizes, [3, 3, 1])
  const again = await session.execute(`${insert} IF NOT EXISTS`, ['x', 1, 0, 9])
  t.deepEqual([again.wasApplied, again.rows[0]?.['v']], [false, 0])

  const { rows } = await session.execute(`SELECT token(a, b) AS t FROM ${keyspace}.pairs LIMIT 1`)
  const token = session.token(['x', 1], ['text', 'int'])
  t.is(token, rows[0]?.['t'] as bigint)
  const ring = await session.ring(keyspace)
  t.is(ring.partitioner, 'Murmur3Partitioner')
  t.is(ring.ranges[0]?.start, undefined)
  t.is(ring.ranges.at(-1)?.end, undefined)
  for (const [i, range] of ring.ranges.entries()) {
    if (i > 0) t.is(range.start, ring.ranges[i - 1]?.end)
    t.deepEqual(
      range.replicas,
      ring.nodes.slice(0, 1).map(({ address }) => address),
    )
  }
  await t.throwsAsync(session.execute(`SELECT * FROM ${keyspace}.nowhere`), {
    code: 'TROUPE_PLATFORM_TABLES_REFUSED',
    message: /nowhere/,
  })
  await t.throwsAsync(session.ring('nowhere'), { code: 'TROUPE_PLATFORM_TABLES_REFUSED' })
  await t.throwsAsync(session.execute(insert, [1, 1, 1, 1]), {
    code: 'TROUPE_PLATFORM_TABLES_REFUSED',
  })
  await t.throwsAsync(session.execute(insert, ['x', 1, 1, 1], { host: '127.0.0.9:1' }), {
    code: 'TROUPE_PLATFORM_TABLES_UNREACHABLE',
  })
})

test('in a simulation a program answers for Cassandra', (t) => {
  const world = memoryEnvironment()
  const run = async (): Promise<void> => {
    const session = await world.environment().cassandra.connect(settingsOf(['cassandra']))
    await t.throwsAsync(session.execute('SELECT 1'), { code: 'TROUPE_PLATFORM_TABLES_REFUSED' })
    const end = world.serveCql((query, params) => ({ rows: [{ query, param: params[0] }] }))
    const { rows } = await session.execute('SELECT ?', [7n])
    t.deepEqual(rows, [{ query: 'SELECT ?', param: 7n }])
    const mend = world.interposeTableStores((operation) =>
      operation === 'execute' ? { type: 'unanswered', reason: 'told' } : undefined,
    )
    await t.throwsAsync(session.execute('SELECT 1'), { code: 'TROUPE_PLATFORM_TABLES_UNANSWERED' })
    mend()
    end()
    await t.throwsAsync(session.execute('SELECT 1'), { code: 'TROUPE_PLATFORM_TABLES_REFUSED' })
  }
  return world.until(run())
})
