import { slotOf, withSlot } from './slot-map.ts'
import { addClient, emptySorter, removeClient, setActive } from './sorter.ts'
import type { AllocatorFramework, AllocatorState } from './state.ts'

/** Makes a framework, which is known, compete in a role; inactive at first. */
export function trackRole(
  state: AllocatorState,
  role: string,
  frameworkId: string,
): AllocatorState {
  const framework = state.frameworks.get(frameworkId)
  if (framework === undefined || framework.memberships.has(role)) return state
  const sorter = state.frameworkSorters.get(role) ?? emptySorter
  const slot = state.nextSlot
  const memberships = new Map(framework.memberships).set(role, { slot, revivals: 0 })
  return {
    ...state,
    frameworks: state.frameworks.with(frameworkId, { ...framework, memberships }),
    frameworkSorters: state.frameworkSorters.with(role, addClient(sorter, frameworkId, slot)),
    roleSorter: setActive(addClient(state.roleSorter, role, slot + 1), role, true),
    nextSlot: slot + 2,
  }
}

/** Takes a framework, which holds nothing there any more, out of roles; and a role out, if it was its last. */
export function untrackRoles(
  state: AllocatorState,
  roles: readonly string[],
  frameworkId: string,
): AllocatorState {
  if (roles.length === 0) return state
  const memberships = state.frameworks.get(frameworkId)?.memberships
  const slots = roles.flatMap((role) => memberships?.get(role)?.slot ?? [])
  let next = forgetFilters(state, slots)
  for (const role of roles) {
    const sorter = next.frameworkSorters.get(role)
    if (sorter === undefined) continue
    next = compete(next, role, frameworkId, false)
    const rest = removeClient(next.frameworkSorters.get(role) ?? sorter, frameworkId)
    next =
      rest.clients.size > 0
        ? { ...next, frameworkSorters: next.frameworkSorters.with(role, rest) }
        : {
            ...next,
            frameworkSorters: next.frameworkSorters.without(role),
            roleSorter: removeClient(next.roleSorter, role),
          }
  }
  const framework = next.frameworks.get(frameworkId)
  if (framework === undefined) return next
  const left = new Map([...framework.memberships].filter(([role]) => !roles.includes(role)))
  return withFramework(next, frameworkId, { ...framework, memberships: left })
}

/** Lets a framework, which is in the role, compete there, or not. */
export function compete(
  state: AllocatorState,
  role: string,
  frameworkId: string,
  isActive: boolean,
): AllocatorState {
  const sorter = state.frameworkSorters.get(role)
  const client = sorter?.clients.get(frameworkId)
  if (sorter === undefined || client === undefined || client.isActive === isActive) return state
  return {
    ...state,
    frameworkSorters: state.frameworkSorters.with(role, setActive(sorter, frameworkId, isActive)),
    competing: state.competing + (isActive ? 1 : -1),
  }
}

/** The framework with its refusals in these roles void. */
export function revived(
  framework: AllocatorFramework,
  roles: Iterable<string>,
): AllocatorFramework {
  const memberships = new Map(framework.memberships)
  for (const role of roles) {
    const own = memberships.get(role)
    if (own !== undefined) memberships.set(role, { ...own, revivals: own.revivals + 1 })
  }
  return { ...framework, memberships }
}

export function withFramework(
  state: AllocatorState,
  frameworkId: string,
  framework: AllocatorFramework,
): AllocatorState {
  return { ...state, frameworks: state.frameworks.with(frameworkId, framework) }
}

function forgetFilters(state: AllocatorState, slots: readonly number[]): AllocatorState {
  let { agents } = state
  for (const [agentId, agent] of state.agents) {
    let filters = agent.filters
    if (filters.size === 0) continue
    for (const slot of slots) {
      if (slotOf(filters, slot) !== undefined) filters = withSlot(filters, slot, undefined)
    }
    if (filters !== agent.filters) agents = agents.with(agentId, { ...agent, filters })
  }
  return agents === state.agents ? state : { ...state, agents }
}
