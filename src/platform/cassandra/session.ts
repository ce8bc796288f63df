import type { Client, types } from 'cassandra-driver'
import type { Consistency, ColumnValue } from '../table-store.ts'
import { cassandraFailure } from './failures.ts'

/** One statement of CQL, with `?` for its values. */
export interface Statement {
  readonly cql: string
  readonly values: readonly ColumnValue[]
  readonly consistency: Consistency
  /** Whether twice is the same as once: others are never asked again by themselves. */
  readonly isIdempotent: boolean
  readonly pageRows?: number
  /** Where the page before has ended. */
  readonly pageState?: string
}

export interface StatementResult {
  readonly rows: readonly Readonly<Record<string, ColumnValue>>[]
  /** Of a statement with a condition: whether it held. */
  readonly wasApplied: boolean
  /** Where the next page begins; undefined behind the last. */
  readonly pageState: string | undefined
}

export interface SessionSettings {
  readonly contactPoints: readonly string[]
  readonly localDataCenter: string
  readonly credentials?: { readonly username: string; readonly password: string }
  readonly timeoutMs: number
}

const CONSISTENCIES: Readonly<Record<Consistency, number>> = {
  ONE: 1,
  TWO: 2,
  THREE: 3,
  QUORUM: 4,
  ALL: 5,
  LOCAL_QUORUM: 6,
  EACH_QUORUM: 7,
  LOCAL_ONE: 10,
}
const DEFAULT_PORT = 9042
const MAX_PREPARED = 500

/** A session with a Cassandra cluster, by cassandra-driver, which is loaded with the first of them. Statements are prepared once. */
export class CassandraSession {
  readonly #client: Client
  readonly #where: string

  private constructor(client: Client, where: string) {
    this.#client = client
    this.#where = where
  }

  /** Connects; fails when no node answers in time. */
  static async open(settings: SessionSettings): Promise<CassandraSession> {
    const { contactPoints, localDataCenter, credentials, timeoutMs } = settings
    const { default: driver } = await import('cassandra-driver')
    const { policies } = driver
    const where = contactPoints.join(',')
    const client = new driver.Client({
      contactPoints: contactPoints.map((point) =>
        /:\d+$/.test(point) ? point : `${point}:${DEFAULT_PORT}`,
      ),
      localDataCenter,
      ...(credentials !== undefined && { credentials: { ...credentials } }),
      maxPrepared: MAX_PREPARED,
      protocolOptions: { port: portOf(contactPoints[0] ?? '') },
      encoding: {
        map: Map,
        set: Set,
        useBigIntAsLong: true,
        useBigIntAsVarint: true,
        useUndefinedAsUnset: true,
      },
      policies: {
        // The usual one asks again also where twice is not the same as once.
        retry: new policies.retry.IdempotenceAwareRetryPolicy(new policies.retry.RetryPolicy()),
        reconnection: new policies.reconnection.ExponentialReconnectionPolicy(100, 5000, false),
      },
      socketOptions: { readTimeout: timeoutMs, connectTimeout: Math.min(5000, timeoutMs) },
    })
    // What goes wrong with a node in the background shows in what is asked next.
    client.on('log', () => undefined)
    const session = new CassandraSession(client, where)
    try {
      await client.connect()
    } catch (error) {
      await client.shutdown().catch(() => undefined)
      throw cassandraFailure(error, '', where)
    }
    return session
  }

  /** @param subject what the statement is about, for errors */
  async execute(subject: string, statement: Statement): Promise<StatementResult> {
    const { cql, values, consistency, isIdempotent, pageRows, pageState } = statement
    try {
      const result = await this.#client.execute(cql, values.map(sent), {
        prepare: true,
        consistency: CONSISTENCIES[consistency],
        isIdempotent,
        ...(pageRows !== undefined && { fetchSize: pageRows }),
        ...(pageState !== undefined && { pageState }),
      })
      return {
        rows: rowsOf(result),
        wasApplied: result.wasApplied(),
        // It is null behind the last page.
        pageState: result.pageState ?? undefined,
      }
    } catch (error) {
      throw cassandraFailure(error, subject, this.#where)
    }
  }

  close(): Promise<void> {
    return this.#client.shutdown()
  }
}

function portOf(point: string): number {
  return Number(/:(\d+)$/.exec(point)?.[1] ?? DEFAULT_PORT)
}

/** What the driver takes: bytes as a Buffer. */
function sent(value: ColumnValue): unknown {
  if (!(value instanceof Uint8Array)) return value
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

function rowsOf(result: types.ResultSet): readonly Readonly<Record<string, ColumnValue>>[] {
  const names = (result.columns as readonly { readonly name: string }[] | null)?.map(
    ({ name }) => name,
  )
  if (names === undefined) return []
  return result.rows.map((row) => {
    const plain: Record<string, ColumnValue> = {}
    for (const name of names) plain[name] = received(row[name])
    return plain
  })
}

/** Plain data for what the driver has classes for. */
function received(value: unknown): ColumnValue {
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return (value ?? null) as ColumnValue
  }
  if (value instanceof Uint8Array) return new Uint8Array(value)
  // A uuid.
  return (value as types.Uuid).toString()
}
