import { MesosError } from '../errors.ts'
import { addQuantities, quantitiesOf, subtractQuantities } from '../resources/index.ts'
import { addFilter, forgetAgent, type OfferFilters } from './filters.ts'
import { byRole, hold, release, trackRole, untrackIfLeft, untrackRole } from './holdings.ts'
import type { AllocatorEffect, AllocatorEvent } from './protocol.ts'
import { allocate } from './run.ts'
import { setActive } from './sorter.ts'
import type { AllocatorFramework, AllocatorState } from './state.ts'

/** The next state, and what is to be done. */
export type AllocatorStep = readonly [AllocatorState, readonly AllocatorEffect[]]

type EventOf<T extends AllocatorEvent['type']> = Extract<AllocatorEvent, { readonly type: T }>

const noFilters: OfferFilters = new Map()
const allAgents: readonly AllocatorEffect[] = [{ type: 'allocation-wanted', agentIds: 'all' }]

/**
 * The allocator: what an event makes of the state. Pure; offers come only from `allocate`.
 * @throws TROUPE_MESOS_ALLOCATOR_UNKNOWN for a framework that was not added
 */
export function stepAllocator(state: AllocatorState, event: AllocatorEvent): AllocatorStep {
  switch (event.type) {
    case 'framework-added':
      return [addFramework(state, event), event.isActive ? allAgents : []]
    case 'framework-updated':
      return [updateFramework(state, event), allAgents]
    case 'framework-removed':
      return [removeFramework(state, event.frameworkId), []]
    case 'framework-activated':
      return [activate(state, event.frameworkId, true), allAgents]
    case 'framework-deactivated':
      return [activate(state, event.frameworkId, false), []]
    case 'agent-added':
      return [addAgent(state, event), [{ type: 'allocation-wanted', agentIds: [event.agentId] }]]
    case 'agent-removed':
      return [removeAgent(state, event.agentId), []]
    case 'resources-recovered':
      return [recover(state, event), []]
    case 'offers-suppressed':
      return [suppress(state, event), []]
    case 'offers-revived':
      return [revive(state, event), allAgents]
    case 'weights-updated':
      return [{ ...state, weights: event.weights }, allAgents]
    case 'allocate':
      return allocate(state, event)
  }
}

function addFramework(state: AllocatorState, event: EventOf<'framework-added'>): AllocatorState {
  const framework: AllocatorFramework = {
    roles: event.roles,
    suppressedRoles: new Set(event.suppressedRoles),
    isActive: event.isActive,
    filters: noFilters,
  }
  let next = withFramework(state, event.frameworkId, framework)
  for (const role of event.roles) next = trackRole(next, role, event.frameworkId)
  return competeAgain(next, event.frameworkId)
}

function updateFramework(
  state: AllocatorState,
  { frameworkId, roles, suppressedRoles }: EventOf<'framework-updated'>,
): AllocatorState {
  const before = known(state, frameworkId)
  const filters = new Map([...before.filters].filter(([role]) => roles.includes(role)))
  const framework = { ...before, roles, suppressedRoles: new Set(suppressedRoles), filters }
  let next = withFramework(state, frameworkId, framework)
  for (const role of roles) next = trackRole(next, role, frameworkId)
  for (const role of before.roles) {
    const sorter = next.frameworkSorters.get(role)
    if (sorter === undefined || roles.includes(role)) continue
    const frameworkSorters = new Map(next.frameworkSorters)
    frameworkSorters.set(role, setActive(sorter, frameworkId, false))
    next = untrackIfLeft({ ...next, frameworkSorters }, role, frameworkId)
  }
  return competeAgain(next, frameworkId)
}

function removeFramework(state: AllocatorState, frameworkId: string): AllocatorState {
  let next = state
  for (const [agentId, agent] of state.agents) {
    const resources = agent.held.get(frameworkId)
    if (resources !== undefined) next = release(next, { frameworkId, agentId, resources })
  }
  for (const [role, sorter] of state.frameworkSorters) {
    if (sorter.clients.has(frameworkId)) next = untrackRole(next, role, frameworkId)
  }
  return { ...next, frameworks: next.frameworks.without(frameworkId) }
}

