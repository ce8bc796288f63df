import { MesosError } from '../errors.ts'
import { isObject, readObject } from './json-flag.ts'

/** How many calls a second, and how many may wait for their turn; unbounded where nothing is said. */
export interface RateLimit {
  readonly qps?: number
  readonly capacity?: number
}

/** Limits by principal; those of others, and of frameworks without one, share `aggregate`. */
export interface RateLimits {
  readonly byPrincipal: ReadonlyMap<string, RateLimit>
  readonly aggregate: RateLimit
}

/**
 * Reads rate limits as Mesos has them: `{"limits":[{"principal":"p","qps":10,"capacity":100}],"aggregate_default_qps":50}`.
 * @throws TROUPE_MESOS_RATE_LIMITS_INVALID
 */
export function parseRateLimits(text: string): RateLimits {
  const value = readObject(text, invalid)
  const { limits = [] } = value
  if (!Array.isArray(limits)) throw invalid("'limits' is no list")
  const byPrincipal = new Map<string, RateLimit>()
  for (const [at, given] of (limits as readonly unknown[]).entries()) {
    const where = `limits[${at}]`
    if (!isObject(given)) throw invalid(`${where} is no object`)
    const { principal } = given
    if (typeof principal !== 'string') throw invalid(`${where} has no principal`)
    if (byPrincipal.has(principal)) throw invalid(`Duplicate principal ${principal}`)
    byPrincipal.set(principal, limitOf(given['qps'], given['capacity'], where))
  }
  const { aggregate_default_qps: qps, aggregate_default_capacity: capacity } = value
  return { byPrincipal, aggregate: limitOf(qps, capacity, 'aggregate_default') }
}

function limitOf(qps: unknown, capacity: unknown, where: string): RateLimit {
  if (qps !== undefined && !(typeof qps === 'number' && qps > 0)) {
    throw invalid(`the qps of ${where} is not positive`)
  }
  if (capacity !== undefined && !(typeof capacity === 'number' && capacity >= 0)) {
    throw invalid(`the capacity of ${where} is no number of calls`)
  }
  return {
    ...(qps !== undefined && { qps }),
    ...(capacity !== undefined && { capacity }),
  }
}

function invalid(why: string, cause?: unknown): MesosError {
  return new MesosError(
    'TROUPE_MESOS_RATE_LIMITS_INVALID',
    `The rate limits can't be used: ${why}. They are written as for Mesos: {"limits":[{"principal":"p","qps":10,"capacity":100}],"aggregate_default_qps":50}.`,
    { data: { why }, ...(cause !== undefined && { cause }) },
  )
}
