import type { EventLogSettings, HttpTls, TableStoreSettings } from '../platform/index.ts'
import type { Topics } from './rim/index.ts'

/** Where events go. */
export interface StoreSettings {
  readonly log: EventLogSettings
  readonly tables: TableStoreSettings
  /** 1 … 249 letters, digits, dots, dashes and underscores. */
  readonly topics: Topics
  /** 1 … 48 letters, digits and underscores. */
  readonly keyspace: string
  readonly table: string
  /** Actors that write rows, each over a connection of its own. 1 … 64. */
  readonly writers: number
}

/** What the service takes, and how long it has for it. */
export interface DoorSettings {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly tls?: HttpTls
  /** Of a body, unpacked. */
  readonly maxBodyBytes: number
  /** Events of one request. */
  readonly maxBatchEvents: number
  /** A request that has not come whole by then is answered with 408. */
  readonly requestTimeoutMs: number
  /** An event that is not in the log and in the table by then is answered with 503. */
  readonly waitMs: number
  /** Events that wait at a time; more are answered with 503 at once. */
  readonly maxWaiting: number
  /** How long requests that are at work may take when the service is told to end. */
  readonly drainMs: number
}

export interface IngestSettings {
  readonly stores: StoreSettings
  readonly door: DoorSettings
}

export const DEFAULT_TOPIC = 'raw_events'

/** What the settings are that nobody has named. */
export const defaultDoor: DoorSettings = {
  host: '127.0.0.1',
  port: 31_337,
  maxBodyBytes: 1024 * 1024,
  maxBatchEvents: 10_000,
  requestTimeoutMs: 30_000,
  waitMs: 10_000,
  maxWaiting: 20_000,
  drainMs: 10_000,
}
