/** What a search looks for, and within what. */
export interface SearchLimits {
  /** Response time that is not to be exceeded… */
  readonly latencyMs: number
  /** …by this percentile, 0..100. */
  readonly percentile: number
  readonly fromPerSecond: number
  readonly toPerSecond: number
  /** 0..1: how near the answer is to be. Default 0.05. */
  readonly precisionRatio?: number
}

/** What was seen at a rate, over as long as one step takes. */
export interface SearchObservation {
  /** Operations that ended well, each second. */
  readonly perSecond: number
  /** Response time at the percentile of the limits. */
  readonly latencyMs: number
  readonly errors: number
}

export interface Search {
  readonly limits: SearchLimits
  /** To be tried now; of a search that is over: the answer, 0 when not even the lowest will do. */
  readonly perSecond: number
  readonly isOver: boolean
  /** The highest that did. */
  readonly best: number
  /** The lowest that did not; Infinity while none did not. */
  readonly worst: number
}

/** Below this share of what was asked for, a rate counts as not reached. */
const REACHED = 0.95

/**
 * The highest rate at which latency stays within its limit, all operations end well, and what is asked for is reached: rates are doubled
 * until one will not do, and then halved between.
 */
export function beginSearch(limits: SearchLimits): Search {
  return { limits, perSecond: limits.fromPerSecond, isOver: false, best: 0, worst: Infinity }
}

export function searchNext(search: Search, seen: SearchObservation): Search {
  if (search.isOver) return search
  const { limits, perSecond } = search
  const { latencyMs, toPerSecond, precisionRatio = 0.05 } = limits
  const isGood =
    seen.latencyMs <= latencyMs && seen.errors === 0 && seen.perSecond >= REACHED * perSecond
  const best = isGood ? perSecond : search.best
  const worst = isGood ? search.worst : perSecond
  const isFound =
    (isGood && perSecond >= toPerSecond) ||
    (!isGood && perSecond <= limits.fromPerSecond) ||
    worst - best <= precisionRatio * best
  if (isFound) return { limits, perSecond: best, isOver: true, best, worst }
  const next = worst === Infinity ? Math.min(toPerSecond, best * 2) : (best + worst) / 2
  return { limits, perSecond: next, isOver: false, best, worst }
}
