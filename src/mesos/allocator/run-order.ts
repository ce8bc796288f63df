import type { PersistentMap } from '../persistent-map.ts'
import { dominantShare, type ShareScale, type SorterClient } from './sorter.ts'
import { orderClients } from './sorter-order.ts'

interface Rank {
  readonly path: string
  readonly share: number
  readonly allocations: number
}

/**
 * The order of a sorter's clients while a run changes one of them after another: the same as `orderClients` gives, but a
 * client that was given something only moves to its new place. With roles in a tree it is reckoned anew after a change.
 */
export class RunOrder {
  readonly #scale: ShareScale
  #clients: PersistentMap<SorterClient>
  readonly #isFlat: boolean
  #ranks: readonly Rank[]
  #paths: readonly string[] | undefined

  constructor(clients: PersistentMap<SorterClient>, scale: ShareScale) {
    this.#scale = scale
    this.#clients = clients
    this.#isFlat = [...clients.keys()].every((path) => !path.includes('/'))
    this.#ranks = this.#isFlat ? rankAll(clients, scale) : []
  }

  get clients(): PersistentMap<SorterClient> {
    return this.#clients
  }

  /** The active clients, the one to be served first in front. A snapshot: later changes make a new one. */
  get paths(): readonly string[] {
    this.#paths ??= this.#isFlat
      ? this.#ranks.map((rank) => rank.path)
      : orderClients(this.#clients, this.#scale)
    return this.#paths
  }

  /** How many clients are active. */
  get size(): number {
    return this.#isFlat ? this.#ranks.length : this.paths.length
  }

  /** A client has changed what it holds; whether it is active stays as it was. */
  update(path: string, client: SorterClient): void {
    const before = this.#clients.get(path)
    this.#clients = this.#clients.with(path, client)
    if (!this.#isFlat) {
      this.#paths = undefined
      return
    }
    if (before?.isActive !== true) return
    const rest = this.#ranks.toSpliced(placeOf(this.#ranks, this.#rank(path, before)), 1)
    const rank = this.#rank(path, client)
    const place = placeOf(rest, rank)
    this.#ranks = rest.toSpliced(place, 0, rank)
    this.#paths = undefined
  }

  #rank(path: string, client: SorterClient): Rank {
    return rankOf(path, client, this.#scale)
  }
}

function rankAll(clients: PersistentMap<SorterClient>, scale: ShareScale): readonly Rank[] {
  return [...clients]
    .filter(([, client]) => client.isActive)
    .map(([path, client]) => rankOf(path, client, scale))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
}

function rankOf(path: string, client: SorterClient, scale: ShareScale): Rank {
  const weight = scale.weights.get(path) ?? 1
  const share = dominantShare(client.allocated, scale) / weight
  return { path, share, allocations: client.allocations }
}

/** Where `rank` stands, or would stand, among ranks in order. */
function placeOf(ranks: readonly Rank[], rank: Rank): number {
  let low = 0
  let high = ranks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = ranks[middle]
    if (other !== undefined && isBefore(other, rank)) low = middle + 1
    else high = middle
  }
  return low
}

function isBefore(a: Rank, b: Rank): boolean {
  if (a.share !== b.share) return a.share < b.share
  if (a.allocations !== b.allocations) return a.allocations < b.allocations
  return a.path < b.path
}
