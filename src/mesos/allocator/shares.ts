import type { Quantities } from '../resources/index.ts'
import { none, plus, unpack, type Packed } from './packed.ts'
import { noUse, type Quota } from './quota.ts'
import { dominantShare } from './sorter-order.ts'
import type { AllocatorState } from './state.ts'

/** What one framework holds over all agents and roles. */
export interface FrameworkShare {
  readonly frameworkId: string
  readonly held: Quantities
  /** 0 … 1, unweighted: the `Max Share` of the console. */
  readonly dominantShareRatio: number
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
export interface Accounts {
  readonly frameworks: readonly FrameworkShare[]
  readonly roles: readonly RoleAccount[]
}

export function accountsOf(state: AllocatorState): Accounts {
  return { frameworks: sharesOf(state), roles: rolesOf(state) }
}

/** The share of every framework, by id. */
export function sharesOf(state: AllocatorState): readonly FrameworkShare[] {
  return [...state.frameworks]
    .map(([frameworkId, { memberships }]) => {
      let held: Packed = none
      for (const role of memberships.keys()) {
        const client = state.frameworkSorters.get(role)?.clients.get(frameworkId)
        if (client !== undefined) held = plus(held, client.allocated)
      }
      return {
        frameworkId,
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
