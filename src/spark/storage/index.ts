/**
 * Storage: what an application keeps of the partitions it has computed, and where.
 *
 * {@link StorageLevel} says how a partition is kept: in memory as objects or bytes, on disk, on how many executors.
 */
export { StorageLevel, checkedLevel, describeLevel, isStored } from './storage-level.ts'
export type { StorageLevelName } from './storage-level.ts'
