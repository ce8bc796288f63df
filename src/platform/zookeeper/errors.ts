import { PlatformError } from '../errors.ts'
import { TroupeError } from '../troupe-error.ts'

/** What ZooKeeper answers that a caller may deal with. */
export type Refusal = 'no-node' | 'node-exists' | 'no-children-of-ephemerals' | 'other'

const NAMES: Readonly<Record<number, Refusal>> = {
  [-101]: 'no-node',
  [-110]: 'node-exists',
  [-108]: 'no-children-of-ephemerals',
}

/** ZooKeeper refused an operation with one of its error numbers. */
export function refused(operation: string, path: string, code: number): PlatformError {
  const refusal = NAMES[code] ?? 'other'
  return new PlatformError(
    'TROUPE_PLATFORM_ZOOKEEPER_REFUSED',
    `ZooKeeper refuses to ${operation} ${path}: ${refusal} (${code})`,
    { data: { operation, path, code, refusal } },
  )
}

/** What a refusal says; undefined of another error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof TroupeError) || error.code !== 'TROUPE_PLATFORM_ZOOKEEPER_REFUSED')
    return undefined
  return (error.data as { readonly refusal: Refusal }).refusal
}

/** The session is not to be had, or over. */
export function sessionLost(why: string): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_ZOOKEEPER_FAILED',
    `There is no session with ZooKeeper: ${why}`,
    { data: { why } },
  )
}

/** What has come is nothing that ZooKeeper says. */
export function unspeakable(what: string): PlatformError {
  return sessionLost(`what answers there is no ZooKeeper, it says ${what}`)
}
