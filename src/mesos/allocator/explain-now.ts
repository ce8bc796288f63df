import { counted, type Subject } from '../../actors/index.ts'
import { agentSubject, frameworkSubject } from '../decision-points.ts'
import {
  formatResources,
  isReservedFor,
  reservationRole,
  select,
  unallocated,
} from '../resources/index.ts'
import { percent, sayQuantities, wholeRun } from './explain-run.ts'
import { standing } from './filters.ts'
import { plus, unpack } from './packed.ts'
import { noUse } from './quota.ts'
import { sharesOf } from './shares.ts'
import { availableOn, heldOn, lastRunOver, type AllocatorState } from './state.ts'

/**
 * How a framework or an agent stands with the allocator now: what it holds, what keeps offers from it, and what an
 * allocation would decide at this moment, which the function that allocates is asked without effect.
 */
export function accountOf(
  state: AllocatorState,
  wanted: Subject,
  nowMs: number,
): readonly string[] {
  for (const frameworkId of state.frameworks.keys()) {
    if (wanted === frameworkSubject(frameworkId)) return ofFramework(state, frameworkId, nowMs)
  }
  for (const agentId of state.agents.keys()) {
    if (wanted === agentSubject(agentId)) return ofAgent(state, agentId)
  }
  return []
}

function ofFramework(state: AllocatorState, frameworkId: string, nowMs: number): readonly string[] {
  const framework = state.frameworks.get(frameworkId)
  if (framework === undefined) return []
  const name = `framework ${frameworkId}`
  const share = sharesOf(state).find((one) => one.frameworkId === frameworkId)
  const suppressed = [...framework.suppressedRoles]
  const now = { type: 'allocate', nowMs, seed: 1 } as const
  const would = wholeRun(state, now).filter(
    (line) => line.includes(name) && /^(offered|rejected)/.test(line),
  )
  return [
    `${name} ${framework.isActive ? 'is active' : 'is not active, so it is offered nothing'}, in ${counted(framework.roles.length, 'role')} (${framework.roles.join(', ')}), with a dominant share of ${percent(share?.dominantShareRatio ?? 0)}.`,
    ...(suppressed.length === 0
      ? []
      : [`${name} wants no offers in ${suppressed.join(', ')}: it has suppressed them.`]),
    ...framework.roles.flatMap((role) => quotaOf(state, role)),
    ...filtersOf(state, frameworkId, nowMs),
    ...reservedForOthers(state, frameworkId),
    ...would.map((line) => `An allocation at this moment would say: ${line}.`),
  ]
}

function filtersOf(state: AllocatorState, frameworkId: string, nowMs: number): readonly string[] {
  const memberships = [...(state.frameworks.get(frameworkId)?.memberships ?? [])]
  return [...state.agents].flatMap(([agentId, agent]) => {
    if (agent.filters.size === 0) return []
    const moment = { nowMs, lastRun: lastRunOver(state, agent) }
    return memberships.flatMap(([role, membership]) =>
      standing(agent.filters, membership, moment).map(
        ({ refused, untilMs }) =>
          `A filter keeps up to ${formatResources(refused)} of agent ${agentId} from framework ${frameworkId} in role ${role} for ${Math.max(0, Math.round(untilMs - nowMs))} ms more.`,
      ),
    )
  })
}

/** What is free, and not for it. */
function reservedForOthers(state: AllocatorState, frameworkId: string): readonly string[] {
  const roles = state.frameworks.get(frameworkId)?.roles ?? []
  return [...state.agents].flatMap(([agentId, agent]) => {
    const others = select(
      availableOn(agent),
      (identity) =>
        reservationRole(identity) !== '*' && !roles.some((role) => isReservedFor(identity, role)),
    )
    if (others.size === 0) return []
    return [
      `Of what is free on agent ${agentId}, ${formatResources(others)} is reserved for roles that framework ${frameworkId} is not in.`,
    ]
  })
}

function quotaOf(state: AllocatorState, role: string): readonly string[] {
  const quota = state.quotas.get(role)?.quota
  if (quota === undefined) return []
  const { reserved, unreserved } = state.uses.get(role) ?? noUse
  const used = sayQuantities(unpack(state.names, plus(reserved, unreserved)))
  return [
    `The quota of role ${role} guarantees ${sayQuantities(quota.guarantees)} and limits it to ${sayQuantities(quota.limits)}; it counts ${used} against that.`,
  ]
}

function ofAgent(state: AllocatorState, agentId: string): readonly string[] {
  const agent = state.agents.get(agentId)
  if (agent === undefined) return []
  const holders = [...agent.held.keys()].map(
    (frameworkId) =>
      `${formatResources(unallocated(heldOn(agent, frameworkId)))} with framework ${frameworkId}`,
  )
  return [
    `agent ${agentId} has ${formatResources(agent.total)}: ${formatResources(availableOn(agent)) || 'nothing'} free${holders.length === 0 ? '' : `, ${holders.join(', ')}`}; allocation ${lastRunOver(state, agent)} was the last to look at it.`,
  ]
}
