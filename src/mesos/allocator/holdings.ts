import {
  add,
  exclusivePart,
  isEmpty,
  select,
  subtract,
  unallocated,
  type Resources,
} from '../resources/index.ts'
import { freeOf, type Free } from './free.ts'
import { trackRole, untrackRoles } from './memberships.ts'
import { isNone, minus, packScalars, plus, type Packed } from './packed.ts'
import type { Holding } from './protocol.ts'
import { noUse, topOf, type RoleUse } from './quota.ts'
import { allocated, recovered, type Sorter } from './sorter.ts'
import { heldOn, type AllocatorAgent, type AllocatorState } from './state.ts'

/** The roles that `resources` are allocated to, each with its part. */
export function byRole(
  resources: Resources,
): readonly (readonly [role: string, part: Resources])[] {
  let only: string | undefined
  let isMixed = false
  for (const { identity } of resources.values()) {
    const { allocationRole } = identity
    if (allocationRole === undefined) continue
    if (only === undefined) only = allocationRole
    else if (only !== allocationRole) isMixed = true
  }
  if (only === undefined) return []
  if (!isMixed) return [[only, resources]]
  const roles = new Set<string>()
  for (const { identity } of resources.values()) {
    if (identity.allocationRole !== undefined) roles.add(identity.allocationRole)
  }
  return [...roles].map((role) => [role, select(resources, (one) => one.allocationRole === role)])
}

/**
 * Enters that a framework holds `resources` on an agent; both are known. Shared volumes are held by nobody: they stay free
 * for others, however many use them.
 */
export function hold(
  state: AllocatorState,
  holding: Holding,
  given: Resources = unallocated(holding.resources),
): AllocatorState {
  const { agentId, frameworkId } = holding
  const resources = exclusivePart(holding.resources)
  const taken = exclusivePart(given)
  const agent = state.agents.get(agentId)
  if (agent === undefined || isEmpty(resources)) return state
  const held = new Map(agent.held).set(frameworkId, add(heldOn(agent, frameworkId), resources))
  const free = freeOf(state.names, subtract(agent.free.all, taken))
  let next = withHeld(state, agentId, agent, held, free)
  for (const [role, part] of byRole(resources)) {
    next = trackRole(next, role, frameworkId)
    next = counted(next, role, frameworkId, part, allocated, plus)
  }
  return next
}

/**
 * Enters that a framework gives `resources` back. Nothing changes when it holds nothing there (it, or the agent, is
 * gone). @throws TROUPE_MESOS_RESOURCES_NOT_CONTAINED when it holds less than it gives back
 */
export function release(state: AllocatorState, holding: Holding): AllocatorState {
  const { agentId, frameworkId } = holding
  const resources = exclusivePart(holding.resources)
  const agent = state.agents.get(agentId)
  const before = agent?.held.get(frameworkId)
  if (agent === undefined || before === undefined || isEmpty(resources)) return state
  const rest = subtract(before, resources)
  const held = new Map(agent.held)
  if (isEmpty(rest)) held.delete(frameworkId)
  else held.set(frameworkId, rest)
  const free = freeOf(state.names, add(agent.free.all, unallocated(resources)))
  let next = withHeld(state, agentId, agent, held, free)
  for (const [role, part] of byRole(resources)) {
    next = counted(next, role, frameworkId, part, recovered, minus)
    next = untrackIfLeft(next, role, frameworkId)
  }
  return next
}

/** Takes a framework out of a role that is not its own any more, once it holds nothing there. */
export function untrackIfLeft(
  state: AllocatorState,
  role: string,
  frameworkId: string,
): AllocatorState {
  const framework = state.frameworks.get(frameworkId)
  if (framework === undefined || framework.roles.includes(role)) return state
  for (const { held } of state.agents.values()) {
    const resources = held.get(frameworkId)
    if (resources !== undefined && byRole(resources).some(([one]) => one === role)) return state
  }
  return untrackRoles(state, [role], frameworkId)
}

function withHeld(
  state: AllocatorState,
  agentId: string,
  agent: AllocatorAgent,
  held: ReadonlyMap<string, Resources>,
  free: Free,
): AllocatorState {
  return {
    ...state,
    agents: state.agents.with(agentId, { ...agent, held, free }),
    unreserved: minus(plus(state.unreserved, free.scalars), agent.free.scalars),
  }
}

/** Counts a part for the role and the framework, in the sorters and in what the role uses of its quota. */
function counted(
  state: AllocatorState,
  role: string,
  frameworkId: string,
  part: Resources,
  inSorter: (sorter: Sorter, path: string, quantities: Packed) => Sorter,
  inUse: (used: Packed, quantities: Packed) => Packed,
): AllocatorState {
  const sorter = state.frameworkSorters.get(role)
  if (sorter === undefined) return state
  const all = packScalars(state.names, part)
  return {
    ...state,
    uses: usesWith(state, role, part, inUse, all),
    roleSorter: inSorter(state.roleSorter, role, all),
    frameworkSorters: state.frameworkSorters.with(role, inSorter(sorter, frameworkId, all)),
  }
}

/** Counts what of a part is unreserved, for the quota of its role. */
export function countUnreserved(
  state: AllocatorState,
  role: string,
  part: Resources,
  inUse: (used: Packed, quantities: Packed) => Packed,
): AllocatorState {
  const all = packScalars(state.names, part)
  return { ...state, uses: usesWith(state, role, part, inUse, all) }
}

/** `all` are the scalars of the part. */
function usesWith(
  state: AllocatorState,
  role: string,
  part: Resources,
  inUse: (used: Packed, quantities: Packed) => Packed,
  all: Packed,
): AllocatorState['uses'] {
  let isPlain = true
  for (const { identity } of part.values()) if (!isUnreserved(identity)) isPlain = false
  const unreserved = isPlain ? all : packScalars(state.names, select(part, isUnreserved))
  const top = topOf(role)
  const use = state.uses.get(top) ?? noUse
  return withUse(state.uses, top, { ...use, unreserved: inUse(use.unreserved, unreserved) })
}

/** Counts what an agent has reserved for roles, whoever holds it: with `plus` when it comes, with `minus` when it goes. */
export function countReservations(
  state: AllocatorState,
  total: Resources,
  inUse: (used: Packed, quantities: Packed) => Packed,
): AllocatorState {
  let { uses } = state
  for (const [owner, resources] of freeOf(state.names, total).reserved) {
    const top = topOf(owner)
    const use = uses.get(top) ?? noUse
    const reserved = inUse(use.reserved, packScalars(state.names, resources))
    uses = withUse(uses, top, { ...use, reserved })
  }
  return uses === state.uses ? state : { ...state, uses }
}

function withUse(uses: AllocatorState['uses'], role: string, use: RoleUse): AllocatorState['uses'] {
  const isOver = isNone(use.reserved) && isNone(use.unreserved)
  return isOver ? uses.without(role) : uses.with(role, use)
}

function isUnreserved(one: {
  readonly reservations: readonly unknown[]
  readonly isRevocable: boolean
}): boolean {
  return one.reservations.length === 0 && !one.isRevocable
}
