import { add, isEmpty, quantitiesOf, select, subtract, type Resources } from '../resources/index.ts'
import type { Holding } from './protocol.ts'
import {
  addClient,
  allocated,
  emptySorter,
  recovered,
  removeClient,
  setActive,
  type Sorter,
} from './sorter.ts'
import { heldOn, type AllocatorState } from './state.ts'

/** The roles that `resources` are allocated to, each with its part. */
export function byRole(resources: Resources): ReadonlyMap<string, Resources> {
  const roles = new Set<string>()
  for (const { identity } of resources.values()) {
    if (identity.allocationRole !== undefined) roles.add(identity.allocationRole)
  }
  return new Map(
    [...roles].map((role) => [role, select(resources, (one) => one.allocationRole === role)]),
  )
}

/** Enters that a framework holds `resources` on an agent; both are known. */
export function hold(state: AllocatorState, holding: Holding): AllocatorState {
  const agent = state.agents.get(holding.agentId)
  if (agent === undefined || isEmpty(holding.resources)) return state
  const held = new Map(agent.held).set(
    holding.frameworkId,
    add(heldOn(agent, holding.frameworkId), holding.resources),
  )
  let next: AllocatorState = {
    ...state,
    agents: state.agents.with(holding.agentId, { ...agent, held }),
  }
  for (const [role, part] of byRole(holding.resources)) {
    const given = quantitiesOf(part)
    next = trackRole(next, role, holding.frameworkId)
    next = inSorters(next, role, holding.frameworkId, (sorter, path) =>
      allocated(sorter, path, given),
    )
  }
  return next
}

/**
 * Enters that a framework gives `resources` back. Nothing changes when it holds nothing there (it, or the agent, is
 * gone). @throws TROUPE_MESOS_RESOURCES_NOT_CONTAINED when it holds less than it gives back
 */
export function release(state: AllocatorState, holding: Holding): AllocatorState {
  const agent = state.agents.get(holding.agentId)
  const before = agent?.held.get(holding.frameworkId)
  if (agent === undefined || before === undefined) return state
  const rest = subtract(before, holding.resources)
  const held = new Map(agent.held)
  if (isEmpty(rest)) held.delete(holding.frameworkId)
  else held.set(holding.frameworkId, rest)
  let next: AllocatorState = {
    ...state,
    agents: state.agents.with(holding.agentId, { ...agent, held }),
  }
  for (const [role, part] of byRole(holding.resources)) {
    const back = quantitiesOf(part)
    next = inSorters(next, role, holding.frameworkId, (sorter, path) =>
      recovered(sorter, path, back),
    )
    next = untrackIfLeft(next, role, holding.frameworkId)
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
    if (resources !== undefined && byRole(resources).has(role)) return state
  }
  return untrackRole(state, role, frameworkId)
}

/** Makes a framework compete in a role; inactive at first. */
export function trackRole(
  state: AllocatorState,
  role: string,
  frameworkId: string,
): AllocatorState {
  const sorter = state.frameworkSorters.get(role) ?? emptySorter
  if (sorter.clients.has(frameworkId)) return state
  const roleSorter = setActive(addClient(state.roleSorter, role), role, true)
  const frameworkSorters = new Map(state.frameworkSorters)
  frameworkSorters.set(role, addClient(sorter, frameworkId))
  return { ...state, roleSorter, frameworkSorters }
}

/** Takes a framework, which holds nothing any more, out of a role; and the role out, if it was the last. */
export function untrackRole(
  state: AllocatorState,
  role: string,
  frameworkId: string,
): AllocatorState {
  const sorter = state.frameworkSorters.get(role)
  if (sorter === undefined) return state
  const frameworkSorters = new Map(state.frameworkSorters)
  const rest = removeClient(sorter, frameworkId)
  if (rest.clients.size > 0) {
    frameworkSorters.set(role, rest)
    return { ...state, frameworkSorters }
  }
  frameworkSorters.delete(role)
  return { ...state, frameworkSorters, roleSorter: removeClient(state.roleSorter, role) }
}

/** Applies a change to the role in the role sorter, and to the framework in the sorter of that role. */
function inSorters(
  state: AllocatorState,
  role: string,
  frameworkId: string,
  change: (sorter: Sorter, path: string) => Sorter,
): AllocatorState {
  const sorter = state.frameworkSorters.get(role)
  if (sorter === undefined) return state
  return {
    ...state,
    roleSorter: change(state.roleSorter, role),
    frameworkSorters: new Map(state.frameworkSorters).set(role, change(sorter, frameworkId)),
  }
}
