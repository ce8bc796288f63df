import {
  add,
  allocateTo,
  containsQuantities,
  isEmpty,
  quantitiesOf,
  reservedFor,
  subtract,
  unreserved,
  type Resources,
} from '../resources/index.ts'
import { dropExpired, isFiltered, markHeeded } from './filters.ts'
import type {
  AllocationDecision,
  AllocatorEffect,
  AllocatorEvent,
  Holding,
  RejectionReason,
} from './protocol.ts'
import { shuffled } from './shuffle.ts'
import { clientAfterAllocation, type SorterClient } from './sorter.ts'
import { orderClients } from './sorter-order.ts'
import {
  availableOn,
  frameworkScale,
  heldOn,
  roleScale,
  type AllocatorAgent,
  type AllocatorFramework,
  type AllocatorOptions,
  type AllocatorState,
} from './state.ts'

const MAX_SAMPLES = 8

type AllocateEvent = Extract<AllocatorEvent, { readonly type: 'allocate' }>
type Sample = AllocationDecision['samples'][number]

/** What a run changes; copied once at its start, so that the state itself stays as it was. */
interface Draft {
  readonly agents: Map<string, AllocatorAgent>
  readonly frameworks: ReadonlyMap<string, AllocatorFramework>
  readonly roles: Map<string, SorterClient>
  readonly members: Map<string, Map<string, SorterClient>>
  readonly offers: Holding[]
  readonly rejected: Map<RejectionReason, number>
  readonly samples: Sample[]
}

/**
 * One run: agent by agent in an order drawn from the seed, the role with the least weighted dominant share
 * comes first, and in it the framework with the least share. Whoever comes first gets all that is free for its role on
 * that agent (coarse-grained), unless a filter of its own stands against that or it is less than the minimum.
 * @see allocator/mesos/hierarchical.cpp of Apache Mesos, `__allocate`, second stage
 */
export function allocate(
  state: AllocatorState,
  event: AllocateEvent,
): readonly [AllocatorState, readonly AllocatorEffect[]] {
  const draft = draftOf(state, event.nowMs)
  const wanted = event.agentIds ?? [...state.agents.keys()].sort()
  const considered = wanted.filter((agentId) => state.agents.has(agentId))
  for (const agentId of shuffled(considered, event.seed)) allocateAgent(state, draft, agentId)
  const run = state.runs + 1
  const decision: AllocationDecision = {
    run,
    seed: event.seed,
    agentsConsidered: considered.length,
    offers: draft.offers,
    rejected: Object.fromEntries(draft.rejected),
    samples: draft.samples,
  }
  const effects: AllocatorEffect[] = [{ type: 'decided', decision }]
  if (draft.offers.length > 0) effects.unshift({ type: 'offer', offers: draft.offers })
  return [commit(state, draft, new Set(considered), run), effects]
}

function allocateAgent(state: AllocatorState, draft: Draft, agentId: string): void {
  const agent = draft.agents.get(agentId)
  if (agent === undefined) return
  let available = availableOn(agent)
  for (const role of orderClients(draft.roles, roleScale(state))) {
    const members = draft.members.get(role)
    if (members === undefined) continue
    for (const frameworkId of orderClients(members, frameworkScale(state))) {
      const candidate = add(unreserved(available), reservedFor(available, role))
      const reason = whyNot(state, draft, frameworkId, role, agentId, candidate)
      if (reason !== undefined) {
        reject(draft, { frameworkId, role, agentId, reason })
        continue
      }
      available = subtract(available, candidate)
      give(draft, role, { frameworkId, agentId, resources: allocateTo(candidate, role) })
    }
  }
}

function whyNot(
  state: AllocatorState,
  draft: Draft,
  frameworkId: string,
  role: string,
  agentId: string,
  candidate: Resources,
): RejectionReason | undefined {
  if (isEmpty(candidate)) return 'nothing-left'
  if (!isAllocatable(candidate, state.options)) return 'below-minimum'
  const framework = draft.frameworks.get(frameworkId)
  if (framework === undefined) return 'nothing-left'
  return isFiltered(framework.filters, role, agentId, candidate) ? 'filtered' : undefined
}

function isAllocatable(candidate: Resources, options: AllocatorOptions): boolean {
  if (options.minAllocatable.length === 0) return true
  const quantities = quantitiesOf(candidate)
  return options.minAllocatable.some((minimum) => containsQuantities(quantities, minimum))
}

function give(draft: Draft, role: string, offer: Holding): void {
  draft.offers.push(offer)
  const agent = draft.agents.get(offer.agentId)
  if (agent !== undefined) {
    const held = add(heldOn(agent, offer.frameworkId), offer.resources)
    draft.agents.set(offer.agentId, {
      total: agent.total,
      held: new Map(agent.held).set(offer.frameworkId, held),
    })
  }
  const quantities = quantitiesOf(offer.resources)
  for (const [clients, path] of [
    [draft.roles, role],
    [draft.members.get(role), offer.frameworkId],
  ] as const) {
    const client = clients?.get(path)
    if (client !== undefined) clients?.set(path, clientAfterAllocation(client, quantities))
  }
}

function reject(draft: Draft, sample: Sample): void {
  draft.rejected.set(sample.reason, (draft.rejected.get(sample.reason) ?? 0) + 1)
  if (draft.samples.length < MAX_SAMPLES) draft.samples.push(sample)
}

function draftOf(state: AllocatorState, nowMs: number): Draft {
  const frameworks = new Map<string, AllocatorFramework>()
  for (const [id, framework] of state.frameworks) {
    frameworks.set(id, { ...framework, filters: dropExpired(framework.filters, nowMs) })
  }
  const members = new Map<string, Map<string, SorterClient>>()
  for (const [role, sorter] of state.frameworkSorters) members.set(role, new Map(sorter.clients))
  return {
    agents: new Map(state.agents),
    frameworks,
    roles: new Map(state.roleSorter.clients),
    members,
    offers: [],
    rejected: new Map(),
    samples: [],
  }
}

function commit(
  state: AllocatorState,
  draft: Draft,
  considered: ReadonlySet<string>,
  run: number,
): AllocatorState {
  const frameworks = new Map<string, AllocatorFramework>()
  for (const [id, framework] of draft.frameworks) {
    frameworks.set(id, { ...framework, filters: markHeeded(framework.filters, considered) })
  }
  const frameworkSorters = new Map(
    [...draft.members].map(([role, clients]) => [role, { clients }] as const),
  )
  return {
    ...state,
    agents: draft.agents,
    frameworks,
    roleSorter: { clients: draft.roles },
    frameworkSorters,
    runs: run,
  }
}
