import type { AllocationDecision, AllocatorEffect, AllocatorEvent } from './protocol.ts'
import { Run } from './run-account.ts'
import { serveGuarantees, serveAll } from './run-stages.ts'
import { shuffled } from './shuffle.ts'
import type { AllocatorState } from './state.ts'

const MAX_SAMPLES = 8

type AllocateEvent = Extract<AllocatorEvent, { readonly type: 'allocate' }>

/**
 * One run, agent by agent in an order drawn from the seed. The first stage is for roles whose quota guarantees them more than
 * they have; the second, in a new order, for all. On each agent the role with the least weighted dominant share comes
 * first, and in it the framework with the least share. Whoever comes first gets all that is free for its role on that agent
 * (coarse-grained) and that limits and headroom let go, unless a filter of its own stands against that or it is less than
 * the minimum. At most `maxSamples` of those that go without are named in the decision.
 * @see allocator/mesos/hierarchical.cpp of Apache Mesos, `__generateOffers`
 */
export function allocate(
  state: AllocatorState,
  event: AllocateEvent,
  maxSamples: number = MAX_SAMPLES,
): readonly [AllocatorState, readonly AllocatorEffect[]] {
  const run = new Run(state, event.nowMs, event.seed, maxSamples)
  // The order of all agents' keys depends on the keys alone; so must that of some.
  const wanted = event.agentIds === undefined ? state.agents.keys() : [...event.agentIds].sort()
  const considered = [...wanted].filter((agentId) => isOffered(state, agentId))
  const { required, available } = run.quota
  if (run.quota.isLacking) {
    for (const agentId of shuffled(considered, run.draw)) serveGuarantees(run, agentId)
  }
  for (const agentId of shuffled(considered, run.draw)) serveAll(run, agentId)
  run.rejectSuppressed()
  const decision: AllocationDecision = {
    run: run.number,
    seed: event.seed,
    agentsConsidered: considered.length,
    offers: run.offers,
    rejected: Object.fromEntries(run.rejected),
    samples: run.samples,
    ...run.headroomSince(required, available),
  }
  const effects: AllocatorEffect[] = [{ type: 'decided', decision }]
  if (run.offers.length > 0) effects.unshift({ type: 'offer', offers: run.offers })
  return [run.finished(event.agentIds === undefined ? 'all' : considered), effects]
}

/** Whether there is such an agent, and no whitelist leaves it out. */
function isOffered({ agents, whitelist }: AllocatorState, agentId: string): boolean {
  if (whitelist === undefined) return agents.has(agentId)
  const hostname = agents.get(agentId)?.hostname
  return hostname !== undefined && whitelist.has(hostname)
}
