import type { Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import {
  defaultDoor,
  replay,
  startIngest,
  type IngestService,
  type StoreSettings,
} from '../../../ingest/index.ts'
import { bodyOf, type Environment } from '../../../platform/index.ts'
import { haveOutages } from './outages.ts'
import { storedIn, type Stored } from './stored.ts'

const ADDRESS = { host: '127.0.0.1', port: 31_337 }
const EVENTS = 60
const LANES = 4
const PAUSE_MS = 120
const CAMPAIGN = '275ef6a3-2f92-4b6e-8e1b-0b7ed9d0d3c1'
const TYPES = ['click', 'view']

const STORES: StoreSettings = {
  log: { type: 'kafka', brokers: ['kafka:9092'] },
  tables: { type: 'cassandra', contactPoints: ['cassandra'], localDataCenter: 'datacenter1' },
  topics: { events: 'raw_events', deadLetters: 'raw_events_dead', partitions: 3, replicas: 1 },
  keyspace: 'demo',
  table: 'event',
  writers: 2,
}
const DOOR = { ...defaultDoor, ...ADDRESS, waitMs: 1_500, drainMs: 1_000, maxWaiting: 16 }

interface Sent {
  readonly id: string
  readonly campaignId: string
  readonly eventType: string
  readonly value: number
  readonly timestamp: string
}

/** What the service told of its totals, and what is stored. */
interface Result {
  readonly told: readonly string[]
  readonly rows: readonly string[]
}

export const ingest: Scenario<Result> = {
  name: 'ingest',
  description:
    'events come in over HTTP while Kafka, Cassandra, the service and links to it break, also right after an answer',
  world: { delay: { minMs: 1, maxMs: 10 } },
  limitMs: 120_000,
  restMs: 10_000,
  faults: {
    atMost: 5,
    withinMs: [0, 8_000],
    kinds: [
      { type: 'kill-process', node: 'service', weight: 3 },
      { type: 'cut-link', from: 'client', to: 'service', forMs: [50, 2_000], weight: 2 },
      { type: 'reset-link', from: 'client', to: 'service', weight: 2 },
      { type: 'freeze', node: 'service', forMs: [50, 2_500] },
      { type: 'slow-node', node: 'service', forMs: [200, 3_000] },
      { type: 'skew-clock', node: 'service', offsetMs: [-60_000, 60_000], forMs: [500, 5_000] },
    ],
  },
  async start(stage) {
    const play = new IngestPlay(stage)
    await play.start()
    return play
  },
}

class IngestPlay implements Play<Result> {
  readonly #stage: Stage
  readonly #events: readonly Sent[]
  /** Ids of events that were answered with success. */
  readonly #acknowledged: Set<string> = new Set()
  /** Those after whose answer the process is killed at once. */
  readonly #fatal: ReadonlySet<string>
  #service: IngestService | undefined
  #stored: Stored | undefined

  constructor(stage: Stage) {
    this.#stage = stage
    const { random } = stage
    this.#events = Array.from({ length: EVENTS }, (_, n) => ({
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      campaignId: CAMPAIGN,
      eventType: TYPES[random.int(TYPES.length)] ?? 'click',
      value: 1 + random.int(100),
      timestamp: '2016-03-15 12:15:39',
    }))
    this.#fatal = new Set([random.int(EVENTS), random.int(EVENTS)].map((n) => this.#id(n)))
    stage.atRest('what was answered with success is in the log and in the table', () => {
      const lost = [...this.#acknowledged].find(
        (id) => this.#stored?.logged.has(id) !== true || !this.#stored.rows.has(id),
      )
      return lost && `${lost} is lost`
    })
    stage.atRest('an event is one row', () => {
      const doubled = [...(this.#stored?.rows ?? [])].find(([, rows]) => rows.length > 1)
      return doubled && `${doubled[0]} is ${doubled[1].length} rows`
    })
    stage.atRest('what is in the table is in the log', () => {
      const made = [...(this.#stored?.rows.keys() ?? [])].find(
        (id) => this.#stored?.logged.has(id) !== true,
      )
      return made && `${made} was never logged`
    })
  }

  async start(): Promise<void> {
    await this.#stage.node('service', (environment) => this.#boot(environment), { restartMs: 300 })
  }

  async run(): Promise<Result> {
    const { world, random, isTwin } = this.#stage
    const client = this.#stage.environment('client')
    const heal = isTwin ? (): void => undefined : haveOutages(world, random)
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      for (let at = lane; at < this.#events.length; at += LANES) {
        await this.#send(client, this.#events[at] as Sent)
        await this.#stage.pause(PAUSE_MS)
      }
    })
    await Promise.all(lanes)
    heal()
    const told = await Promise.all(TYPES.map((type) => this.#total(client, type)))
    this.#stored = await storedIn(client, STORES, CAMPAIGN, TYPES)
    await replay(client, { stores: STORES, topic: 'raw_events', waitMs: 5_000 })
    const rows = rowsOf(this.#stored)
    const replayed = rowsOf(await storedIn(client, STORES, CAMPAIGN, TYPES))
    if (replayed.join() !== rows.join()) {
      const what = `there were ${rows.length} rows, and are ${replayed.length}`
      this.#stage.violated('a replay changes nothing', what)
    }
    return { told, rows }
  }

  async stop(): Promise<void> {
    if (this.#stage.isAlive('service')) await this.#service?.stop()
  }

  #id(n: number): string {
    return this.#events[n]?.id ?? ''
  }

  async #boot(environment: Environment): Promise<void> {
    this.#service = await startIngest(environment, { stores: STORES, door: DOOR })
  }

  /** Sends an event until it is answered with success. */
  async #send(client: Environment, event: Sent): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify(event))
    for (;;) {
      const status = await this.#asked(client, 'POST', '/event', body)
      if (status?.status === 200) break
      await this.#stage.pause(PAUSE_MS)
    }
    this.#acknowledged.add(event.id)
    const stage = this.#stage
    if (stage.isTwin || !this.#fatal.has(event.id)) return
    if (stage.isAlive('service')) stage.world.kill('service')
  }

  async #total(client: Environment, type: string): Promise<string> {
    for (;;) {
      const found = await this.#asked(client, 'GET', `/campaign/${CAMPAIGN}/totals/${type}`)
      if (found?.status === 200) return found.text
      await this.#stage.pause(PAUSE_MS)
    }
  }

  /** Undefined where no answer came. */
  async #asked(
    client: Environment,
    method: string,
    target: string,
    body: Uint8Array = new Uint8Array(0),
  ): Promise<{ readonly status: number; readonly text: string } | undefined> {
    const headers = { 'content-type': 'application/json' }
    try {
      const request = { method, target, headers, body }
      const response = await client.http.request(ADDRESS, request, { timeoutMs: 3_000 })
      const text = new TextDecoder().decode(await bodyOf(response))
      return { status: response.status, text }
    } catch {
      // It is not known what became of it: it is sent again.
      return undefined
    }
  }
}

function rowsOf({ rows }: Stored): readonly string[] {
  return [...rows.values()].flat()
}
