import test, { type ExecutionContext } from 'ava'
import {
  bodyOf,
  memoryEnvironment,
  type Environment,
  type MemoryWorld,
} from '../../src/platform/index.ts'
import {
  defaultDoor,
  eventTable,
  replay,
  startIngest,
  type StoreSettings,
} from '../../src/ingest/index.ts'

const stores: StoreSettings = {
  log: { type: 'kafka', brokers: ['kafka:9092'] },
  tables: { type: 'cassandra', contactPoints: ['cassandra'], localDataCenter: 'datacenter1' },
  topics: { events: 'raw_events', deadLetters: 'raw_events_dead', partitions: 2, replicas: 1 },
  keyspace: 'demo',
  table: 'event',
  writers: 2,
}
const address = { host: '127.0.0.1', port: 31_337 }
const campaignId = '275ef6a3-2f92-4b6e-8e1b-0b7ed9d0d3c1'
const event = (n: number, value = 5): object => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  campaignId,
  eventType: 'click',
  value,
  timestamp: '2016-03-15 12:15:39',
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly json: Record<string, unknown>
}

type Ask = (method: string, target: string, content?: unknown) => Promise<Answer>

function asker({ http }: Environment): Ask {
  return async (method, target, content) => {
    const response = await http.request(
      address,
      {
        method,
        target,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode(content === undefined ? '' : JSON.stringify(content)),
      },
      { timeoutMs: 60_000 },
    )
    const text = new TextDecoder().decode(await bodyOf(response))
    const { status, headers } = response
    return { status, headers, json: JSON.parse(text) as Record<string, unknown> }
  }
}

/** Runs a body against a service in memory. */
function served(
  title: string,
  body: (t: ExecutionContext, ask: Ask, world: MemoryWorld) => Promise<void>,
  limits: Partial<typeof defaultDoor> = {},
): void {
  test(title, (t) => {
    const world = memoryEnvironment()
    const run = async (): Promise<void> => {
      const service = await startIngest(world.environment('service'), {
        stores,
        door: { ...defaultDoor, ...address, waitMs: 3_000, ...limits },
      })
      await body(t, asker(world.environment('client')), world)
      await service.stop()
    }
    return world.until(run())
  })
}

served('an event is answered once it is in the log and in the table', async (t, ask) => {
  t.is((await ask('POST', '/event', event(1))).status, 200)
  const total = await ask('GET', `/campaign/${campaignId}/totals/click`)
  t.deepEqual(total.json, { campaignId, eventType: 'click', total: 5 })
})

served('an event that comes again is the same row, and counts once', async (t, ask) => {
  for (const value of [5, 5, 7]) {
    t.is((await ask('POST', '/event', event(1, value))).status, 200)
  }
  t.is((await ask('GET', `/campaign/${campaignId}/totals/click`)).json['total'], 7)
})

for (const type of ['unreachable', 'unanswered'] as const) {
  for (const server of ['interposeEventLogs', 'interposeTableStores'] as const) {
    served(`${server}: what is ${type} for a while waits, and is stored`, async (t, ask, world) => {
      const mend = world[server](() => ({ type, reason: 'it is down' }))
      const asked = ask('POST', '/event', event(1))
      const timer = world.environment('client').clock.setTimer(1_000, mend)
      t.is((await asked).status, 200)
      timer.cancel()
      t.is((await ask('GET', `/campaign/${campaignId}/totals/click`)).json['total'], 5)
    })

    served(`${server}: what is ${type} for long is answered with 503`, async (t, ask, world) => {
      const mend = world[server](() => ({ type, reason: 'it is down' }))
      const { status, headers, json } = await ask('POST', '/event', event(1))
      t.is(status, 503)
      t.is(headers['retry-after'], '1')
      t.like(json, { error: { code: 'TROUPE_INGEST_UNAVAILABLE' } })
      t.regex(JSON.stringify(json), /it is down/)
      const ready = await ask('GET', '/ready')
      t.is(ready.status, 503)
      t.regex(JSON.stringify(ready.json), /it is down/)
      t.is((await ask('GET', '/health')).status, 200)
      mend()
      t.is((await ask('POST', '/event', event(1))).status, 200)
      // The other writer may not have been tried again yet.
      const { clock } = world.environment('client')
      while ((await ask('GET', '/ready')).status !== 200) {
        await new Promise<void>((resolve) => void clock.setTimer(100, resolve))
      }
      t.is((await ask('GET', `/campaign/${campaignId}/totals/click`)).json['total'], 5)
    })
  }
}