function activate(state: AllocatorState, frameworkId: string, isActive: boolean): AllocatorState {
  const framework = known(state, frameworkId)
  const filters = isActive ? framework.filters : noFilters
  const next = withFramework(state, frameworkId, { ...framework, isActive, filters })
  return competeAgain(next, frameworkId)
}

function addAgent(state: AllocatorState, event: EventOf<'agent-added'>): AllocatorState {
  const { agentId, registration, total, held } = event
  let next = removeAgent(state, agentId)
  next = {
    ...next,
    agents: next.agents.with(agentId, { registration, total, held: new Map(), lastRun: 0 }),
    total: addQuantities(next.total, quantitiesOf(total)),
  }
  for (const holding of held) next = hold(next, holding)
  return next
}

function removeAgent(state: AllocatorState, agentId: string): AllocatorState {
  const agent = state.agents.get(agentId)
  if (agent === undefined) return state
  let next = state
  for (const [frameworkId, resources] of agent.held) {
    next = release(next, { frameworkId, agentId, resources })
  }
  let { frameworks } = next
  for (const [id, framework] of next.frameworks) {
    const filters = forgetAgent(framework.filters, agentId)
    if (filters !== framework.filters) frameworks = frameworks.with(id, { ...framework, filters })
  }
  const total = subtractQuantities(next.total, quantitiesOf(agent.total))
  return { ...next, agents: next.agents.without(agentId), frameworks, total }
}

function recover(state: AllocatorState, event: EventOf<'resources-recovered'>): AllocatorState {
  const { holding, refuseMs = 0, nowMs } = event
  const next = release(state, holding)
  const framework = next.frameworks.get(holding.frameworkId)
  const agent = next.agents.get(holding.agentId)
  if (framework?.isActive !== true || agent === undefined) return next
  let filters = framework.filters
  for (const [role, resources] of byRole(holding.resources)) {
    filters = addFilter(filters, role, holding.agentId, {
      resources,
      refuseMs,
      intervalMs: state.options.allocationIntervalMs,
      runs: state.runs,
      moment: { nowMs, lastRun: agent.lastRun },
    })
  }
  return filters === framework.filters
    ? next
    : withFramework(next, holding.frameworkId, { ...framework, filters })
}

function suppress(state: AllocatorState, event: EventOf<'offers-suppressed'>): AllocatorState {
  const framework = known(state, event.frameworkId)
  const suppressedRoles = new Set([
    ...framework.suppressedRoles,
    ...(event.roles ?? framework.roles),
  ])
  const next = withFramework(state, event.frameworkId, { ...framework, suppressedRoles })
  return competeAgain(next, event.frameworkId)
}

function revive(state: AllocatorState, event: EventOf<'offers-revived'>): AllocatorState {
  const framework = known(state, event.frameworkId)
  const suppressedRoles = new Set(framework.suppressedRoles)
  const filters = new Map(framework.filters)
  for (const role of event.roles ?? framework.roles) {
    suppressedRoles.delete(role)
    filters.delete(role)
  }
  const next = withFramework(state, event.frameworkId, { ...framework, suppressedRoles, filters })
  return competeAgain(next, event.frameworkId)
}

/** Brings the framework's activity in the sorters of its roles in line with its own. */
function competeAgain(state: AllocatorState, frameworkId: string): AllocatorState {
  const framework = known(state, frameworkId)
  const frameworkSorters = new Map(state.frameworkSorters)
  for (const role of framework.roles) {
    const sorter = frameworkSorters.get(role)
    if (sorter === undefined) continue
    const isActive = framework.isActive && !framework.suppressedRoles.has(role)
    frameworkSorters.set(role, setActive(sorter, frameworkId, isActive))
  }
  return { ...state, frameworkSorters }
}

function known(state: AllocatorState, frameworkId: string): AllocatorFramework {
  const framework = state.frameworks.get(frameworkId)
  if (framework === undefined) {
    throw new MesosError(
      'TROUPE_MESOS_ALLOCATOR_UNKNOWN',
      `The allocator has no framework '${frameworkId}'; add it before it is used.`,
      { data: { frameworkId } },
    )
  }
  return framework
}

function withFramework(
  state: AllocatorState,
  frameworkId: string,
  framework: AllocatorFramework,
): AllocatorState {
  return { ...state, frameworks: state.frameworks.with(frameworkId, framework) }
}
