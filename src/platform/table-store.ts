import { PlatformError } from './errors.ts'

/** Types of columns, by their names in CQL. */
export type ColumnType =
  'text' | 'int' | 'bigint' | 'double' | 'boolean' | 'blob' | 'uuid' | 'timestamp' | 'counter'

/** What a column holds; null for nothing. */
export type ColumnValue = string | number | bigint | boolean | Uint8Array | Date | null

/** The types that a column may have whose values are of this type. */
export type ColumnTypeOf<V> = V extends string
  ? 'text' | 'uuid'
  : V extends number
    ? 'int' | 'double'
    : V extends bigint
      ? 'bigint' | 'counter'
      : V extends boolean
        ? 'boolean'
        : V extends Uint8Array
          ? 'blob'
          : V extends Date
            ? 'timestamp'
            : never

/** A table and its rows' type, whose columns that may be empty are `… | null`. Names are kept as they are written. */
export interface TableSchema<R extends object = Readonly<Record<string, ColumnValue>>> {
  readonly keyspace: string
  readonly name: string
  readonly columns: { readonly [C in keyof R & string]: ColumnTypeOf<NonNullable<R[C]>> }
  /** At least one; all rows of one partition are together. */
  readonly partitionKey: readonly (keyof R & string)[]
  /** Rows of a partition are in the order of these. None by default. */
  readonly clusteringKey?: readonly (keyof R & string)[]
  /** Those of the clustering key whose order is from the last to the first. */
  readonly descending?: readonly (keyof R & string)[]
}

/** Which rows of one partition, and what of them. */
export interface Scan<R extends object> {
  /** The whole partition key, and as many columns of the clustering key, from its first on, as are to be equal. */
  readonly where: Partial<R>
  /** Of the next column of the clustering key: this one or what is greater. */
  readonly from?: R[keyof R]
  /** And what is less than this. */
  readonly to?: R[keyof R]
  readonly isReversed?: boolean
  readonly limit?: number
  /** Only these columns; others are absent then. All by default. */
  readonly columns?: readonly (keyof R & string)[]
  /** Rows of a page, at most. Default 1,000. */
  readonly pageRows?: number
}

/**
 * A table of typed rows. Every failure is one of
 * TROUPE_PLATFORM_TABLES_REFUSED (it will never do: a value of another type),
 * TROUPE_PLATFORM_TABLES_UNREACHABLE (nothing was done: try again later),
 * TROUPE_PLATFORM_TABLES_UNANSWERED (whether it was done is unknown) and, embedded, TROUPE_PLATFORM_STORE_FAILED (as well).
 */
export interface Table<R extends object> {
  /** Sets columns of the row that has this key, which needs not be there. Null empties a column, one that is absent stays. Twice is the same as once. */
  put(row: Partial<R>): Promise<void>
  /**
   * The same, only if no such row is there (`absent`), or if it is and these of its columns, none of them empty, are so; whether that was so. Of all that come at the same time
   * one is first. In a table of counters it is refused, as `put` is.
   */
  putIf(row: Partial<R>, condition: 'absent' | Partial<R>): Promise<boolean>
  get(key: Partial<R>): Promise<R | undefined>
  /** Pages of rows of a partition, in the order of the clustering key; none that is empty. */
  scan(scan: Scan<R>): AsyncIterable<readonly Partial<R>[]>
  /** Adds to counters, from 0. Twice is twice: what is unanswered must not be asked again. */
  increment(key: Partial<R>, by: Partial<R>): Promise<void>
}

export interface TableStore {
  /** Makes the keyspace and the table where they are not. @throws TROUPE_PLATFORM_TABLES_REFUSED, also when the table is another one */
  table<R extends object>(schema: TableSchema<R>): Promise<Table<R>>
  close(): Promise<void>
}

/** Levels of consistency, of reads and writes alike. */
export const CONSISTENCY_LEVELS = [
  'ONE',
  'TWO',
  'THREE',
  'QUORUM',
  'ALL',
  'LOCAL_QUORUM',
  'EACH_QUORUM',
  'LOCAL_ONE',
] as const

export type Consistency = (typeof CONSISTENCY_LEVELS)[number]

/** Which store it is. Plain data; it may have a secret in it. */
export type TableStoreSettings =
  | {
      readonly type: 'embedded'
      /** Where it is kept. */
      readonly directory: string
    }
  | {
      readonly type: 'cassandra'
      /** Some nodes of the cluster, as `host` or `host:port`. */
      readonly contactPoints: readonly string[]
      /** The data centre whose nodes are asked. */
      readonly localDataCenter: string
      /** Of keyspaces that are made: copies, or copies by data centre. Default 1. */
      readonly replication?: number | Readonly<Record<string, number>>
      /** Default QUORUM. */
      readonly readConsistency?: Consistency
      /** Default QUORUM. */
      readonly writeConsistency?: Consistency
      readonly credentials?: { readonly username: string; readonly password: string }
      /** What is not answered within it fails. Default 10,000. */
      readonly timeoutMs?: number
    }

export interface TableStores {
  /** @throws as all methods of {@link Table} do */
  open(settings: TableStoreSettings): Promise<TableStore>
}

export function tablesRefused(table: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_TABLES_REFUSED',
    `The table store does not take this for ${table} (${reason}): change what is asked for, the same again is refused again.`,
    { cause, data: { table, reason } },
  )
}

export function tablesUnreachable(where: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_TABLES_UNREACHABLE',
    `The table store at ${where} can't be reached (${reason}), nothing was done: see that enough nodes run, and try again.`,
    { cause, data: { where, reason } },
  )
}

export function tablesUnanswered(where: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_TABLES_UNANSWERED',
    `The table store at ${where} has not answered (${reason}), what was asked for may have been done: ask again where twice is the same as once.`,
    { cause, data: { where, reason } },
  )
}
