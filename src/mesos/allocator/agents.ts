import { quantitiesOf } from '../resources/index.ts'
import { addFilter } from './filters.ts'
import { freeOf } from './free.ts'
import { byRole, countReservations, hold, release } from './holdings.ts'
import { minus, packScalars, plus, withNames } from './packed.ts'
import type { AllocatorEvent } from './protocol.ts'
import { emptySlots } from './slot-map.ts'
import { lastRunOver, measured, type AllocatorAgent, type AllocatorState } from './state.ts'

type EventOf<T extends AllocatorEvent['type']> = Extract<AllocatorEvent, { readonly type: T }>

export function addAgent(state: AllocatorState, event: EventOf<'agent-added'>): AllocatorState {
  const { agentId, registration, hostname, total, held } = event
  let next = removeAgent(state, agentId)
  const all = [total, ...held.map(({ resources }) => resources)]
  next = { ...next, names: all.map(quantitiesOf).reduce(withNames, next.names) }
  const free = freeOf(next.names, total)
  const agent: AllocatorAgent = {
    registration,
    hostname,
    total,
    held: new Map(),
    free,
    filters: emptySlots(),
    filtersUntilMs: 0,
    filtersSinceRun: 0,
    lastRun: 0,
  }
  const grown = plus(next.total, packScalars(next.names, total))
  next = countReservations(measured(next, grown, next.weights), total, plus)
  next = {
    ...next,
    agents: next.agents.with(agentId, agent),
    unreserved: plus(next.unreserved, free.scalars),
  }
  for (const holding of held) next = hold(next, holding)
  return next
}

export function removeAgent(state: AllocatorState, agentId: string): AllocatorState {
  const agent = state.agents.get(agentId)
  if (agent === undefined) return state
  let next = state
  for (const [frameworkId, resources] of agent.held) {
    next = release(next, { frameworkId, agentId, resources })
  }
  const { scalars } = (next.agents.get(agentId) ?? agent).free
  const shrunk = minus(next.total, packScalars(next.names, agent.total))
  next = countReservations(measured(next, shrunk, next.weights), agent.total, minus)
  return {
    ...next,
    agents: next.agents.without(agentId),
    unreserved: minus(next.unreserved, scalars),
  }
}

export function recover(
  state: AllocatorState,
  event: EventOf<'resources-recovered'>,
): AllocatorState {
  const { holding, refuseMs = 0, nowMs } = event
  const { frameworkId, agentId, resources } = holding
  const next = release(state, holding)
  const framework = next.frameworks.get(frameworkId)
  const agent = next.agents.get(agentId)
  if (refuseMs <= 0 || framework?.isActive !== true || agent === undefined) return next
  const intervalMs = state.options.allocationIntervalMs
  const moment = { nowMs, lastRun: lastRunOver(state, agent) }
  let { filters, filtersUntilMs } = agent
  for (const [role, part] of byRole(resources)) {
    const membership = framework.memberships.get(role)
    if (membership === undefined) continue
    const refusal = { resources: part, refuseMs, intervalMs, runs: state.runs, moment }
    const added = addFilter(filters, membership, refusal)
    filters = added.filters
    filtersUntilMs = Math.max(filtersUntilMs, added.untilMs)
  }
  const filtersSinceRun = state.runs
  const refused = { ...agent, filters, filtersUntilMs, filtersSinceRun }
  return { ...next, agents: next.agents.with(agentId, refused) }
}
