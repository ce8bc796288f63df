import { allocateTo, scalarOf } from '../resources/index.ts'
import type { Membership } from './filters.ts'
import type { Free } from './free.ts'
import { hold } from './holdings.ts'
import { OfferShape } from './offer-shape.ts'
import { pack, unpack, type Packed } from './packed.ts'
import type { AllocationDecision, Headroom, Holding, RejectionReason } from './protocol.ts'
import { RandomOrder } from './random-order.ts'
import { RunQuota, type QuotaAccount, type Share } from './run-quota.ts'
import { drawFrom, type Draw } from './shuffle.ts'
import { emptySlots } from './slot-map.ts'
import { emptySorter } from './sorter.ts'
import { orderClients, sorted, type RankedClient } from './sorter-order.ts'
import {
  lastRunOver,
  type AllocatorAgent,
  type AllocatorFramework,
  type AllocatorState,
} from './state.ts'

type Sample = AllocationDecision['samples'][number]

/** A role as a run sees it. */
export interface RunRole {
  readonly path: string
  /** Active frameworks in it. */
  readonly size: number
  readonly account: QuotaAccount | undefined
  /** Whether one of them has a minimum of its own. */
  readonly hasOwnMinimum: boolean
}

/** A framework in a role, as a run sees it. */
export interface RunMember extends Membership {
  readonly framework: AllocatorFramework
  readonly minimum: readonly Packed[]
}

/** One run as far as it has come: the state that every offer changes, the quotas, what was decided. */
export class Run {
  state: AllocatorState
  readonly number: number
  readonly nowMs: number
  readonly draw: Draw
  readonly quota: RunQuota
  readonly maxSamples: number
  readonly offers: Holding[] = []
  readonly rejected: Map<RejectionReason, number> = new Map()
  readonly samples: Sample[] = []
  readonly minimum: readonly Packed[]
  /** Agents that had anything free when their turn came in the last stage. */
  readonly agentsWithFree: string[] = []
  #heldBackOn: string | undefined
  #heldBackAgents = 0
  #whole: OfferShape | undefined
  readonly #roles = new Map<number, RunRole>()
  readonly #members = new Map<number, RunMember>()
  readonly #random = new Map<string, RandomOrder>()

  constructor(state: AllocatorState, nowMs: number, seed: number, maxSamples: number) {
    this.state = state
    this.number = state.runs + 1
    this.nowMs = nowMs
    this.maxSamples = maxSamples
    this.draw = drawFrom(seed)
    this.quota = new RunQuota(state)
    this.minimum = state.options.minAllocatable.map((one) => pack(state.names, one))
  }

  /** All active roles, the one to be served first in front. */
  rolesInOrder(): readonly RankedClient[] {
    const { options, roleScale } = this.state
    if (options.roleSorter === 'random') {
      const roles = this.#random.get('') ?? new RandomOrder(this.state.roleSorter, roleScale)
      this.#random.set('', roles)
      return roles.drawn(this.draw)
    }
    const roleSorter = sorted(this.state.roleSorter, roleScale)
    if (roleSorter !== this.state.roleSorter) this.state = { ...this.state, roleSorter }
    return orderClients(roleSorter, roleScale)
  }

  /** The active frameworks of a role, the one to be served first in front. */
  membersInOrder(role: string): readonly RankedClient[] {
    const { options, frameworkScale, frameworkSorters } = this.state
    const sorter = frameworkSorters.get(role) ?? emptySorter
    if (options.frameworkSorter === 'random') {
      const members = this.#random.get(role) ?? new RandomOrder(sorter, frameworkScale)
      this.#random.set(role, members)
      return members.drawn(this.draw)
    }
    const inOrder = sorted(sorter, frameworkScale)
    if (inOrder !== sorter) {
      this.state = { ...this.state, frameworkSorters: frameworkSorters.with(role, inOrder) }
    }
    return orderClients(inOrder, frameworkScale)
  }

  role({ path, slot }: RankedClient): RunRole {
    const known = this.#roles.get(slot)
    if (known !== undefined) return known
    const { frameworks, frameworkSorters } = this.state
    let size = 0
    let hasOwnMinimum = false
    for (const [frameworkId, client] of frameworkSorters.get(path)?.clients ?? []) {
      if (!client.isActive) continue
      size++
      if (frameworks.get(frameworkId)?.minAllocatable.has(path) === true) hasOwnMinimum = true
    }
    const role = { path, size, hasOwnMinimum, account: this.quota.accountOf(path) }
    this.#roles.set(slot, role)
    return role
  }

  /** An active framework in a role; undefined for one that was never added. */
  member({ path, slot }: RankedClient, role: RunRole): RunMember | undefined {
    const known = this.#members.get(slot)
    if (known !== undefined) return known
    const framework = this.state.frameworks.get(path)
    const membership = framework?.memberships.get(role.path)
    if (framework === undefined || membership === undefined) return undefined
    const minimum = framework.minAllocatable.get(role.path) ?? this.minimum
    const member = { ...membership, framework, minimum }
    this.#members.set(slot, member)
    return member
  }

