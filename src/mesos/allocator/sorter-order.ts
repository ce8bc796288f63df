import type { PersistentMap } from '../persistent-map.ts'
import { amountAt, type Packed } from './packed.ts'
import { groupsOf, type Sorter, type SorterClient, type SorterGroup } from './sorter.ts'

/** What shares are measured against. */
export interface ShareScale {
  /** Names that don't count for shares are zero in it. */
  readonly total: Packed
  /** By path, > 0; 1 where absent. */
  readonly weights: ReadonlyMap<string, number>
}

/** A client at its place. */
export interface RankedClient {
  readonly path: string
  readonly slot: number
  /** Weighted. */
  readonly share: number
  readonly allocations: number
  /** What ties are broken by; that of a virtual leaf ends with `/.`. */
  readonly name: string
}

interface RankedGroup {
  readonly share: number
  readonly allocations: number
  readonly name: string
  /** Active clients and groups, in order. */
  readonly members: readonly Ranked[]
}

type Ranked = RankedClient | RankedGroup

/**
 * The order of a sorter's active clients: siblings by weighted dominant share (a group's is that of all below it
 * together), then by number of allocations, then by name; a group's members stand where the group stands.
 */
export class SorterOrder {
  readonly scale: ShareScale
  readonly members: readonly Ranked[]
  #clients: readonly RankedClient[] | undefined

  constructor(scale: ShareScale, members: readonly Ranked[], hasGroups: boolean) {
    this.scale = scale
    this.members = members
    if (!hasGroups) this.#clients = members as readonly RankedClient[]
  }

  /** The one to be served first in front. */
  get clients(): readonly RankedClient[] {
    this.#clients ??= flattened(this.members)
    return this.#clients
  }
}

/** The same sorter, with its order by `scale` known. */
export function sorted(sorter: Sorter, scale: ShareScale): Sorter {
  return sorter.order?.scale === scale ? sorter : { ...sorter, order: orderAll(sorter, scale) }
}

/** The active clients, the one to be served first in front. */
export function orderClients(sorter: Sorter, scale: ShareScale): readonly RankedClient[] {
  return (sorted(sorter, scale).order as SorterOrder).clients
}

/** The largest fraction that `held` is of any counted resource of the total; 0 … 1. */
export function dominantShare(held: Packed, total: Packed): number {
  let share = 0
  const length = Math.min(held.length, total.length)
  for (let i = 0; i < length; i++) {
    const whole = amountAt(total, i)
    if (whole > 0) share = Math.max(share, amountAt(held, i) / whole)
  }
  return share
}

type Tree = Pick<Sorter, 'clients' | 'groups'>

/** The order after the client at `path`, and the groups above it, have changed from `before` to `after`. */
export function moved(order: SorterOrder, before: Tree, after: Tree, path: string): SorterOrder {
  const { scale } = order
  const was = rankOf(before, path, scale)
  const is = rankOf(after, path, scale)
  const groups = groupsOf(before, path)
  if (groups.length === 0)
    return new SorterOrder(scale, replaced(order.members, was, is), before.groups.size > 0)
  const chain: RankedGroup[] = []
  let members = order.members
  for (const name of groups.toReversed()) {
    const group = members[placeOf(members, rankOfGroup(before, name, scale, []))] as RankedGroup
    chain.unshift(group)
    members = group.members
  }
  let [old, next]: [Ranked | undefined, Ranked | undefined] = [was, is]
  chain.forEach((group, i) => {
    const changed = replaced(group.members, old, next)
    old = group
    next = rankOfGroup(after, groups[i] ?? '', scale, changed)
  })
  return new SorterOrder(scale, replaced(order.members, old, next), true)
}

function orderAll(sorter: Tree, scale: ShareScale): SorterOrder {
  const below = new Map<string, Ranked[]>()
  const place = (group: string, ranked: Ranked) => {
    const members = below.get(group)
    if (members === undefined) below.set(group, [ranked])
    else members.push(ranked)
  }
  for (const path of sorter.clients.keys()) {
    const ranked = rankOf(sorter, path, scale)
    if (ranked !== undefined) place(groupsOf(sorter, path)[0] ?? '', ranked)
  }
  // The deepest first: a group is placed when all below it are.
  const names = [...sorter.groups.keys()].sort((a, b) => depthOf(b) - depthOf(a))
  for (const name of names) {
    const members = (below.get(name) ?? []).sort(byRank)
    place(parentOf(name), rankOfGroup(sorter, name, scale, members))
  }
  const members = (below.get('') ?? []).sort(byRank)
  return new SorterOrder(scale, members, sorter.groups.size > 0)
}

function rankOf({ clients, groups }: Tree, path: string, scale: ShareScale) {
  const client = clients.get(path)
  if (client?.isActive !== true) return undefined
  const name = groups.size > 0 && groups.has(path) ? `${path}/.` : path
  return rankClient(client, path, name, scale)
}

function rankClient(
  { slot, allocated, allocations }: SorterClient,
  path: string,
  name: string,
  scale: ShareScale,
): RankedClient {
  return { path, slot, share: shareOf(allocated, name, scale), allocations, name }
}

function rankOfGroup(
  { groups }: { readonly groups: PersistentMap<SorterGroup> },
  name: string,
  scale: ShareScale,
  members: readonly Ranked[],
): RankedGroup {
  const { allocated = [], allocations = 0 } = groups.get(name) ?? {}
  return { share: shareOf(allocated, name, scale), allocations, name, members }
}

function shareOf(held: Packed, name: string, { total, weights }: ShareScale): number {
  const share = dominantShare(held, total)
  return weights.size === 0 ? share : share / (weights.get(name) ?? 1)
}

function flattened(members: readonly Ranked[]): readonly RankedClient[] {
  const clients: RankedClient[] = []
  const visit = (ranked: Ranked): void => {
    if (isGroup(ranked)) ranked.members.forEach(visit)
    else clients.push(ranked)
  }
  members.forEach(visit)
  return clients
}

function isGroup(ranked: Ranked): ranked is RankedGroup {
  return 'members' in ranked
}

/** A copy of `members`, in order, with `after` in place of `before`. */
function replaced(
  members: readonly Ranked[],
  before: Ranked | undefined,
  after: Ranked | undefined,
): readonly Ranked[] {
  const copy = members.slice()
  const from = before === undefined ? -1 : placeOf(members, before)
  const to = after === undefined ? -1 : placeOf(members, after)
  if (after === undefined) {
    if (from !== -1) copy.splice(from, 1)
  } else if (from === -1) {
    copy.splice(to, 0, after)
  } else if (to <= from) {
    // Loops: copyWithin looks every element up by name.
    for (let i = from; i > to; i--) copy[i] = copy[i - 1] as Ranked
    copy[to] = after
  } else {
    for (let i = from + 1; i < to; i++) copy[i - 1] = copy[i] as Ranked
    copy[to - 1] = after
  }
  return copy
}

/** Where `ranked` stands, or would stand. */
function placeOf(members: readonly Ranked[], ranked: Ranked): number {
  let low = 0
  let high = members.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (byRank(members[middle] as Ranked, ranked) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function byRank(a: Ranked, b: Ranked): number {
  if (a.share !== b.share) return a.share - b.share
  if (a.allocations !== b.allocations) return a.allocations - b.allocations
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}

function depthOf(name: string): number {
  return name.split('/').length
}
