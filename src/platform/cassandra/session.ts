import type {
  CqlBatchOptions,
  CqlColumnInfo,
  CqlOptions,
  CqlQuery,
  CqlResult,
  CqlRing,
  CqlRow,
  CqlSession,
  CqlSettings,
  CqlValue,
} from '../cql.ts'
import { pagesOf } from '../cql-pages.ts'
import { tablesUnreachable } from '../table-store.ts'
import { CONSISTENCIES, clientOf } from './client.ts'
import {
  loadDriver,
  type Client,
  type Driver,
  type Host,
  type QueryOptions,
  type types,
} from './driver.ts'
import { cassandraFailure } from './failures.ts'
import { ringOf, tokenOf } from './ring.ts'
import { DriverValues, type DriverType } from './values.ts'

/** So much of a statement is in an error about it. */
const SUBJECT_LENGTH = 200

/** A session with a Cassandra cluster, by cassandra-driver, which is loaded with the first of them. Statements are prepared once. */
export class CassandraSession implements CqlSession {
  readonly #driver: Driver
  readonly #client: Client
  readonly #values: DriverValues
  readonly #where: string
  readonly #consistency: number

  private constructor(driver: Driver, client: Client, settings: CqlSettings) {
    this.#driver = driver
    this.#client = client
    this.#values = new DriverValues(driver)
    this.#where = settings.contactPoints.join(',')
    this.#consistency = CONSISTENCIES[settings.consistency ?? 'LOCAL_QUORUM']
  }

  /** Connects; fails when no node answers in time. */
  static async open(settings: CqlSettings): Promise<CassandraSession> {
    const driver = await loadDriver()
    let client: Client | undefined
    try {
      client = clientOf(driver, settings)
      await client.connect()
    } catch (error) {
      await client?.shutdown().catch(() => undefined)
      const where = settings.contactPoints.join(',')
      throw cassandraFailure(error, `a session with ${where}`, where)
    }
    return new CassandraSession(driver, client, settings)
  }

  execute(
    query: string,
    params: readonly CqlValue[] = [],
    options: CqlOptions = {},
  ): Promise<CqlResult> {
    try {
      const sent = this.#values.sent(params)
      return this.#client.execute(query, sent, this.#optionsOf(options)).then(
        (result) => new DriverResult(this.#driver, this.#values, result),
        (error: unknown) => this.#fail(error, options.subject ?? query),
      )
    } catch (error) {
      return this.#fail(error, options.subject ?? query)
    }
  }

  async batch(queries: readonly CqlQuery[], options: CqlBatchOptions = {}): Promise<CqlResult> {
    try {
      const sent = queries.map(({ query, params }) => ({
        query,
        params: this.#values.sent(params),
      }))
      const result = await this.#client.batch(sent, {
        ...this.#optionsOf(options),
        logged: options.isLogged ?? true,
        counter: options.isOfCounters ?? false,
      })
      return new DriverResult(this.#driver, this.#values, result)
    } catch (error) {
      return this.#fail(error, options.subject ?? queries[0]?.query ?? 'an empty batch')
    }
  }

  pages(
    query: string,
    params: readonly CqlValue[] = [],
    options: CqlOptions = {},
  ): AsyncGenerator<CqlResult, void, undefined> {
    return pagesOf(this, query, params, options)
  }

  async ring(keyspace: string): Promise<CqlRing> {
    if (!Object.hasOwn(this.#client.metadata.keyspaces, keyspace)) {
      // It may be that new.
      await this.#client.metadata
        .refreshKeyspace(keyspace)
        .catch((error: unknown) => this.#fail(error, keyspace))
    }
    return ringOf(this.#client, keyspace)
  }

  token(values: readonly CqlValue[], types: readonly string[]): bigint | undefined {
    return tokenOf(this.#driver, this.#client, this.#values, values, types)
  }

  close(): Promise<void> {
    return this.#client.shutdown()
  }

  #optionsOf(options: CqlOptions): QueryOptions {
    const { consistency, serialConsistency, timestamp, fetchSize, pageState, timeoutMs } = options
    const query: QueryOptions = {
      prepare: options.prepare ?? true,
      consistency: consistency === undefined ? this.#consistency : CONSISTENCIES[consistency],
      isIdempotent: options.isIdempotent ?? false,
    }
    if (serialConsistency !== undefined) query.serialConsistency = CONSISTENCIES[serialConsistency]
    if (timestamp !== undefined) query.timestamp = timestamp
    if (fetchSize !== undefined) query.fetchSize = fetchSize
    if (pageState !== undefined) query.pageState = pageState
    if (timeoutMs !== undefined) query.readTimeout = timeoutMs
    if (options.host !== undefined) {
      const host = this.#client.hosts.get(options.host) as Host | undefined
      if (host === undefined) throw tablesUnreachable(options.host, 'the cluster has no such node')
      query.host = host
    }
    return query
  }

  #fail(error: unknown, subject: string): Promise<never> {
    return Promise.reject(cassandraFailure(error, subject.slice(0, SUBJECT_LENGTH), this.#where))
  }
}

/** What was answered; the driver's own rows, of which only columns of certain types are changed. */
class DriverResult implements CqlResult {
  readonly rows: readonly CqlRow[]
  readonly #driver: Driver
  readonly #result: types.ResultSet

  constructor(driver: Driver, values: DriverValues, result: types.ResultSet) {
    this.#driver = driver
    this.#result = result
    // Neither is there for what has no rows.
    const rows = result.rows as types.Row[] | undefined
    if (rows !== undefined) values.received(rows, result.columns)
    this.rows = rows ?? []
  }

  get columns(): readonly CqlColumnInfo[] {
    const { getDataTypeNameByCode } = this.#driver.types as unknown as {
      readonly getDataTypeNameByCode: (type: DriverType) => string
    }
    const columns = this.#result.columns as unknown as DriverColumns | null
    return (columns ?? []).map(({ name, type }) => ({ name, type: getDataTypeNameByCode(type) }))
  }

  get pageState(): string | undefined {
    // It is null behind the last page.
    return this.#result.pageState ?? undefined
  }

  get wasApplied(): boolean {
    return this.#result.wasApplied()
  }

  get coordinator(): string {
    return this.#result.info.queriedHost
  }
}

type DriverColumns = readonly { readonly name: string; readonly type: DriverType }[]
