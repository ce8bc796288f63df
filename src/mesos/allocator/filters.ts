import { contains, unallocated, type Resources } from '../resources/index.ts'
import { slotOf, withSlot, type SlotMap } from './slot-map.ts'

const YEAR_MS = 365 * 24 * 3600 * 1000

/** When a filter is looked at, and how often its agent had been considered by then. */
export interface FilterMoment {
  readonly nowMs: number
  /** The number of the last run, before this one, that considered the agent. */
  readonly lastRun: number
}

/** A framework in one of its roles. */
export interface Membership {
  readonly slot: number
  /** How often its filters were dropped: those made before the last time are void. */
  readonly revivals: number
}

/** A refusal: no offer that fits within `refused`, until it has expired *and* a run has heeded it. */
export class OfferFilter {
  readonly refused: Resources
  readonly untilMs: number
  /** The runs there had been when it was made; a later one over its agent has heeded it. */
  readonly sinceRun: number
  readonly revivals: number
  // An idle agent is looked at in every run, with the same resources free: the last answer is kept.
  #asked: Resources | undefined
  #answer = false

  constructor(refused: Resources, untilMs: number, sinceRun: number, revivals: number) {
    this.refused = refused
    this.untilMs = untilMs
    this.sinceRun = sinceRun
    this.revivals = revivals
  }

  /** Whether it stands at that moment. */
  holds({ nowMs, lastRun }: FilterMoment): boolean {
    return nowMs < this.untilMs || lastRun <= this.sinceRun
  }

  /** Whether `offered` (unallocated) is no more than what was refused. */
  fits(offered: Resources): boolean {
    if (this.#asked !== offered) {
      this.#asked = offered
      this.#answer = contains(this.refused, offered)
    }
    return this.#answer
  }
}

/** The refusals of an agent by the slot of who made them: a framework in a role. */
export type OfferFilters = SlotMap<readonly OfferFilter[]>

/**
 * The filters with one more refusal, and when that expires. It lives for `refuseMs`, at most a year, but never shorter
 * than an interval of allocation.
 */
export function addFilter(
  filters: OfferFilters,
  { slot, revivals }: Membership,
  refusal: {
    readonly resources: Resources
    readonly refuseMs: number
    readonly intervalMs: number
    readonly runs: number
    readonly moment: FilterMoment
  },
): { readonly filters: OfferFilters; readonly untilMs: number } {
  const { resources, refuseMs, intervalMs, runs, moment } = refusal
  const untilMs = moment.nowMs + Math.max(intervalMs, Math.min(refuseMs, YEAR_MS))
  const filter = new OfferFilter(unallocated(resources), untilMs, runs, revivals)
  const alive = standing(filters, { slot, revivals }, moment)
  return { filters: withSlot(filters, slot, [...alive, filter]), untilMs }
}

/** The refusals of one framework in one role that stand at that moment. */
export function standing(
  filters: OfferFilters,
  { slot, revivals }: Membership,
  moment: FilterMoment,
): readonly OfferFilter[] {
  const own = slotOf(filters, slot) ?? []
  return own.filter((filter) => filter.revivals === revivals && filter.holds(moment))
}

/** Whether a refusal stands against `offered` (unallocated): one that holds, of no less than that. */
export function isFiltered(
  filters: OfferFilters,
  { slot, revivals }: Membership,
  offered: Resources,
  moment: FilterMoment,
): boolean {
  const own = slotOf(filters, slot)
  if (own === undefined) return false
  for (const filter of own) {
    if (filter.revivals === revivals && filter.holds(moment) && filter.fits(offered)) return true
  }
  return false
}