served('what the table refuses is a dead letter, with the reason', async (t, ask, world) => {
  const mend = world.interposeTableStores((operation) =>
    operation === 'put' ? { type: 'refused', reason: 'too sour' } : undefined,
  )
  const { status, json } = await ask('POST', '/event', event(1))
  t.is(status, 422)
  t.like(json, { error: { code: 'TROUPE_INGEST_EVENT_REFUSED', isDeadLetter: true } })
  mend()
  const environment = world.environment('client')
  const log = await environment.eventLogs.open(stores.log)
  const bounds = await log.bounds('raw_events_dead')
  const reader = log.read(
    'raw_events_dead',
    bounds.map(({ first, next }, partition) => ({ partition, from: first, until: next })),
  )
  const [dead] = (await reader.next())?.events ?? []
  t.deepEqual(JSON.parse(new TextDecoder().decode(dead?.value)), event(1))
  t.regex(dead?.headers['reason'] ?? '', /too sour/)
  t.is(await reader.next(), undefined)
  // Once the table takes it, the dead letter is replayed.
  const report = await replay(environment, { stores, topic: 'raw_events_dead', waitMs: 1_000 })
  t.like(report, { read: 1, written: 1, refused: 0, invalid: 0 })
  t.is((await ask('GET', `/campaign/${campaignId}/totals/click`)).json['total'], 5)
})

served('what the log refuses is told, and kept nowhere', async (t, ask, world) => {
  world.interposeEventLogs((operation) =>
    operation === 'append' ? { type: 'refused', reason: 'too large' } : undefined,
  )
  const { status, json } = await ask('POST', '/event', event(1))
  t.is(status, 422)
  t.like(json, { error: { code: 'TROUPE_INGEST_EVENT_REFUSED', isDeadLetter: false } })
})

served(
  'more events than may wait are answered with 503 at once',
  async (t, ask, world) => {
    world.interposeTableStores((operation) =>
      operation === 'put' ? { type: 'late', byMs: 1_000 } : undefined,
    )
    const answers = await Promise.all([1, 2, 3].map((n) => ask('POST', '/event', event(n))))
    t.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 503])
    t.regex(JSON.stringify(answers), /2 events wait already/)
  },
  { maxWaiting: 2 },
)

served('a batch has a result for each of its events', async (t, ask) => {
  const { status, json } = await ask('POST', '/events', [event(1), { value: 1 }, event(2)])
  t.is(status, 207)
  const results = json['results'] as readonly { readonly status: number }[]
  t.deepEqual(
    results.map((one) => one.status),
    [200, 400, 200],
  )
  t.is((await ask('POST', '/events', [event(3)])).status, 200)
  t.is((await ask('POST', '/events', [{}, {}])).status, 400)
  t.is((await ask('POST', '/events', event(3))).status, 400)
  t.is((await ask('POST', '/events', [])).status, 200)
  t.is((await ask('GET', `/campaign/${campaignId}/totals/click`)).json['total'], 15)
})

served(
  'a batch of too many events is refused as a whole',
  async (t, ask) => {
    const { status, json } = await ask('POST', '/events', [event(1), event(2), event(3)])
    t.is(status, 413)
    t.like(json, { error: { code: 'TROUPE_INGEST_TOO_LARGE' } })
  },
  { maxBatchEvents: 2 },
)

test('a replay of an interval patches the table, and twice is the same as once', (t) => {
  const world = memoryEnvironment({ startWallMs: Date.parse('2026-01-01T00:00:00Z') })
  const environment = world.environment('replay')
  const run = async (): Promise<void> => {
    const log = await environment.eventLogs.open(stores.log)
    await log.makeTopic('raw_events', { partitions: 2 })
    const append = (value: unknown): Promise<unknown> =>
      log.append('raw_events', [{ value: new TextEncoder().encode(JSON.stringify(value)) }])
    const second = (): Promise<void> =>
      new Promise((resolve) => void environment.clock.setTimer(1_000, resolve))
    for (const n of [1, 2, 3, 4]) {
      await append(event(n, n))
      await append(event(n, n))
      await second()
    }
    await append('no event')
    const id = (row: { readonly id?: unknown }): string => String(row.id).slice(-1)
    const rows = async (): Promise<readonly string[]> => {
      const store = await environment.tableStores.open(stores.tables)
      const table = await store.table(eventTable('demo', 'event'))
      const found: string[] = []
      const where = { campaign_id: campaignId, event_type: 'click' }
      for await (const page of table.scan({ where })) found.push(...page.map(id))
      return found
    }
    const settings = { stores, topic: 'raw_events', waitMs: 1_000 }
    const [fromMs, toMs] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:03Z'].map(Date.parse)
    for (let again = 0; again < 2; again += 1) {
      const report = await replay(environment, {
        ...settings,
        ...(fromMs !== undefined && { fromMs }),
        ...(toMs !== undefined && { toMs }),
      })
      t.deepEqual(report, { read: 4, written: 4, refused: 0, invalid: 0, samples: [] })
      t.deepEqual(await rows(), ['2', '3'])
    }
    const whole = await replay(environment, settings)
    t.like(whole, { read: 9, written: 8, invalid: 1 })
    t.regex(whole.samples[0]?.reason ?? '', /must be object/)
    t.deepEqual(await rows(), ['1', '2', '3', '4'])
    world.interposeTableStores(() => ({ type: 'unreachable', reason: 'it is down' }))
    await t.throwsAsync(replay(environment, settings), {
      code: 'TROUPE_INGEST_REPLAY_STOPPED',
      message: /it is down/,
    })
  }
  return world.until(run())
})
