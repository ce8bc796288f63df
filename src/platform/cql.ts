import type { Consistency } from './table-store.ts'

/**
 * A column stays as it was: as a value of a statement that is prepared, and not the same as null, which empties it. It is `undefined`, and so
 * travels wherever that does.
 */
export const UNSET = undefined

/**
 * What a column holds, by its type in CQL:
 *
 * | type | value |
 * |---|---|
 * | ascii, text, varchar | string |
 * | tinyint, smallint, int, float, double | number |
 * | bigint, counter, varint | bigint |
 * | decimal | string of digits, exact with its scale; `12E3` for a scale below 0 |
 * | boolean | boolean |
 * | timestamp | Date |
 * | date, time | string `2024-02-29`, `08:12:54.123456789` |
 * | duration | string as `1mo2d3h`; given by {@link cqlDuration} |
 * | uuid, timeuuid, inet | string |
 * | blob | Uint8Array |
 * | list, set, map | Array, Set, Map |
 * | tuple, vector | Array; given by {@link cqlTuple}, {@link cqlVector} |
 * | a type of the user's | object with its fields |
 *
 * Null is nothing; see {@link UNSET} for undefined. A collection that is not frozen and has nothing in it is null.
 */
export type CqlValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | readonly CqlValue[]
  | ReadonlySet<CqlValue>
  | ReadonlyMap<CqlValue, CqlValue>
  | { readonly [field: string]: CqlValue }
  | CqlTyped
  | null
  | undefined

export type CqlRow = Readonly<Record<string, CqlValue>>

/** A value that would be taken for one of another type: a tuple for a list, a duration for a text. */
export class CqlTyped {
  readonly kind: 'tuple' | 'vector' | 'duration' | 'decimal'
  readonly value: CqlValue

  constructor(kind: CqlTyped['kind'], value: CqlValue) {
    this.kind = kind
    this.value = value
  }
}

export function cqlTuple(elements: readonly CqlValue[]): CqlTyped {
  return new CqlTyped('tuple', elements)
}

export function cqlVector(elements: readonly CqlValue[]): CqlTyped {
  return new CqlTyped('vector', elements)
}

/** @param text as `1y2mo3w4d5h6m7s8ms9us10ns`, or in ISO 8601 */
export function cqlDuration(text: string): CqlTyped {
  return new CqlTyped('duration', text)
}

/** @param text digits with a sign, a point and an exponent, where they are needed: for those with an exponent, which need it */
export function cqlDecimal(text: string): CqlTyped {
  return new CqlTyped('decimal', text)
}

export type CqlConsistency = Consistency | 'ANY'
export type CqlSerialConsistency = 'SERIAL' | 'LOCAL_SERIAL'

/** How a session is made. Plain data; it may have a secret in it. */
export interface CqlSettings {
  /** Some nodes of the cluster, as `host` or `host:port`. */
  readonly contactPoints: readonly string[]
  /** The port of those without one. Default 9042. */
  readonly port?: number
  /** The only data centre whose nodes are asked; any without it. */
  readonly localDataCenter?: string
  /** To each node. Default 1. */
  readonly connectionsPerHost?: number
  /** In flight on a connection before others wait or fail; 1 to 32,768. Default 2,048. */
  readonly requestsPerConnection?: number
  readonly credentials?: { readonly username: string; readonly password: string }
  /** TLS: the file's contents, as PEM, of whom to trust and who one is. Without it: none. */
  readonly tls?: {
    readonly ca?: string
    readonly certificate?: string
    readonly key?: string
    /** Default true. */
    readonly isServerVerified?: boolean
  }
  /** Of statements without their own. Default LOCAL_QUORUM. */
  readonly consistency?: CqlConsistency
  /** What is not answered within it fails; 0 for never. Default 10,000. */
  readonly timeoutMs?: number
  /** Until a connection counts as not made. Default 5,000, or `timeoutMs` when that is less. */
  readonly connectTimeoutMs?: number
  /** Delays between attempts to connect again. Default 100 to 5,000. */
  readonly reconnection?: { readonly minMs: number; readonly maxMs: number }
  /** Statements that are kept prepared; above, the oldest are forgotten. Default 500. */
  readonly maxPrepared?: number
  /** Whether the driver asks again, another node or the same, where twice is the same as once. Default true. */
  readonly isRetrying?: boolean
}

