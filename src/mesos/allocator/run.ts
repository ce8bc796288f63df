import type { PersistentMap } from '../persistent-map.ts'
import {
  add,
  allocateTo,
  containsQuantities,
  isEmpty,
  noResources,
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
import { RunOrder } from './run-order.ts'
import { clientAfterAllocation, emptySorter } from './sorter.ts'
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
  readonly roles: RunOrder
  /** Role → order of its frameworks; made when the role is first looked at. */
  readonly members: Map<string, RunOrder>
  /** Active frameworks over all roles, counted once per role. */
  readonly candidates: number
  readonly offers: Holding[]
  readonly rejected: Map<RejectionReason, number>
  readonly samples: Sample[]
  readonly maxSamples: number
}

/**
 * One run: agent by agent in an order drawn from the seed, the role with the least weighted dominant share
 * comes first, and in it the framework with the least share. Whoever comes first gets all that is free for its role on
 * that agent (coarse-grained), unless a filter of its own stands against that or it is less than the minimum. At most
 * `maxSamples` of those that go without are named in the decision.
 * @see allocator/mesos/hierarchical.cpp of Apache Mesos, `__allocate`, second stage
 */
export function allocate(
  state: AllocatorState,
  event: AllocateEvent,
  maxSamples: number = MAX_SAMPLES,
): readonly [AllocatorState, readonly AllocatorEffect[]] {
  const run: Run = {
    state,
    number: state.runs + 1,
    nowMs: event.nowMs,
    agents: state.agents,
    roles: new RunOrder(state.roleSorter.clients, roleScale(state)),
    members: new Map(),
    candidates: countCandidates(state),
    offers: [],
    rejected: new Map(),
    samples: [],
    maxSamples,
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
  return [commit(run), effects]
}

function commit({ state, agents, roles, members, number }: Run): AllocatorState {
  const frameworkSorters = new Map(state.frameworkSorters)
  for (const [role, { clients }] of members) frameworkSorters.set(role, { clients })
  const roleSorter = { clients: roles.clients }
  return { ...state, agents, roleSorter, frameworkSorters, runs: number }
}

function allocateAgent(run: Run, agentId: string): void {
  const agent = run.agents.get(agentId)
  if (agent === undefined) return
  run.agents = run.agents.with(agentId, { ...agent, lastRun: run.number })
  let available = availableOn(agent)
  let seen = 0
  for (const role of run.roles.paths) {
    if (isEmpty(available)) break
    const members = membersOf(run, role)
    let candidate = add(unreserved(available), reservedFor(available, role))
    for (const frameworkId of members.paths) {
      // The rest of them are only counted.
      if (isEmpty(candidate) && run.samples.length >= run.maxSamples) break
      seen++
      const reason = whyNot(run, frameworkId, role, agentId, candidate)
      if (reason !== undefined) {
        reject(run, { frameworkId, role, agentId, reason })
        continue
      }
      const resources = allocateTo(candidate, role)
      give(run, role, { frameworkId, agentId, resources, registration: agent.registration })
      available = subtract(available, candidate)
      candidate = noResources
    }
  }
  count(run, 'nothing-left', run.candidates - seen)
}

function membersOf(run: Run, role: string): RunOrder {
  let members = run.members.get(role)
  if (members === undefined) {
    const sorter = run.state.frameworkSorters.get(role) ?? emptySorter
    members = new RunOrder(sorter.clients, frameworkScale(run.state))
    run.members.set(role, members)
  }
  return members
}

function countCandidates(state: AllocatorState): number {
  let candidates = 0
  for (const { clients } of state.frameworkSorters.values()) {
    for (const client of clients.values()) if (client.isActive) candidates++
  }
  return candidates
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
  if (agent !== undefined) {
    const held = add(heldOn(agent, offer.frameworkId), offer.resources)
    run.agents = run.agents.with(offer.agentId, {
      ...agent,
      held: new Map(agent.held).set(offer.frameworkId, held),
    })
  }
  const quantities = quantitiesOf(offer.resources)
  for (const [order, path] of [
    [run.roles, role],
    [membersOf(run, role), offer.frameworkId],
  ] as const) {
    const client = order.clients.get(path)
    if (client !== undefined) order.update(path, clientAfterAllocation(client, quantities))
  }
}

function reject(run: Run, sample: Sample): void {
  count(run, sample.reason, 1)
  if (run.samples.length < run.maxSamples) run.samples.push(sample)
}

function count(run: Run, reason: RejectionReason, by: number): void {
  if (by > 0) run.rejected.set(reason, (run.rejected.get(reason) ?? 0) + by)
}
