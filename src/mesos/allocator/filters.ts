import { contains, unallocated, type Resources } from '../resources/index.ts'
import type { AllocatorFramework, OfferFilter } from './state.ts'

const YEAR_MS = 365 * 24 * 3600 * 1000

type Filters = AllocatorFramework['filters']

/**
 * The filters with one more refusal. It lives for `refuseMs`, at most a year, but never shorter than an interval
 * of allocation. A refusal of 0 adds nothing.
 */
export function addFilter(
  filters: Filters,
  role: string,
  agentId: string,
  refusal: {
    readonly resources: Resources
    readonly refuseMs: number
    readonly intervalMs: number
    readonly nowMs: number
  },
): Filters {
  if (refusal.refuseMs <= 0) return filters
  const livesMs = Math.max(refusal.intervalMs, Math.min(refusal.refuseMs, YEAR_MS))
  const filter: OfferFilter = {
    refused: unallocated(refusal.resources),
    untilMs: refusal.nowMs + livesMs,
    wasHeeded: false,
  }
  const ofRole = new Map(filters.get(role))
  ofRole.set(agentId, [...(ofRole.get(agentId) ?? []), filter])
  return new Map(filters).set(role, ofRole)
}

/** Whether a refusal holds against `offered` (unallocated): one that is no more than was refused. */
export function isFiltered(
  filters: Filters,
  role: string,
  agentId: string,
  offered: Resources,
): boolean {
  const ofAgent = filters.get(role)?.get(agentId)
  return ofAgent?.some((filter) => contains(filter.refused, offered)) ?? false
}

/** The filters without those that have expired and been heeded. */
export function dropExpired(filters: Filters, nowMs: number): Filters {
  return mapFilters(filters, (_, all) => {
    const alive = all.filter((filter) => nowMs < filter.untilMs || !filter.wasHeeded)
    return alive.length === all.length ? all : alive
  })
}

/** The filters after a run that considered these agents. */
export function markHeeded(filters: Filters, considered: ReadonlySet<string>): Filters {
  return mapFilters(filters, (agentId, all) =>
    considered.has(agentId) && all.some((filter) => !filter.wasHeeded)
      ? all.map((filter) => ({ ...filter, wasHeeded: true }))
      : all,
  )
}

/** The filters without any about `agentId`. */
export function forgetAgent(filters: Filters, agentId: string): Filters {
  return mapFilters(filters, (id, all) => (id === agentId ? [] : all))
}

function mapFilters(
  filters: Filters,
  change: (agentId: string, all: readonly OfferFilter[]) => readonly OfferFilter[],
): Filters {
  if (filters.size === 0) return filters
  const mapped = new Map<string, ReadonlyMap<string, readonly OfferFilter[]>>()
  for (const [role, ofRole] of filters) {
    const kept = new Map<string, readonly OfferFilter[]>()
    for (const [agentId, all] of ofRole) {
      const changed = change(agentId, all)
      if (changed.length > 0) kept.set(agentId, changed)
    }
    if (kept.size > 0) mapped.set(role, kept)
  }
  return mapped
}
