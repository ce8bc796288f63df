/**
 * Worker threads as a place for actors.
 *
 *     export const hasher = registered(import.meta.url, 'hasher', (props: Props) => receive<Hash>(…))
 *
 *     const pool = threadPool(system, { size: 4 })
 *     const worker = ctx.spawn(hasher({ rounds: 10 }), 'hasher', { placement: pool })
 *
 * A pool is a service of the system (`/system/<name>`), with one actor for each thread; losing a thread is the failure of
 * that actor, and the pool's strategy answers. Messages go over a {@link Link} on the thread's data line, in CBOR;
 * boot, pings, statistics and shutdown over its control line, each call with a deadline.
 *
 * Guarantees: the parent stays the parent across the thread; a lost thread fails its children with `TROUPE_NODE_LOST` and
 * ends asks at once; refs of actors in one thread reach actors in another, and other nodes, by way of this system.
 */
export { runThread } from './run-thread.ts'
export { threadPool } from './thread-pool.ts'
export type { PoolThreadInfo, ThreadPool } from './thread-pool.ts'
export type { ThreadPoolOptions } from './pool-options.ts'
export type { ThreadStatistics } from './boot.ts'
