import { PersistentMap } from '../persistent-map.ts'
import { contains, unallocated, type Resources } from '../resources/index.ts'

const YEAR_MS = 365 * 24 * 3600 * 1000

/** A refusal: no offer that fits within `refused`, until it has expired *and* a run has heeded it. */
export interface OfferFilter {
  readonly refused: Resources
  readonly untilMs: number
  /** The runs there had been when it was made; a later one over its agent has heeded it. */
  readonly sinceRun: number
}

/** Role → agent id → refusals; what has expired is dropped when the next refusal comes. */
export type OfferFilters = ReadonlyMap<string, PersistentMap<readonly OfferFilter[]>>

/** When a filter is looked at, and how often its agent had been considered by then. */
export interface FilterMoment {
  readonly nowMs: number
  /** The number of the last run, before this one, that considered the agent. */
  readonly lastRun: number
}

/**
 * The filters with one more refusal. It lives for `refuseMs`, at most a year, but never shorter than an interval
 * of allocation. A refusal of 0 adds nothing.
 */
export function addFilter(
  filters: OfferFilters,
  role: string,
  agentId: string,
  refusal: {
    readonly resources: Resources
    readonly refuseMs: number
    readonly intervalMs: number
    readonly runs: number
    readonly moment: FilterMoment
  },
): OfferFilters {
  if (refusal.refuseMs <= 0) return filters
  const { nowMs } = refusal.moment
  const filter: OfferFilter = {
    refused: unallocated(refusal.resources),
    untilMs: nowMs + Math.max(refusal.intervalMs, Math.min(refusal.refuseMs, YEAR_MS)),
    sinceRun: refusal.runs,
  }
  const ofRole = filters.get(role) ?? PersistentMap.empty()
  const alive = (ofRole.get(agentId) ?? []).filter((one) => holds(one, refusal.moment))
  return new Map(filters).set(role, ofRole.with(agentId, [...alive, filter]))
}

/** Whether a refusal stands against `offered` (unallocated): one that holds, of no less than that. */
export function isFiltered(
  filters: OfferFilters,
  role: string,
  agentId: string,
  offered: Resources,
  moment: FilterMoment,
): boolean {
  const ofAgent = filters.get(role)?.get(agentId)
  return ofAgent?.some((one) => holds(one, moment) && contains(one.refused, offered)) ?? false
}

/** The filters without any about `agentId`. */
export function forgetAgent(filters: OfferFilters, agentId: string): OfferFilters {
  if (![...filters.values()].some((ofRole) => ofRole.has(agentId))) return filters
  return new Map([...filters].map(([role, ofRole]) => [role, ofRole.without(agentId)]))
}

/** Whether a filter stands at that moment. */
export function holds(filter: OfferFilter, { nowMs, lastRun }: FilterMoment): boolean {
  return nowMs < filter.untilMs || lastRun <= filter.sinceRun
}
