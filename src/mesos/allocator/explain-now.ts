import { counted, type Subject } from '../../actors/index.ts'
import { agentSubject, frameworkSubject } from '../decision-points.ts'
import { formatResources, unallocated } from '../resources/index.ts'
import { percent, wholeRun } from './explain-run.ts'
import { holds } from './filters.ts'
import { sharesOf } from './shares.ts'
import { availableOn, heldOn, type AllocatorState } from './state.ts'

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
    ...filtersOf(state, frameworkId, nowMs),
    ...would.map((line) => `An allocation at this moment would say: ${line}.`),
  ]
}

function filtersOf(state: AllocatorState, frameworkId: string, nowMs: number): readonly string[] {
  const filters = state.frameworks.get(frameworkId)?.filters ?? new Map<string, never>()
  return [...filters].flatMap(([role, ofRole]) =>
    [...ofRole].flatMap(([agentId, ofAgent]) => {
      const lastRun = state.agents.get(agentId)?.lastRun ?? 0
      return ofAgent
        .filter((filter) => holds(filter, { nowMs, lastRun }))
        .map(
          ({ refused, untilMs }) =>
            `A filter keeps up to ${formatResources(refused)} of agent ${agentId} from framework ${frameworkId} in role ${role} for ${Math.max(0, Math.round(untilMs - nowMs))} ms more.`,
        )
    }),
  )
}

function ofAgent(state: AllocatorState, agentId: string): readonly string[] {
  const agent = state.agents.get(agentId)
  if (agent === undefined) return []
  const holders = [...agent.held.keys()].map(
    (frameworkId) =>
      `${formatResources(unallocated(heldOn(agent, frameworkId)))} with framework ${frameworkId}`,
  )
  return [
    `agent ${agentId} has ${formatResources(agent.total)}: ${formatResources(availableOn(agent)) || 'nothing'} free${holders.length === 0 ? '' : `, ${holders.join(', ')}`}; allocation ${agent.lastRun} was the last to look at it.`,
  ]
}
