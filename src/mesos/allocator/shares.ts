import type { Quantities } from '../resources/index.ts'
import { none, plus, unpack, type Packed } from './packed.ts'
import { noUse, type Quota } from './quota.ts'
import { dominantShare } from './sorter-order.ts'
import type { SeriesSummary } from '../series.ts'
import { standing } from './filters.ts'
import { lastRunOver, type AllocatorState } from './state.ts'

/** What one framework holds over all agents and roles. */
export interface FrameworkShare {
  readonly frameworkId: string
  readonly held: Quantities
  /** 0 … 1, unweighted: the `Max Share` of the console. */
  readonly dominantShareRatio: number
  readonly roles: readonly string[]
  readonly suppressedRoles: readonly string[]
}

/** How one role stands. */
export interface RoleAccount {
  readonly role: string
  readonly weight: number
  /** A weight was set, if only that of 1. */
  readonly isWeighted: boolean
  /** Ids, sorted; frameworks that hold something in a role that they have left are among them. */
  readonly frameworkIds: readonly string[]
  /** What its frameworks hold, offered or in use. */
  readonly held: Quantities
  /** 0 … 1, unweighted. */
  readonly dominantShareRatio: number
  readonly quota: Quota | undefined
  /** What it counts against a quota: reservations for it, and what it holds of the unreserved. Of roles at the top. */
  readonly consumed: Quantities
}

/** The accounts of frameworks by id, and of roles by name: those with a framework, a weight, a quota or reservations. */
export interface Shares {
  readonly frameworks: readonly FrameworkShare[]
  readonly roles: readonly RoleAccount[]
}

/** All that can be asked after. */
export interface Accounts extends Shares {
  /** Where they were wanted. */
  readonly figures?: AllocatorFigures
}

/** What the allocator has done, and what there is. */
export interface AllocatorFigures {
  readonly runs: number
  /** What each run took. */
  readonly runMs: SeriesSummary | undefined
  /** Of all agents together. */
  readonly total: Quantities
  /** Refusals that stand, by role; of roles that a framework has. */
  readonly filters: ReadonlyMap<string, number>
}

export function accountsOf(state: AllocatorState): Shares {
  return { frameworks: sharesOf(state), roles: rolesOf(state) }
}

/** The figures of that moment; `runMs` says what runs took. */
export function figuresOf(
  state: AllocatorState,
  nowMs: number,
  runMs: SeriesSummary | undefined,
): AllocatorFigures {
  const { runs, names, total } = state
  return { runs, runMs, total: unpack(names, total), filters: filtersOf(state, nowMs) }
}

function filtersOf(state: AllocatorState, nowMs: number): ReadonlyMap<string, number> {
  const counted = new Map<string, number>()
  const filtering = [...state.agents.values()].filter(({ filters }) => filters.size > 0)
  for (const { memberships } of state.frameworks.values()) {
    for (const [role, membership] of memberships) {
      let stand = counted.get(role) ?? 0
      for (const agent of filtering) {
        const moment = { nowMs, lastRun: lastRunOver(state, agent) }
        stand += standing(agent.filters, membership, moment).length
      }
      counted.set(role, stand)
    }
  }
  return counted
}

/** The share of every framework, by id. */
export function sharesOf(state: AllocatorState): readonly FrameworkShare[] {
  return [...state.frameworks]
    .map(([frameworkId, { memberships, roles, suppressedRoles }]) => {
      let held: Packed = none
      for (const role of memberships.keys()) {
        const client = state.frameworkSorters.get(role)?.clients.get(frameworkId)
        if (client !== undefined) held = plus(held, client.allocated)
      }
      return {
        frameworkId,
        roles,
        suppressedRoles: [...suppressedRoles],
        held: unpack(state.names, held),
        dominantShareRatio: dominantShare(held, state.frameworkScale.total),
      }
    })
    .sort((a, b) => (a.frameworkId < b.frameworkId ? -1 : 1))
}

function rolesOf(state: AllocatorState): readonly RoleAccount[] {
  const names = new Set([
    ...state.roleSorter.clients.keys(),
    ...state.weights.keys(),
    ...state.quotas.keys(),
    ...state.uses.keys(),
  ])
  return [...names].sort().map((role) => {
    const held = state.roleSorter.clients.get(role)?.allocated ?? none
    const { reserved, unreserved } = state.uses.get(role) ?? noUse
    return {
      role,
      weight: state.weights.get(role) ?? 1,
      isWeighted: state.weights.has(role),
      frameworkIds: [...(state.frameworkSorters.get(role)?.clients.keys() ?? [])].sort(),
      held: unpack(state.names, held),
      dominantShareRatio: dominantShare(held, state.frameworkScale.total),
      quota: state.quotas.get(role)?.quota,
      consumed: unpack(state.names, plus(reserved, unreserved)),
    }
  })
}
