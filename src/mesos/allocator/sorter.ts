import { MesosError } from '../errors.ts'
import { PersistentMap } from '../persistent-map.ts'
import {
  addQuantities,
  noQuantities,
  subtractQuantities,
  type Quantities,
} from '../resources/index.ts'

/** One who competes for resources: a role, or a framework within a role. */
export interface SorterClient {
  readonly isActive: boolean
  readonly allocated: Quantities
  /** Allocations ever made to it; breaks ties, never reset. */
  readonly allocations: number
}

/**
 * Clients by path (`a/b` is a child of `a`), with what they hold. Immutable.
 * @see "Dominant Resource Fairness", Ghodsi et al., NSDI 2011; master/allocator/mesos/sorter/drf of Apache Mesos
 */
export interface Sorter {
  readonly clients: PersistentMap<SorterClient>
}

/** What shares are measured against. */
export interface ShareScale {
  readonly total: Quantities
  /** By path, > 0; 1 where absent. */
  readonly weights: ReadonlyMap<string, number>
  /** Names that don't count for shares, such as `gpus`. */
  readonly excludedNames: ReadonlySet<string>
}

export const emptySorter: Sorter = { clients: PersistentMap.empty() }

const newClient: SorterClient = { isActive: false, allocated: noQuantities, allocations: 0 }

/** Adds an inactive client. One that is there already stays as it is. */
export function addClient(sorter: Sorter, path: string): Sorter {
  return sorter.clients.has(path) ? sorter : withClient(sorter, path, newClient)
}

export function removeClient(sorter: Sorter, path: string): Sorter {
  return { clients: sorter.clients.without(path) }
}

/** Only active clients appear in the order; what inactive ones hold counts all the same. */
export function setActive(sorter: Sorter, path: string, isActive: boolean): Sorter {
  return withClient(sorter, path, { ...clientOf(sorter, path), isActive })
}

export function allocated(sorter: Sorter, path: string, quantities: Quantities): Sorter {
  return withClient(sorter, path, clientAfterAllocation(clientOf(sorter, path), quantities))
}

export function recovered(sorter: Sorter, path: string, quantities: Quantities): Sorter {
  const client = clientOf(sorter, path)
  return withClient(sorter, path, {
    ...client,
    allocated: subtractQuantities(client.allocated, quantities),
  })
}

/** The client once it has been given `quantities`. */
export function clientAfterAllocation(client: SorterClient, quantities: Quantities): SorterClient {
  return {
    isActive: client.isActive,
    allocated: addQuantities(client.allocated, quantities),
    allocations: client.allocations + 1,
  }
}

/** The largest fraction that `held` is of any counted resource of the total; 0 … 1. */
export function dominantShare(held: Quantities, scale: ShareScale): number {
  let share = 0
  for (const [name, thousandths] of held) {
    const total = scale.total.get(name) ?? 0
    if (total > 0 && !scale.excludedNames.has(name)) share = Math.max(share, thousandths / total)
  }
  return share
}

function clientOf(sorter: Sorter, path: string): SorterClient {
  const client = sorter.clients.get(path)
  if (client === undefined) {
    throw new MesosError(
      'TROUPE_MESOS_ALLOCATOR_UNKNOWN',
      `The sorter has no client '${path}'; add it before it is used.`,
      { data: { client: path } },
    )
  }
  return client
}

function withClient(sorter: Sorter, path: string, client: SorterClient): Sorter {
  return { clients: sorter.clients.with(path, client) }
}
