import { PersistentMap } from '../persistent-map.ts'
import type { FrameworkCapability } from '../protocol/index.ts'
import { noResources, quantities, type Quantities, type Resources } from '../resources/index.ts'
import type { Membership, OfferFilters } from './filters.ts'
import type { Free } from './free.ts'
import { amountAt, noNames, none, withNames, type Names, type Packed } from './packed.ts'
import type { PackedQuota, RoleUse } from './quota.ts'
import { emptySorter, type Sorter } from './sorter.ts'
import type { ShareScale } from './sorter-order.ts'

/** How a sorter orders its clients: by dominant shares, or by chance (in proportion to weights). */
export type SorterKind = 'drf' | 'random'

/** Settings of an allocator. */
export interface AllocatorOptions {
  /** How often all agents are looked at; a filter lives at least as long. Default 1,000. */
  readonly allocationIntervalMs: number
  /**
   * An agent's rest is offered only if it has all of one of these; none of them: whatever there is. Default 0.01
   * cpus, or 32 MB mem.
   */
  readonly minAllocatable: readonly Quantities[]
  /** Names that don't count for fairness. Default none. */
  readonly excludedNames: ReadonlySet<string>
  /** Default `drf`. */
  readonly roleSorter: SorterKind
  /** Default `drf`. */
  readonly frameworkSorter: SorterKind
  /** Whether agents with `gpus` are offered only to frameworks that have GPU_RESOURCES. Default true. */
  readonly filterGpuResources: boolean
  /** Of roles, from the start; 1 where absent. Default none. */
  readonly weights: ReadonlyMap<string, number>
}

export const defaultAllocatorOptions: AllocatorOptions = {
  allocationIntervalMs: 1000,
  minAllocatable: [quantities({ cpus: 0.01 }), quantities({ mem: 32 })],
  excludedNames: new Set(),
  roleSorter: 'drf',
  frameworkSorter: 'drf',
  filterGpuResources: true,
  weights: new Map(),
}

export interface AllocatorFramework {
  readonly roles: readonly string[]
  readonly suppressedRoles: ReadonlySet<string>
  readonly isActive: boolean
  readonly capabilities: ReadonlySet<FrameworkCapability>
  /** Its own minimum for a role; the allocator's where absent. */
  readonly minAllocatable: ReadonlyMap<string, readonly Packed[]>
  /** By role: its roles, and those that it has left and still holds something in. */
  readonly memberships: ReadonlyMap<string, Membership>
}

export interface AllocatorAgent {
  readonly registration: string
  readonly hostname: string | undefined
  readonly total: Resources
  /** Framework id → what it holds here, offered or in use, each part allocated to a role. No empty bundles. */
  readonly held: ReadonlyMap<string, Resources>
  readonly free: Free
  readonly filters: OfferFilters
  /** When the last of them has expired, and how many runs there had been when the newest was made. */
  readonly filtersUntilMs: number
  readonly filtersSinceRun: number
  /** The number of the last run over some agents that considered it; 0 for none. Runs over all are in the state. */
  readonly lastRun: number
}

/**
 * All that allocation depends on. Immutable.
 *
 * Invariants: on every agent what is free and the holdings, taken together and unallocated, are its total; a sorter's
 * `allocated` of a client is the sum of the scalars it holds over all agents; `total`, `unreserved` and `uses` are sums over
 * agents.
 */
export interface AllocatorState {
  readonly options: AllocatorOptions
  readonly names: Names
  readonly frameworks: PersistentMap<AllocatorFramework>
  readonly agents: PersistentMap<AllocatorAgent>
  /** Clients are roles that some framework has, or that still hold something. */
  readonly roleSorter: Sorter
  /** Role → sorter whose clients are the ids of its frameworks. */
  readonly frameworkSorters: PersistentMap<Sorter>
  readonly total: Packed
  /** What is free on all agents of unreserved scalars that are not revocable. */
  readonly unreserved: Packed
  readonly weights: ReadonlyMap<string, number>
  /** What the shares of roles are measured against. */
  readonly roleScale: ShareScale
  /** What the shares of frameworks within a role are measured against: all weigh the same. */
  readonly frameworkScale: ShareScale
  readonly quotas: PersistentMap<PackedQuota>
  /** By role at the top. */
  readonly uses: PersistentMap<RoleUse>
  /** Frameworks that compete, counted once per role. */
  readonly competing: number
  readonly nextSlot: number
  /** Hosts whose agents are offered; all where it is undefined. */
  readonly whitelist: ReadonlySet<string> | undefined
  /** Runs so far. */
  readonly runs: number
  /** The number of the last one over all agents. */
  readonly lastWholeRun: number
}

const noWeights: ReadonlyMap<string, number> = new Map()

/** An allocator that knows nobody yet. */
export function initialAllocatorState(options: Partial<AllocatorOptions> = {}): AllocatorState {
  const all = { ...defaultAllocatorOptions, ...options }
  return {
    options: all,
    names: all.minAllocatable.reduce(withNames, noNames),
    frameworks: PersistentMap.empty(),
    agents: PersistentMap.empty(),
    roleSorter: emptySorter,
    frameworkSorters: PersistentMap.empty(),
    total: none,
    unreserved: none,
    weights: all.weights,
    roleScale: { total: none, weights: all.weights },
    frameworkScale: { total: none, weights: noWeights },
    quotas: PersistentMap.empty(),
    uses: PersistentMap.empty(),
    competing: 0,
    whitelist: undefined,
    nextSlot: 0,
    runs: 0,
    lastWholeRun: 0,
  }
}

/** The state once shares are measured against another total, or with other weights. */
export function measured(
  state: AllocatorState,
  total: Packed,
  weights: ReadonlyMap<string, number>,
): AllocatorState {
  const { excludedNames } = state.options
  const counted = state.names.list.map((name, at) =>
    excludedNames.has(name) ? 0 : amountAt(total, at),
  )
  return {
    ...state,
    total,
    weights,
    roleScale: { total: counted, weights },
    frameworkScale: { total: counted, weights: noWeights },
  }
}

/** What nobody holds on `agent`. */
export function availableOn(agent: AllocatorAgent): Resources {
  return agent.free.all
}

/** What `frameworkId` holds on `agent`. */
export function heldOn(agent: AllocatorAgent, frameworkId: string): Resources {
  return agent.held.get(frameworkId) ?? noResources
}

/** The number of the last run that considered `agent`. */
export function lastRunOver(state: AllocatorState, agent: AllocatorAgent): number {
  return Math.max(agent.lastRun, state.lastWholeRun)
}
