import type { ActorRef } from '../actor-ref.ts'
import type { Random } from '../../platform/index.ts'

/** One of the actors that a router chooses from. */
export interface Routee<in M> {
  /** Stays the same through restarts and resizes; where a consistent hash puts it depends on it. */
  readonly id: string
  readonly ref: ActorRef<M>
  /** Messages it has yet to handle, as far as the router can know. */
  readonly load: () => number
}

/** The bookkeeping of one router. `choose` is called for each message, `update` before the first and at each change. */
export interface Chooser<M> {
  update(routees: readonly Routee<M>[]): void
  /** Calls `deliver` for each routee that gets the message; for none if there is no routee. */
  choose(message: M, random: Random, deliver: (routee: Routee<M>) => void): void
}

/** How a router chooses; a description, of which each router starts its own. */
export interface Routing<M> {
  readonly description: string
  start(): Chooser<M>
}

/** One after the other, in a circle. */
export function roundRobin<M>(): Routing<M> {
  return {
    description: 'round robin',
    start: () => {
      let routees: readonly Routee<M>[] = []
      let next = 0
      return {
        update: (now) => {
          routees = now
        },
        choose: (_message, _random, deliver) => {
          if (next >= routees.length) next = 0
          const routee = routees[next++]
          if (routee !== undefined) deliver(routee)
        },
      }
    },
  }
}

/** Any of them, each with the same chance. */
export function randomly<M>(): Routing<M> {
  return choosing('random', (routees, _message, random) =>
    routees.length === 0 ? undefined : routees[random.int(routees.length)],
  )
}

/** Everybody gets each message. */
export function broadcast<M>(): Routing<M> {
  return {
    description: 'broadcast',
    start: () => {
      let routees: readonly Routee<M>[] = []
      return {
        update: (now) => {
          routees = now
        },
        choose: (_message, _random, deliver) => {
          for (const routee of routees) deliver(routee)
        },
      }
    },
  }
}

/**
 * Whoever has least to do; among equals, one after the other. A local routee's load is the depth of its
 * mailbox. Looks at each routee for each message: for pools of tens, not thousands.
 */
export function leastLoaded<M>(): Routing<M> {
  return {
    description: 'least loaded',
    start: () => {
      let routees: readonly Routee<M>[] = []
      let first = 0
      return {
        update: (now) => {
          routees = now
          first = 0
        },
        choose: (_message, _random, deliver) => {
          let best: Routee<M> | undefined
          let bestAt = 0
          let bestLoad = Number.POSITIVE_INFINITY
          for (let i = 0; i < routees.length && bestLoad > 0; i++) {
            const at = (first + i) % routees.length
            const routee = routees[at]
            const load = routee?.load() ?? Number.POSITIVE_INFINITY
            if (load >= bestLoad) continue
            best = routee
            bestAt = at
            bestLoad = load
          }
          if (best === undefined) return
          first = (bestAt + 1) % routees.length
          deliver(best)
        },
      }
    },
  }
}

/** A routing that picks at most one routee, by nothing but the present routees. */
export function choosing<M>(
  description: string,
  pick: (routees: readonly Routee<M>[], message: M, random: Random) => Routee<M> | undefined,
): Routing<M> {
  return {
    description,
    start: () => {
      let routees: readonly Routee<M>[] = []
      return {
        update: (now) => {
          routees = now
        },
        choose: (message, random, deliver) => {
          const routee = pick(routees, message, random)
          if (routee !== undefined) deliver(routee)
        },
      }
    },
  }
}
