import type { RateLimit, RateLimits } from './rate-limits.ts'

/** When a call has its turn, in milliseconds from now; or the capacity that it would exceed. */
export type Turn = { readonly waitMs: number } | { readonly exceeded: number }

interface Bucket {
  readonly limit: RateLimit
  /** When the next call has its turn. */
  nextMs: number
  /** Of those that wait, when each has its turn, the first first. */
  waiting: readonly number[]
}

/** Gives calls their turn, in order, at the rate of their principals. @see master/master.cpp of Apache Mesos, BoundedRateLimiter */
export class Throttle {
  readonly #limits: RateLimits
  readonly #buckets = new Map<string, Bucket>()
  readonly #others: Bucket

  constructor(limits: RateLimits) {
    this.#limits = limits
    this.#others = { limit: limits.aggregate, nextMs: 0, waiting: [] }
  }

  /** The turn of a call that comes at `nowMs`, which never goes back. */
  take(principal: string | undefined, nowMs: number): Turn {
    const bucket = this.#bucket(principal)
    const { qps, capacity } = bucket.limit
    if (qps === undefined) return { waitMs: 0 }
    bucket.waiting = bucket.waiting.filter((dueMs) => dueMs > nowMs)
    if (capacity !== undefined && bucket.waiting.length >= capacity && bucket.nextMs > nowMs) {
      return { exceeded: capacity }
    }
    const dueMs = Math.max(nowMs, bucket.nextMs)
    bucket.nextMs = dueMs + 1000 / qps
    if (dueMs > nowMs) bucket.waiting = [...bucket.waiting, dueMs]
    return { waitMs: dueMs - nowMs }
  }

  #bucket(principal: string | undefined): Bucket {
    const limit = principal === undefined ? undefined : this.#limits.byPrincipal.get(principal)
    if (principal === undefined || limit === undefined) return this.#others
    const known = this.#buckets.get(principal)
    if (known !== undefined) return known
    const made: Bucket = { limit, nextMs: 0, waiting: [] }
    this.#buckets.set(principal, made)
    return made
  }
}
