import { tablesRefused, tablesUnanswered, tablesUnreachable } from '../table-store.ts'
import { TroupeError } from '../troupe-error.ts'

/** Codes of the protocol for requests of which nothing was done, and that may do later: too few nodes, too much to do. */
const LATER: ReadonlySet<number> = new Set([0x1000, 0x1001, 0x1002])
/** And for those of which some part may have been done. */
const UNKNOWN: ReadonlySet<number> = new Set([0x0000, 0x1100, 0x1200, 0x1300, 0x1500, 0x1700])

interface DriverFailure {
  readonly name: string
  readonly message: string
  readonly code?: unknown
  readonly innerErrors?: Readonly<Record<string, unknown>>
}

/** What cassandra-driver has thrown, in the words of the port. @param where the nodes that were given */
export function cassandraFailure(error: unknown, subject: string, where: string): TroupeError {
  if (error instanceof TroupeError) return error
  const { name, message, code, innerErrors = {} } = error as DriverFailure
  if (name === 'NoHostAvailableError') {
    // One node after another was asked: if any of them may have done it, who knows.
    const failures = Object.entries(innerErrors).map(([host, inner]) =>
      cassandraFailure(inner, subject, host),
    )
    const unknown = failures.find(({ code }) => code === 'TROUPE_PLATFORM_TABLES_UNANSWERED')
    const [first = ''] = Object.values(innerErrors).map((inner) => (inner as Error).message)
    return unknown ?? tablesUnreachable(where, first === '' ? message : first, error)
  }
  if (typeof code === 'number') {
    if (LATER.has(code)) return tablesUnreachable(where, message, error)
    if (UNKNOWN.has(code)) return tablesUnanswered(where, message, error)
    return tablesRefused(subject, message, error)
  }
  if (name === 'OperationTimedOutError') return tablesUnanswered(where, message, error)
  if (code === 'ECONNREFUSED' || name === 'BusyConnectionError') {
    return tablesUnreachable(where, message, error)
  }
  if (name === 'TypeError' || name === 'ArgumentError' || name === 'AuthenticationError') {
    return tablesRefused(subject, message, error)
  }
  return tablesUnanswered(where, message, error)
}
