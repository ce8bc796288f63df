/**
 * Routers: actors that hand each message on to one of several, or to all.
 *
 * A {@link pool} has routees of its own and supervises them; a {@link group} routes to actors that live elsewhere, given
 * or found through the receptionist. A {@link Routing} says who gets a message: {@link roundRobin}, {@link broadcast},
 * {@link randomly}, {@link leastLoaded}, {@link consistentHash}, or one of your own by {@link choosing}.
 *
 * Guarantees: messages that a router sends to one routee keep their order; a routee that ended gets nothing more; what
 * finds no routee is a dead letter with reason `no-routee`.
 */
export { consistentHash } from './consistent-hash.ts'
export type { ConsistentHashOptions } from './consistent-hash.ts'
export { RouterError } from './errors.ts'
export { group } from './group.ts'
export type { GroupOptions } from './group.ts'
export { stableHash } from './hash-ring.ts'
export { pool } from './pool.ts'
export type { PoolOptions } from './pool.ts'
export type { GetRoutees, ResizePool, RouteesReply, RouterControl } from './protocol.ts'
export { broadcast, choosing, leastLoaded, randomly, roundRobin } from './routing.ts'
export type { Chooser, Routee, Routing } from './routing.ts'
