import { ttl, writeTime } from '../../../../src/spark/connectors/cassandra/index.ts'
import { connectorKit, create, withCassandra } from './kit.ts'

withCassandra(
  'a table is written and read whole, by columns, conditions, counts and spans',
  async (t) => {
    const { sc, session, keyspace } = await connectorKit(t)
    await create(
      session,
      `CREATE TABLE ${keyspace}.event ("campaignId" int, id int, "eventType" text, value bigint, PRIMARY KEY ("campaignId", id))`,
    )
    const rows = Array.from({ length: 2000 }, (_, i) => ({
      campaignId: i % 20,
      id: i,
      eventType: i % 3 === 0 ? 'click' : 'view',
      value: BigInt(i),
    }))
    await sc.parallelize(rows, 3).saveToCassandra(keyspace, 'event')

    const table = sc.cassandraTable<(typeof rows)[number]>(keyspace, 'event')
    const read = await table.collect()
    t.deepEqual(
      [...read].sort((a, b) => a.id - b.id),
      rows,
    )
    t.true((await table.getNumPartitions()) >= 5)
    t.is(await table.cassandraCount(), 2000n)
    t.is(await table.where('"eventType" = ?', 'click').cassandraCount(), 667n)
    t.is((await table.where('"campaignId" = ?', 7).collect()).length, 100)
    t.is(await table.where('"campaignId" = ?', 7).getNumPartitions(), 1)
    t.deepEqual(await table.where('"campaignId" = ? AND id < ?', 7, 40).select('id').collect(), [
      { id: 7 },
      { id: 27 },
    ])
    t.deepEqual(
      await table.where('"campaignId" = ?', 7).withDescOrder().limit(2).select('id').collect(),
      [{ id: 1987 }, { id: 1967 }],
    )
    t.is(await table.perPartitionLimit(2).count(), 40)
    const spans = await table.spanBy(({ campaignId }) => campaignId).collect()
    t.is(spans.length, 20)
    t.true(spans.every(([key, span]) => span.length === 100 && span[0]?.campaignId === key))
    t.is(
      (await table.keyBy('eventType').spanByKey().collect()).flatMap(([, all]) => all).length,
      2000,
    )
    const sums = await table
      .keyBy<string>('eventType')
      .mapValues(({ value }) => value)
      .reduceByKey((a, b) => a + b)
      .collect()
    t.deepEqual(
      new Map(sums),
      new Map([
        [
          'click',
          rows.filter((row) => row.eventType === 'click').reduce((sum, row) => sum + row.value, 0n),
        ],
        [
          'view',
          rows.filter((row) => row.eventType === 'view').reduce((sum, row) => sum + row.value, 0n),
        ],
      ]),
    )
    const told = await table.where('"eventType" = ?', 'click').select('id').explain()
    t.regex(told, /^SELECT "id" FROM "[^"]+"\."event" WHERE .*"eventType" = \? ALLOW FILTERING/)
    t.regex(told, /LOCAL_ONE/)
    t.regex(told, /data centre: datacenter1/)
  },
)

withCassandra(
  'times to live, timestamps, nulls, unset columns and conditions are as asked',
  async (t) => {
    const { sc, session, keyspace } = await connectorKit(t)
    await create(session, `CREATE TABLE ${keyspace}.kept (id int PRIMARY KEY, a text, b text)`)
    const both = [{ id: 1, a: 'one', b: 'two' }]
    await sc.parallelize(both).saveToCassandra(keyspace, 'kept', { ttl: 500, timestamp: 1_000_000 })
    const [first] = await sc
      .cassandraTable<Record<string, unknown>>(keyspace, 'kept')
      .select('id', ttl('a'), writeTime('b', 'written'))
      .collect()
    t.is(first?.['written'], 1_000_000n)
    t.true(Number(first?.['ttl(a)']) > 0)

    const table = sc.cassandraTable(keyspace, 'kept')
    await sc.parallelize([{ id: 1, a: null, b: undefined }]).saveToCassandra(keyspace, 'kept')
    t.deepEqual(await table.collect(), [{ id: 1, a: null, b: 'two' }])
    await sc.parallelize([{ id: 1, a: 'x', b: null }]).saveToCassandra(keyspace, 'kept', {
      ignoreNulls: true,
    })
    t.deepEqual(await table.collect(), [{ id: 1, a: 'x', b: 'two' }])
    await sc.parallelize([{ id: 1, a: 'no', b: 'no' }]).saveToCassandra(keyspace, 'kept', {
      ifNotExists: true,
    })
    t.deepEqual(await table.collect(), [{ id: 1, a: 'x', b: 'two' }])
    await sc.parallelize([[2, 'array']]).saveToCassandra(keyspace, 'kept', { columns: ['id', 'b'] })
    await sc.parallelize([{ id: 1 }]).deleteFromCassandra(keyspace, 'kept', { columns: ['b'] })
    t.deepEqual(
      (await table.collect()).sort((p, q) => Number(p['id']) - Number(q['id'])),
      [
        { id: 1, a: 'x', b: null },
        { id: 2, a: null, b: 'array' },
      ],
    )
    await sc.parallelize([{ id: 1 }]).deleteFromCassandra(keyspace, 'kept')
    t.is(await table.count(), 1)
  },
)

