import { addAgent, recover, removeAgent } from './agents.ts'
import {
  activate,
  addFramework,
  removeFramework,
  revive,
  suppress,
  updateFramework,
} from './frameworks.ts'
import { convertAvailable, convertHeld } from './conversions.ts'
import { withNames } from './packed.ts'
import type { AllocatorEffect, AllocatorEvent } from './protocol.ts'
import { isDefaultQuota, packQuota, type Quota } from './quota.ts'
import { allocate } from './run.ts'
import { measured, type AllocatorState } from './state.ts'

/** The next state, and what is to be done. */
export type AllocatorStep = readonly [AllocatorState, readonly AllocatorEffect[]]

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
    case 'allocation-converted':
      return [convertHeld(state, event), []]
    case 'available-converted':
      return convertAvailable(state, event)
    case 'resources-recovered':
      return [recover(state, event), []]
    case 'offers-suppressed':
      return [suppress(state, event), []]
    case 'offers-revived':
      return [revive(state, event), allAgents]
    case 'weights-updated':
      return [measured(state, state.total, new Map([...state.weights, ...event.weights])), []]
    case 'quotas-updated':
      return [updateQuotas(state, event.quotas), []]
    case 'whitelist-updated':
      return [{ ...state, whitelist: event.hostnames }, allAgents]
    case 'allocate':
      return allocate(state, event)
  }
}

function updateQuotas(state: AllocatorState, changed: ReadonlyMap<string, Quota>): AllocatorState {
  let { names, quotas } = state
  for (const [role, quota] of changed) {
    names = withNames(withNames(names, quota.guarantees), quota.limits)
    quotas = isDefaultQuota(quota)
      ? quotas.without(role)
      : quotas.with(role, packQuota(names, quota))
  }
  return { ...state, names, quotas }
}
