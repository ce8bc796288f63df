import type { CqlSession, TableStore } from '../../platform/index.ts'
import type { SeededStream } from '../generators/index.ts'

/** What a workload is given. One for each task, and one for the schema. */
export interface WorkloadContext {
  readonly keyspace: string
  readonly seed: number
  /** Operations of the whole run, whose numbers are 1 up to it. */
  readonly totalOperations: number
  /** Whether reads are to check what they find. */
  readonly isValidating: boolean
  /** Which store the run has. */
  readonly storeType: 'cassandra' | 'embedded'
  /** Tables of either kind of store. */
  readonly tables: TableStore
  /** Statements of CQL, prepared once each. @throws TROUPE_THROTTLER_STORE_UNSUITABLE on the embedded store */
  readonly cql: CqlSession
  /** A parameter as it was given, or its default. @throws TROUPE_THROTTLER_PARAMETER_INVALID for one that the workload does not have */
  param(name: string): string
  /** A parameter that is a whole number, such as `100k`. @throws TROUPE_THROTTLER_PARAMETER_INVALID */
  count(name: string): number
  /** Chance that is the same for the same numbers. */
  random(...numbers: readonly number[]): SeededStream
  /** Reports rows that are not what they should be. @throws TROUPE_THROTTLER_VALIDATION_FAILED unless `isSound` */
  check(isSound: boolean, what: string): void
}

/** Does one operation; `index` is its number in the run, from 1 on. Its latency is the time until its promise settles. */
export type Operation = (index: number) => Promise<unknown>

/** Operations of a workload that is prepared, and what they come to. */
export interface PreparedWorkload {
  /** Name → operation. */
  readonly operations: Readonly<Record<string, Operation>>
  /** Writes the row of this number, from 1 on, that is to be there before the operations begin. */
  readonly load?: Operation
  /** How many of them. */
  readonly loadCount?: number
}

/** What a test does. A module of a user's own exports one as its default, or these members by name. */
export interface Workload {
  /** One line. */
  readonly description?: string
  /** Where it runs; Cassandra alone by default. */
  readonly stores?: readonly ('cassandra' | 'embedded')[]
  /** Parameter → its default. */
  readonly params?: Readonly<Record<string, string>>
  /** Operation → how often, in proportion to the others. All the same by default; an operation that is not named here is not run. */
  readonly weights?: Readonly<Record<string, number>>
  /** Makes the tables, where they are not; the keyspace is there. */
  schema(context: WorkloadContext): Promise<void>
  /** Once for each task, before its operations: opens tables, parses parameters. */
  prepare(context: WorkloadContext): Promise<PreparedWorkload>
}