withCassandra('joins ask for the rows of keys, and keys go where their replicas are', async (t) => {
  const { sc, session, keyspace } = await connectorKit(t)
  await create(
    session,
    `CREATE TABLE ${keyspace}.orders (id int, item text, PRIMARY KEY (id, item))`,
  )
  await sc
    .parallelize([
      [1, 'a'],
      [1, 'b'],
      [3, 'c'],
    ])
    .saveToCassandra(keyspace, 'orders', { columns: ['id', 'item'] })
  const keys = sc.parallelize([{ id: 1 }, { id: 2 }, { id: 3 }], 2)
  const items = (pairs: readonly (readonly [{ id: number }, unknown])[]): unknown[] =>
    pairs.map(([{ id }, row]) => [id, (row as { item: string } | undefined)?.item])
  t.deepEqual(items(await keys.joinWithCassandraTable(keyspace, 'orders').collect()), [
    [1, 'a'],
    [1, 'b'],
    [3, 'c'],
  ])
  const left = keys.leftJoinWithCassandraTable(keyspace, 'orders', { limit: 1, select: ['item'] })
  t.deepEqual(items(await left.collect()), [
    [1, 'a'],
    [2, undefined],
    [3, 'c'],
  ])
  const placed = await keys.repartitionByCassandraReplica(keyspace, 'orders', 3)
  t.is(await placed.getNumPartitions(), 3)
  t.deepEqual(await placed.preferredLocations(0), ['127.0.0.1'])
  t.deepEqual((await placed.collect()).map(({ id }) => id).sort(), [1, 2, 3])
})

withCassandra(
  'a table is made of rows; collections, counters and batches by replica are written',
  async (t) => {
    const { sc, session, keyspace } = await connectorKit(t)
    const totals = sc.parallelize([
      { campaignId: 'c1', eventType: 'view', total: 2.5, tags: new Set(['x']), at: new Date(0) },
      { campaignId: 'c1', eventType: 'click', total: 1, tags: new Set(['y']), at: new Date(1) },
    ])
    await totals.saveAsCassandraTable(keyspace, 'totals', { clusteringKey: ['eventType'] })
    const table = sc.cassandraTable(keyspace, 'totals')
    t.deepEqual(
      (await table.collect()).map(({ eventType, total }) => [eventType, total]),
      [
        ['click', 1],
        ['view', 2.5],
      ],
    )
    await t.throwsAsync(totals.saveAsCassandraTable(keyspace, 'totals'), {
      code: 'TROUPE_PLATFORM_TABLES_REFUSED',
    })
    await sc
      .parallelize([{ campaignId: 'c1', eventType: 'view', tags: ['z'] }])
      .saveToCassandra(keyspace, 'totals', {
        columns: ['campaignId', 'eventType', { column: 'tags', mode: 'append' }],
      })
    const [view] = await table.where('"campaignId" = ? AND "eventType" = ?', 'c1', 'view').collect()
    t.deepEqual(view?.['tags'], new Set(['x', 'z']))

    await create(session, `CREATE TABLE ${keyspace}.hits (page text PRIMARY KEY, hits counter)`)
    const hits = Array.from({ length: 40 }, (_, i) => ({ page: `p${i % 4}`, hits: 1 }))
    await sc
      .parallelize(hits, 2)
      .saveToCassandra(keyspace, 'hits', { batchKey: 'replica_set', batchRows: 7 })
    t.deepEqual(
      (await sc.cassandraTable(keyspace, 'hits').collect()).map((row) => row['hits']),
      [10n, 10n, 10n, 10n],
    )
  },
)

withCassandra(
  'what is not there, or not of its type, is named with what may be meant',
  async (t) => {
    const { sc, session, keyspace } = await connectorKit(t)
    await create(session, `CREATE TABLE ${keyspace}.event (id int PRIMARY KEY, "campaignId" text)`)
    await t.throwsAsync(sc.cassandraTable(`${keyspace}x`, 'event').count(), {
      code: 'TROUPE_SPARK_CASSANDRA_UNKNOWN',
      message: new RegExp(`no keyspace ${keyspace}x \\(did you mean ${keyspace}\\?\\)`),
    })
    await t.throwsAsync(sc.cassandraTable(keyspace, 'events').count(), {
      code: 'TROUPE_SPARK_CASSANDRA_UNKNOWN',
      message: /no table events \(did you mean event\?\)/,
    })
    await t.throwsAsync(sc.cassandraTable(keyspace, 'event').select('campainId').count(), {
      code: 'TROUPE_SPARK_CASSANDRA_UNKNOWN',
      message: /no column campainId \(did you mean campaignId\?\)/,
    })
    const cases = [
      [{ id: 1, campaign: 'x' }, /no column campaign/],
      [{ id: 1.5 }, /Column id of type int got 1\.5; it takes an integer/],
      [{ campaignId: 'x' }, /has no id, which is part of the key/],
    ] as const
    for (const [row, message] of cases) {
      const error = await t.throwsAsync(
        sc.parallelize([row as object]).saveToCassandra(keyspace, 'event'),
        { code: 'TROUPE_SPARK_JOB_FAILED' },
      )
      t.regex(String((error?.cause as Error | undefined)?.message ?? error?.message), message)
    }
  },
)