export interface CqlOptions {
  /** Default true. Values of a statement that is not have types that are guessed from them. */
  readonly prepare?: boolean
  readonly consistency?: CqlConsistency
  readonly serialConsistency?: CqlSerialConsistency
  /** Whether twice is the same as once: others are never asked again. Default false. */
  readonly isIdempotent?: boolean
  /** When it was written, in microseconds of Unix time; the driver's clock by default. */
  readonly timestamp?: number
  /** Rows of a page. Default 5,000. */
  readonly fetchSize?: number
  /** Where the page before has ended. */
  readonly pageState?: string
  /** Instead of the session's. */
  readonly timeoutMs?: number
  /** The one node that is asked, as its `address`; it fails when that is away. */
  readonly host?: string
  /** What it is about, for errors; the statement by default. */
  readonly subject?: string
}

export interface CqlColumnInfo {
  readonly name: string
  readonly type: string
}

export interface CqlResult {
  /** Rows of this page; empty for a statement without any. */
  readonly rows: readonly CqlRow[]
  readonly columns: readonly CqlColumnInfo[]
  /** Where the next page begins; undefined behind the last. */
  readonly pageState: string | undefined
  /** Of a statement with a condition: whether it held. */
  readonly wasApplied: boolean
  /** The address of the node that was asked. */
  readonly coordinator: string
}

export interface CqlQuery {
  readonly query: string
  readonly params: readonly CqlValue[]
}

export interface CqlBatchOptions extends Omit<CqlOptions, 'fetchSize' | 'pageState'> {
  /** Whether all or nothing of it is done in the end. Default true. */
  readonly isLogged?: boolean
  /** Of counters. Default false. */
  readonly isOfCounters?: boolean
}

export interface CqlNode {
  /** `host:port`. */
  readonly address: string
  readonly dataCenter: string
  readonly rack: string
  readonly isUp: boolean
}

/** Tokens above `start`, which is the lowest when undefined, up to `end` with it, the highest when undefined. None wraps round. */
export interface CqlTokenRange {
  readonly start: bigint | undefined
  readonly end: bigint | undefined
  /** Addresses, of all data centres; the first is the owner. */
  readonly replicas: readonly string[]
}

export interface CqlRing {
  /** The last part of its class's name, as `Murmur3Partitioner`. */
  readonly partitioner: string
  readonly nodes: readonly CqlNode[]
  /** All ranges in order, with the replicas that they have for a keyspace. */
  readonly ranges: readonly CqlTokenRange[]
}

/**
 * A session with a Cassandra cluster. All of its methods fail with TROUPE_PLATFORM_TABLES_REFUSED: the same again is refused again;
 * TROUPE_PLATFORM_TABLES_UNREACHABLE: nothing was done, and may be later; or TROUPE_PLATFORM_TABLES_UNANSWERED: it may have been done.
 */
export interface CqlSession {
  execute(query: string, params?: readonly CqlValue[], options?: CqlOptions): Promise<CqlResult>
  batch(queries: readonly CqlQuery[], options?: CqlBatchOptions): Promise<CqlResult>
  /** Pages as they come, the next asked for when the one before is taken; at least one, which may be empty. */
  pages(
    query: string,
    params?: readonly CqlValue[],
    options?: CqlOptions,
  ): AsyncGenerator<CqlResult, void, undefined>
  /** @throws TROUPE_PLATFORM_TABLES_REFUSED also for a keyspace that is not there, and a partitioner whose tokens are no numbers */
  ring(keyspace: string): Promise<CqlRing>
  /**
   * The token of a partition key, by the values and the types in CQL of its columns in their order; undefined for types that are not simple.
   */
  token(values: readonly CqlValue[], types: readonly string[]): bigint | undefined
  close(): Promise<void>
}

/** Clusters of Cassandra that a program can reach, in their own language. */
export interface Cassandra {
  /** Connects, as {@link CqlSession} fails when no node answers in time. */
  connect(settings: CqlSettings): Promise<CqlSession>
}
