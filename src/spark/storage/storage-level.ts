import { invalidArgument } from '../errors.ts'
import type { MemoryMode } from '../memory/index.ts'

/** Where and how the partitions of an RDD are kept once they were computed. Plain data; it travels. */
export interface StorageLevel {
  readonly useDisk: boolean
  readonly useMemory: boolean
  /** Memory that the executor sets apart by `spark.memory.offHeap.size`. */
  readonly useOffHeap: boolean
  /** As objects, in the heap of one task thread; as bytes otherwise. */
  readonly deserialized: boolean
  /** Executors that keep it. */
  readonly replication: number
}

/** The levels by their names in Spark. */
export type StorageLevelName =
  | 'NONE'
  | 'DISK_ONLY'
  | 'DISK_ONLY_2'
  | 'DISK_ONLY_3'
  | 'MEMORY_ONLY'
  | 'MEMORY_ONLY_2'
  | 'MEMORY_ONLY_SER'
  | 'MEMORY_ONLY_SER_2'
  | 'MEMORY_AND_DISK'
  | 'MEMORY_AND_DISK_2'
  | 'MEMORY_AND_DISK_SER'
  | 'MEMORY_AND_DISK_SER_2'
  | 'OFF_HEAP'

function level(
  useDisk: boolean,
  useMemory: boolean,
  useOffHeap: boolean,
  deserialized: boolean,
  replication = 1,
): StorageLevel {
  return Object.freeze({ useDisk, useMemory, useOffHeap, deserialized, replication })
}

/**
 * Every storage level. `MEMORY_ONLY` keeps objects and recomputes what does not fit; `_SER` keeps bytes, which
 * every task thread can read; `_AND_DISK` writes to disk what does not fit; `_2` and `_3` keep copies on other
 * executors.
 *
 * @see StorageLevel in Spark's org.apache.spark.storage
 */
export const StorageLevel: Readonly<Record<StorageLevelName, StorageLevel>> = Object.freeze({
  NONE: level(false, false, false, false),
  DISK_ONLY: level(true, false, false, false),
  DISK_ONLY_2: level(true, false, false, false, 2),
  DISK_ONLY_3: level(true, false, false, false, 3),
  MEMORY_ONLY: level(false, true, false, true),
  MEMORY_ONLY_2: level(false, true, false, true, 2),
  MEMORY_ONLY_SER: level(false, true, false, false),
  MEMORY_ONLY_SER_2: level(false, true, false, false, 2),
  MEMORY_AND_DISK: level(true, true, false, true),
  MEMORY_AND_DISK_2: level(true, true, false, true, 2),
  MEMORY_AND_DISK_SER: level(true, true, false, false),
  MEMORY_AND_DISK_SER_2: level(true, true, false, false, 2),
  OFF_HEAP: level(true, true, true, false),
})

/** Whether anything is kept at all. */
export function isStored({ useDisk, useMemory, replication }: StorageLevel): boolean {
  return (useDisk || useMemory) && replication > 0
}

/** Which pool its blocks are in while they are in memory. */
export function modeOf({ useOffHeap }: StorageLevel): MemoryMode {
  return useOffHeap ? 'off-heap' : 'on-heap'
}

/** Whether two levels are the same. */
export function sameLevel(a: StorageLevel, b: StorageLevel): boolean {
  return (
    a.useDisk === b.useDisk &&
    a.useMemory === b.useMemory &&
    a.useOffHeap === b.useOffHeap &&
    a.deserialized === b.deserialized &&
    a.replication === b.replication
  )
}

/** The name of a level, as Spark's pages have it: `Disk Memory Deserialized 1x Replicated`. */
export function describeLevel(given: StorageLevel): string {
  const { useDisk, useMemory, useOffHeap, deserialized, replication } = given
  if (!isStored(given)) return 'StorageLevel.NONE'
  const words = [
    ...(useDisk ? ['Disk'] : []),
    ...(useMemory ? [useOffHeap ? 'Memory (off heap)' : 'Memory'] : []),
    deserialized ? 'Deserialized' : 'Serialized',
    `${replication}x Replicated`,
  ]
  return words.join(' ')
}

/**
 * A level as the user gave it: by name, or as an object of five fields.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for what is no level, or off the heap and deserialized at once
 */
export function checkedLevel(where: string, given: unknown): StorageLevel {
  const named =
    typeof given === 'string' && Object.hasOwn(StorageLevel, given)
      ? StorageLevel[given as StorageLevelName]
      : given
  if (isLevel(named)) return named
  const accepted = `a StorageLevel: one of ${Object.keys(StorageLevel).join(', ')}`
  throw invalidArgument(where, typeof given === 'object' ? JSON.stringify(given) : given, accepted)
}

function isLevel(value: unknown): value is StorageLevel {
  if (typeof value !== 'object' || value === null) return false
  const { useDisk, useMemory, useOffHeap, deserialized, replication } =
    value as Partial<StorageLevel>
  const flags = [useDisk, useMemory, useOffHeap, deserialized]
  if (!flags.every((flag) => typeof flag === 'boolean')) return false
  if (useOffHeap === true && (deserialized === true || useMemory !== true)) return false
  return (
    typeof replication === 'number' &&
    Number.isInteger(replication) &&
    replication >= 1 &&
    replication < 40
  )
}
