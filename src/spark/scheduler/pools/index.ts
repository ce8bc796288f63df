/** Pools: in which order task sets get slots. The allocation file says which pools there are. Pure. */
export { readAllocations } from './allocation-file.ts'
export { DEFAULT_POOL, NO_POOLS, isFairlyBefore, nextInLine } from './pools.ts'
export type { Claim, PoolSettings, PoolSpec, QueuedSet, SchedulingMode } from './pools.ts'
