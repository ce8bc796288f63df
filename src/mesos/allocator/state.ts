import {
  noQuantities,
  noResources,
  quantities,
  subtract,
  unallocated,
  type Quantities,
  type Resources,
} from '../resources/index.ts'
import { PersistentMap } from '../persistent-map.ts'
import type { OfferFilters } from './filters.ts'
import { emptySorter, type ShareScale, type Sorter } from './sorter.ts'

/** Settings of an allocator. */
export interface AllocatorOptions {
  /** How often all agents are looked at; a filter lives at least as long. Default 1,000. */
  readonly allocationIntervalMs: number
  /** An agent's rest is offered only if it has all of one of these. Default 0.01 cpus, or 32 MB mem. */
  readonly minAllocatable: readonly Quantities[]
  /** Names that don't count for fairness. Default none. */
  readonly excludedNames: ReadonlySet<string>
}

export const defaultAllocatorOptions: AllocatorOptions = {
  allocationIntervalMs: 1000,
  minAllocatable: [quantities({ cpus: 0.01 }), quantities({ mem: 32 })],
  excludedNames: new Set(),
}

export interface AllocatorFramework {
  readonly roles: readonly string[]
  readonly suppressedRoles: ReadonlySet<string>
  readonly isActive: boolean
  readonly filters: OfferFilters
}

export interface AllocatorAgent {
  readonly registration: string
  readonly total: Resources
  /** Framework id → what it holds here, offered or in use, each part allocated to a role. No empty bundles. */
  readonly held: ReadonlyMap<string, Resources>
  /** The number of the last run that considered it; 0 for none. */
  readonly lastRun: number
}

/**
 * All that allocation depends on. Immutable.
 *
 * Invariants: on every agent the holdings, taken together and unallocated, are part of its total; a sorter's
 * `allocated` of a client is the sum of the scalars it holds over all agents; `total` is the sum over agents.
 */
export interface AllocatorState {
  readonly options: AllocatorOptions
  readonly frameworks: PersistentMap<AllocatorFramework>
  readonly agents: PersistentMap<AllocatorAgent>
  /** Clients are roles that some framework has, or that still hold something. */
  readonly roleSorter: Sorter
  /** Role → sorter whose clients are the ids of its frameworks. */
  readonly frameworkSorters: ReadonlyMap<string, Sorter>
  readonly total: Quantities
  readonly weights: ReadonlyMap<string, number>
  /** Runs so far. */
  readonly runs: number
}

/** An allocator that knows nobody yet. */
export function initialAllocatorState(options: Partial<AllocatorOptions> = {}): AllocatorState {
  return {
    options: { ...defaultAllocatorOptions, ...options },
    frameworks: PersistentMap.empty(),
    agents: PersistentMap.empty(),
    roleSorter: emptySorter,
    frameworkSorters: new Map(),
    total: noQuantities,
    weights: new Map(),
    runs: 0,
  }
}

const noWeights: ReadonlyMap<string, number> = new Map()

/** What the shares of roles are measured against. */
export function roleScale(state: AllocatorState): ShareScale {
  return {
    total: state.total,
    weights: state.weights,
    excludedNames: state.options.excludedNames,
  }
}

/** What the shares of frameworks within a role are measured against: all weigh the same. */
export function frameworkScale(state: AllocatorState): ShareScale {
  return { ...roleScale(state), weights: noWeights }
}

/** What nobody holds on `agent`. */
export function availableOn(agent: AllocatorAgent): Resources {
  let available = agent.total
  for (const held of agent.held.values()) available = subtract(available, unallocated(held))
  return available
}

/** What `frameworkId` holds on `agent`. */
export function heldOn(agent: AllocatorAgent, frameworkId: string): Resources {
  return agent.held.get(frameworkId) ?? noResources
}
