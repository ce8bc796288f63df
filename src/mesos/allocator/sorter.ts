import { MesosError } from '../errors.ts'
import { PersistentMap } from '../persistent-map.ts'
import { minus, none, plus, type Packed } from './packed.ts'
import { moved, type SorterOrder } from './sorter-order.ts'

/** One who competes for resources: a role, or a framework within a role. */
export interface SorterClient {
  /** A number that stays its own, for look-ups that must be fast. */
  readonly slot: number
  readonly isActive: boolean
  readonly allocated: Packed
  /** Allocations ever made to it; breaks ties, never reset. */
  readonly allocations: number
}

/**
 * A path that clients lie below (`a` for `a/b`). A client whose own path is a group stands in it as a *virtual leaf*
 * (`a/.`), so that it competes with those below it for what the group gets.
 */
export interface SorterGroup {
  /** Of all below it together. */
  readonly allocated: Packed
  /** Allocations ever made below it, those to clients that are gone included. */
  readonly allocations: number
  /** Clients below it, its virtual leaf among them. */
  readonly clients: number
}

/**
 * Clients by path (`a/b` is a child of `a`), with what they hold. Immutable.
 *
 * `order`, where it is known, is that of these clients: an allocation moves its client (and the groups above it) to its new
 * place; what changes the tree, or what shares are measured against, lets the order go until somebody asks for it.
 * @see "Dominant Resource Fairness", Ghodsi et al., NSDI 2011; master/allocator/mesos/sorter/drf of Apache Mesos
 */
export interface Sorter {
  readonly clients: PersistentMap<SorterClient>
  readonly groups: PersistentMap<SorterGroup>
  readonly order: SorterOrder | undefined
}

export const emptySorter: Sorter = {
  clients: PersistentMap.empty(),
  groups: PersistentMap.empty(),
  order: undefined,
}

const newGroup: SorterGroup = { allocated: none, allocations: 0, clients: 0 }

/** Adds an inactive client. One that is there already stays as it is. */
export function addClient(sorter: Sorter, path: string, slot: number): Sorter {
  if (sorter.clients.has(path)) return sorter
  const client: SorterClient = { slot, isActive: false, allocated: none, allocations: 0 }
  let groups = sorter.groups
  for (const above of ancestors(path)) {
    // A leaf that gets a child turns into a group, and stands in it as its virtual leaf.
    const leaf = groups.has(above) ? undefined : sorter.clients.get(above)
    const group: SorterGroup = groups.get(above) ?? (leaf ? { ...leaf, clients: 1 } : newGroup)
    groups = groups.with(above, { ...plainGroup(group), clients: group.clients + 1 })
  }
  const own = groups.get(path)
  if (own !== undefined) groups = groups.with(path, { ...own, clients: own.clients + 1 })
  return { clients: sorter.clients.with(path, client), groups, order: undefined }
}

/** What the client holds is no longer counted in the groups above it; how often they were allocated to is. */
export function removeClient(sorter: Sorter, path: string): Sorter {
  const client = sorter.clients.get(path)
  if (client === undefined) return sorter
  let clients = sorter.clients.without(path)
  let groups = sorter.groups
  for (const above of groupsOf(sorter, path)) {
    const group = groups.get(above)
    if (group === undefined) continue
    const allocated = minus(group.allocated, client.allocated)
    const rest: SorterGroup = { ...group, allocated, clients: group.clients - 1 }
    const virtual = clients.get(above)
    if (rest.clients > 1 || (rest.clients === 1 && virtual === undefined)) {
      groups = groups.with(above, rest)
      continue
    }
    groups = groups.without(above)
    // Only the virtual leaf is left: the group is a leaf again, with the group's count.
    if (virtual !== undefined) {
      clients = clients.with(above, { ...virtual, allocations: rest.allocations })
    }
  }
  return { clients, groups, order: undefined }
}

/** Only active clients appear in the order; what inactive ones hold counts all the same. */
export function setActive(sorter: Sorter, path: string, isActive: boolean): Sorter {
  const client = clientOf(sorter, path)
  return client.isActive === isActive ? sorter : changed(sorter, path, { ...client, isActive })
}

export function allocated(sorter: Sorter, path: string, quantities: Packed): Sorter {
  const client = clientOf(sorter, path)
  const next: SorterClient = {
    slot: client.slot,
    isActive: client.isActive,
    allocated: plus(client.allocated, quantities),
    allocations: client.allocations + 1,
  }
  return changed(sorter, path, next, (group) => ({
    allocated: plus(group.allocated, quantities),
    allocations: group.allocations + 1,
    clients: group.clients,
  }))
}

export function recovered(sorter: Sorter, path: string, quantities: Packed): Sorter {
  const client = clientOf(sorter, path)
  const next = { ...client, allocated: minus(client.allocated, quantities) }
  return changed(sorter, path, next, (group) => ({
    ...group,
    allocated: minus(group.allocated, quantities),
  }))
}

/** The groups that the client at `path` stands in, the innermost first. */
export function groupsOf({ groups }: Pick<Sorter, 'groups'>, path: string): readonly string[] {
  if (groups.size === 0) return noPaths
  const above = ancestors(path)
  return groups.has(path) ? [path, ...above] : above
}

const noPaths: readonly string[] = []

function ancestors(path: string): readonly string[] {
  let end = path.lastIndexOf('/')
  if (end === -1) return noPaths
  const above: string[] = []
  for (; end > 0; end = path.lastIndexOf('/', end - 1)) above.push(path.slice(0, end))
  return above
}

function changed(
  sorter: Sorter,
  path: string,
  client: SorterClient,
  change?: (group: SorterGroup) => SorterGroup,
): Sorter {
  const above = groupsOf(sorter, path)
  let groups = sorter.groups
  if (change !== undefined) {
    for (const name of above) {
      const group = groups.get(name)
      if (group !== undefined) groups = groups.with(name, change(group))
    }
  }
  const clients = sorter.clients.with(path, client)
  const order = sorter.order && moved(sorter.order, sorter, { clients, groups }, path)
  return { clients, groups, order }
}

function plainGroup({ allocated, allocations, clients }: SorterGroup): SorterGroup {
  return { allocated, allocations, clients }
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
