import { weightedShuffled, type Draw } from './shuffle.ts'
import { groupsOf, type Sorter } from './sorter.ts'
import { orderClients, type RankedClient, type ShareScale } from './sorter-order.ts'

/**
 * The active clients by chance: each has a weight that is the part which its node has of its siblings' weights, of that of the
 * group, of that of the group above, and so on. Siblings count while there is an active client in or below them.
 * @see master/allocator/mesos/sorter/random of Apache Mesos
 */
export class RandomOrder {
  readonly #clients: readonly RankedClient[]
  readonly #weights: ReadonlyMap<string, number>

  constructor(sorter: Sorter, scale: ShareScale) {
    this.#clients = orderClients(sorter, scale)
    this.#weights = relativeWeights(sorter, this.#clients, scale.weights)
  }

  /** A new order at each call. */
  drawn(draw: Draw): readonly RankedClient[] {
    return weightedShuffled(this.#clients, ({ name }) => this.#weights.get(name) ?? 1, draw)
  }
}

/** By the name of the client's leaf; 0 … 1, together 1. */
export function relativeWeights(
  sorter: Pick<Sorter, 'groups'>,
  clients: readonly RankedClient[],
  weights: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const weightOf = (name: string) => weights.get(name) ?? 1
  /** Group (or `''`) → the names of its active members. */
  const members = new Map<string, Set<string>>()
  const chains = clients.map((client) => {
    const chain = [client.name, ...groupsOf(sorter, client.path)]
    chain.forEach((name, i) => {
      const group = chain[i + 1] ?? ''
      members.set(group, (members.get(group) ?? new Set<string>()).add(name))
    })
    return chain
  })
  const sums = new Map(
    [...members].map(([group, names]) => [
      group,
      [...names].reduce((sum, name) => sum + weightOf(name), 0),
    ]),
  )
  return new Map(
    chains.map((chain) => [
      chain[0] ?? '',
      chain.reduce(
        (part, name, i) => part * (weightOf(name) / (sums.get(chain[i + 1] ?? '') ?? 1)),
        1,
      ),
    ]),
  )
}
