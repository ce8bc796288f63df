import { RouterError } from './errors.ts'
import { buildRing, ownerOf } from './hash-ring.ts'
import type { HashRing } from './hash-ring.ts'
import type { Routee, Routing } from './routing.ts'

export interface ConsistentHashOptions<in M> {
  /** What messages that belong together have in common. */
  readonly key: (message: M) => string
  /** Points on the ring for each routee; more spread the keys more evenly. 1 … 4,096, by default 128. */
  readonly virtualNodes?: number
}

/**
 * Messages of one key go to one routee, as long as it is there; when routees come or go, only the keys
 * they get or had move. @throws TROUPE_ROUTER_OPTION_INVALID
 */
export function consistentHash<M>(options: ConsistentHashOptions<M>): Routing<M> {
  const { key, virtualNodes = 128 } = options
  if (!Number.isInteger(virtualNodes) || virtualNodes < 1 || virtualNodes > 4_096) {
    throw new RouterError(
      'TROUPE_ROUTER_OPTION_INVALID',
      `virtualNodes is ${String(virtualNodes)}: it takes a whole number from 1 to 4096`,
      { data: { option: 'virtualNodes', value: virtualNodes } },
    )
  }
  return {
    description: 'consistent hash',
    start: () => {
      let routees: readonly Routee<M>[] = []
      let ring: HashRing = buildRing([], virtualNodes)
      return {
        update: (now) => {
          routees = now
          ring = buildRing(
            now.map(({ id }) => id),
            virtualNodes,
          )
        },
        choose: (message, _random, deliver) => {
          const owner = ownerOf(ring, key(message))
          const routee = owner === undefined ? undefined : routees[owner]
          if (routee !== undefined) deliver(routee)
        },
      }
    },
  }
}