  /** An offer of all that is free and unreserved; one for all roles, where nothing is reserved. */
  wholeOf(free: Free, role: string, share: Share): OfferShape {
    if (free.reserved.size > 0) return new OfferShape(this.state.names, free, role, share)
    if (this.#whole?.free !== free) {
      this.#whole = new OfferShape(this.state.names, free, role, { ...share, cut: undefined })
    }
    return this.#whole
  }

  /** When an agent's filters are looked at. */
  momentOf(agent: AllocatorAgent): { readonly nowMs: number; readonly lastRun: number } {
    return { nowMs: this.nowMs, lastRun: lastRunOver(this.state, agent) }
  }

  /** The agent, without filters when all of them are over; undefined when there is none. */
  agent(agentId: string): AllocatorAgent | undefined {
    const agent = this.state.agents.get(agentId)
    if (agent === undefined || agent.filters.size === 0) return agent
    if (this.nowMs < agent.filtersUntilMs) return agent
    if (lastRunOver(this.state, agent) <= agent.filtersSinceRun) return agent
    const free: AllocatorAgent = { ...agent, filters: emptySlots(), filtersUntilMs: 0 }
    this.state = { ...this.state, agents: this.state.agents.with(agentId, free) }
    return free
  }

  /** Gives `shape` of the agent to a framework: the agent after that. */
  give(
    agentId: string,
    agent: AllocatorAgent,
    role: RunRole,
    frameworkId: string,
    shape: OfferShape,
  ): AllocatorAgent {
    const resources = allocateTo(shape.resources, role.path)
    const { registration } = agent
    const offer: Holding = { frameworkId, agentId, resources, registration }
    this.offers.push(offer)
    this.state = hold(this.state, offer, shape.resources)
    if (this.quota.isOn) this.quota.given(role.path, shape.counted, shape.share.guaranteed)
    return this.state.agents.get(agentId) ?? agent
  }

  reject(frameworkId: string, role: string, agentId: string, reason: RejectionReason): void {
    this.count(reason, 1)
    if (this.samples.length < this.maxSamples) {
      this.samples.push({ frameworkId, role, agentId, reason })
    }
  }

  /** Rejects all of a role together. */
  rejectRole(role: RunRole, agentId: string, reason: RejectionReason): void {
    if (this.samples.length >= this.maxSamples) {
      this.count(reason, role.size)
      return
    }
    for (const { path } of this.membersInOrder(role.path)) {
      this.reject(path, role.path, agentId, reason)
    }
  }

  /** Those whose role is suppressed were in no order: they are named once for each agent that had anything free. */
  rejectSuppressed(): void {
    if (this.agentsWithFree.length === 0) return
    for (const [frameworkId, framework] of this.state.frameworks) {
      if (!framework.isActive || framework.suppressedRoles.size === 0) continue
      for (const role of framework.roles) {
        if (framework.suppressedRoles.has(role)) this.#rejectEverywhere(frameworkId, role)
      }
    }
  }

  count(reason: RejectionReason, by: number): void {
    if (by > 0) this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + by)
  }

  /** Enters that something of an agent was kept free for guarantees. */
  heldBack(agentId: string): void {
    if (this.#heldBackOn !== agentId) this.#heldBackAgents++
    this.#heldBackOn = agentId
  }

  headroomSince(required: Packed, available: Packed): { readonly headroom?: Headroom } {
    if (!this.quota.isOn) return {}
    const { names } = this.state
    return {
      headroom: {
        required: unpack(names, required),
        available: unpack(names, available),
        agents: this.#heldBackAgents,
      },
    }
  }

  /** The state behind the run over these agents. */
  finished(considered: readonly string[] | 'all'): AllocatorState {
    const runs = this.number
    if (considered === 'all') return { ...this.state, runs, lastWholeRun: runs }
    let { agents } = this.state
    for (const agentId of considered) {
      const agent = agents.get(agentId)
      if (agent !== undefined) agents = agents.with(agentId, { ...agent, lastRun: runs })
    }
    return { ...this.state, agents, runs }
  }

  #rejectEverywhere(frameworkId: string, role: string): void {
    for (const [i, agentId] of this.agentsWithFree.entries()) {
      if (this.samples.length >= this.maxSamples) {
        this.count('role-suppressed', this.agentsWithFree.length - i)
        return
      }
      this.reject(frameworkId, role, agentId, 'role-suppressed')
    }
  }
}

/** Whether an agent has GPUs, used or not. */
export function hasGpus({ total }: AllocatorAgent): boolean {
  return scalarOf(total, 'gpus') > 0
}
