import type { LocalityLevel } from '../../events/index.ts'

/** The levels, the nearest first: a level is its place in this list. */
export const LEVELS: readonly LocalityLevel[] = [
  'PROCESS_LOCAL',
  'NODE_LOCAL',
  'NO_PREF',
  'RACK_LOCAL',
  'ANY',
]

/** Places of {@link LEVELS}. Racks are of no concern as long as nobody says what stands in which. */
export const LEVEL: Readonly<Record<'process' | 'node' | 'noPref' | 'any', number>> = {
  process: 0,
  node: 1,
  noPref: 2,
  any: 4,
}

/** A place at which a task is best run: a host, or one executor of it that holds what the task reads. */
export interface TaskLocation {
  readonly host: string
  readonly executorId: string | undefined
}

const EXECUTOR = 'executor_'

/** Reads a preferred location: a host, or `executor_<host>_<id>`. @see TaskLocation.scala in Spark */
export function locationOf(text: string): TaskLocation {
  if (!text.startsWith(EXECUTOR)) return { host: text, executorId: undefined }
  const rest = text.slice(EXECUTOR.length)
  const at = rest.indexOf('_')
  if (at < 0) return { host: text, executorId: undefined }
  return { host: rest.slice(0, at), executorId: rest.slice(at + 1) }
}

/** The text of the location of an executor that holds what a task reads. */
export function executorLocation(host: string, executorId: string): string {
  return `${EXECUTOR}${host}_${executorId}`
}
