import type { PersistentMap } from '../persistent-map.ts'
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
import { isFiltered } from './filters.ts'
import type {
  AllocationDecision,
  AllocatorEffect,
  AllocatorEvent,
  Holding,
  RejectionReason,
} from './protocol.ts'
import { shuffled } from './shuffle.ts'
import { allocated, type Sorter } from './sorter.ts'
import { orderClients } from './sorter-order.ts'
import {
  availableOn,
  frameworkScale,
  heldOn,
  roleScale,
  type AllocatorAgent,
  type AllocatorOptions,
  type AllocatorState,
} from './state.ts'

const MAX_SAMPLES = 8

type AllocateEvent = Extract<AllocatorEvent, { readonly type: 'allocate' }>
type Sample = AllocationDecision['samples'][number]

/** One run as far as it has come. The state it began with stays as it was. */
interface Run {
  readonly state: AllocatorState
  readonly number: number
  readonly nowMs: number
  agents: PersistentMap<AllocatorAgent>
  roleSorter: Sorter
  readonly frameworkSorters: Map<string, Sorter>
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
  const run: Run = {
    state,
    number: state.runs + 1,
    nowMs: event.nowMs,
    agents: state.agents,
    roleSorter: state.roleSorter,
    frameworkSorters: new Map(state.frameworkSorters),
    offers: [],
    rejected: new Map(),
    samples: [],
  }
  const wanted = [...(event.agentIds ?? state.agents.keys())].sort()
  const considered = wanted.filter((agentId) => state.agents.has(agentId))
  for (const agentId of shuffled(considered, event.seed)) allocateAgent(run, agentId)
  const decision: AllocationDecision = {
    run: run.number,
    seed: event.seed,
    agentsConsidered: considered.length,
    offers: run.offers,
    rejected: Object.fromEntries(run.rejected),
    samples: run.samples,
  }
  const effects: AllocatorEffect[] = [{ type: 'decided', decision }]
  if (run.offers.length > 0) effects.unshift({ type: 'offer', offers: run.offers })
  const { agents, roleSorter, frameworkSorters } = run
  return [{ ...state, agents, roleSorter, frameworkSorters, runs: run.number }, effects]
}

function allocateAgent(run: Run, agentId: string): void {
  const agent = run.agents.get(agentId)
  if (agent === undefined) return
  run.agents = run.agents.with(agentId, { ...agent, lastRun: run.number })
  let available = availableOn(agent)
  for (const role of orderClients(run.roleSorter.clients, roleScale(run.state))) {
    const members = run.frameworkSorters.get(role)
    if (members === undefined) continue
    for (const frameworkId of orderClients(members.clients, frameworkScale(run.state))) {
      const candidate = add(unreserved(available), reservedFor(available, role))
      const reason = whyNot(run, frameworkId, role, agentId, candidate)
      if (reason !== undefined) {
        reject(run, { frameworkId, role, agentId, reason })
        continue
      }
      available = subtract(available, candidate)
      const resources = allocateTo(candidate, role)
      give(run, role, { frameworkId, agentId, resources, registration: agent.registration })
    }
  }
}

function whyNot(
  run: Run,
  frameworkId: string,
  role: string,
  agentId: string,
  candidate: Resources,
): RejectionReason | undefined {
  if (isEmpty(candidate)) return 'nothing-left'
  if (!isAllocatable(candidate, run.state.options)) return 'below-minimum'
  const filters = run.state.frameworks.get(frameworkId)?.filters ?? new Map<string, never>()
  const lastRun = run.state.agents.get(agentId)?.lastRun ?? 0
  const moment = { nowMs: run.nowMs, lastRun }
  return isFiltered(filters, role, agentId, candidate, moment) ? 'filtered' : undefined
}

function isAllocatable(candidate: Resources, options: AllocatorOptions): boolean {
  if (options.minAllocatable.length === 0) return true
  const quantities = quantitiesOf(candidate)
  return options.minAllocatable.some((minimum) => containsQuantities(quantities, minimum))
}

function give(run: Run, role: string, offer: Holding): void {
  run.offers.push(offer)
  const agent = run.agents.get(offer.agentId)
  const members = run.frameworkSorters.get(role)
  if (agent === undefined || members === undefined) return
  const held = add(heldOn(agent, offer.frameworkId), offer.resources)
  run.agents = run.agents.with(offer.agentId, {
    ...agent,
    held: new Map(agent.held).set(offer.frameworkId, held),
  })
  const quantities = quantitiesOf(offer.resources)
  run.roleSorter = allocated(run.roleSorter, role, quantities)
  run.frameworkSorters.set(role, allocated(members, offer.frameworkId, quantities))
}

function reject(run: Run, sample: Sample): void {
  run.rejected.set(sample.reason, (run.rejected.get(sample.reason) ?? 0) + 1)
  if (run.samples.length < MAX_SAMPLES) run.samples.push(sample)
}
