import type { Environment } from '../../platform/index.ts'
import { ThrottlerError } from '../errors.ts'
import { mixed } from './mixed.ts'
import { collections, lightweightTransactions, rangeScan, wideRows } from './statements.ts'
import { counters, insert, keyValue, timeSeries } from './tables.ts'
import type { Workload } from './workload.ts'

/** Name → workload, of those that are built in. */
export const builtInWorkloads: Readonly<Record<string, Workload>> = {
  insert,
  'key-value': keyValue,
  'time-series': timeSeries,
  'wide-rows': wideRows,
  counters,
  collections,
  lwt: lightweightTransactions,
  'range-scan': rangeScan,
  mixed,
}

/**
 * A built-in workload by its name, or that of a module by its path (one that has a slash or ends as a module does) or URL.
 * @throws TROUPE_THROTTLER_WORKLOAD_INVALID
 */
export async function findWorkload(
  { modules, disk }: Pick<Environment, 'modules' | 'disk'>,
  name: string,
): Promise<Workload> {
  const builtIn = Object.hasOwn(builtInWorkloads, name) ? builtInWorkloads[name] : undefined
  if (builtIn !== undefined) return builtIn
  const isUrl = /^[a-z]+:\/\//.test(name)
  if (!isUrl && !/[/\\]|\.[cm]?[jt]s$/.test(name)) {
    throw invalid(name, `it is none of ${Object.keys(builtInWorkloads).join(', ')}, nor a path`)
  }
  const url = new URL(isUrl ? name : 'file://')
  if (!isUrl) url.pathname = disk.absolute(name)
  let loaded: Readonly<Record<string, unknown>>
  try {
    loaded = await modules.load(url.href)
  } catch (cause) {
    throw invalid(name, (cause as Error).message, cause)
  }
  const found = (loaded['default'] ?? loaded) as Partial<Record<keyof Workload, unknown>>
  for (const member of ['schema', 'prepare'] as const) {
    if (typeof found[member] !== 'function') throw invalid(name, `it exports no ${member}()`)
  }
  return found as unknown as Workload
}

export function invalid(name: string, reason: string, cause?: unknown): ThrottlerError {
  return new ThrottlerError(
    'TROUPE_THROTTLER_WORKLOAD_INVALID',
    `The workload ${name} can't be run: ${reason}.`,
    { cause, data: { name, reason } },
  )
}
