import { invalidArgument } from '../errors.ts'
import { RESERVED_SYSTEM_MEMORY_BYTES, memoryRegions, type MemoryOwner } from '../memory/index.ts'
import type { StorageSettings } from '../storage/index.ts'
import type { SparkConf } from './spark-conf.ts'

/** What the engine reads of `spark.memory`, `spark.storage`, `spark.broadcast` and `spark.cleaner`. */
export interface StorageConf {
  /** `spark.memory.fraction`, 0.6. */
  readonly fractionRatio: number
  /** `spark.memory.storageFraction`, 0.5. */
  readonly storageFractionRatio: number
  /** `spark.memory.offHeap.size`, if `spark.memory.offHeap.enabled`; 0 otherwise. */
  readonly offHeapBytes: number
  /** `spark.testing.reservedMemory`, 300 MiB. */
  readonly reservedBytes: number
  /** `spark.testing.memory`: in place of the driver's heap, for executors in its process. */
  readonly testingBytes: number | undefined
  /** `spark.storage.unrollMemoryThreshold`, 1 MiB. */
  readonly unrollBytes: number
  /** `spark.broadcast.blockSize`, 4 MiB; a plain number is of KiB. */
  readonly broadcastPieceBytes: number
  /** `spark.broadcast.checksum`, true. */
  readonly hasBroadcastChecksums: boolean
  /** `spark.cleaner.referenceTracking`, true. */
  readonly isCleaning: boolean
  /** `spark.cleaner.referenceTracking.cleanCheckpoints`, false. */
  readonly cleansCheckpoints: boolean
}

/**
 * What an executor with such a heap is told.
 *
 * @throws TROUPE_SPARK_MEMORY_TOO_SMALL
 */
export function storageSettings(
  conf: StorageConf,
  heapBytes: number,
  owner: MemoryOwner,
): StorageSettings {
  const { fractionRatio, storageFractionRatio, offHeapBytes, reservedBytes, unrollBytes } = conf
  const memory = {
    heapBytes: owner === 'system' ? (conf.testingBytes ?? heapBytes) : heapBytes,
    reservedBytes,
    fractionRatio,
    storageFractionRatio,
    offHeapBytes,
  }
  memoryRegions(memory, owner)
  return { memory, unrollBytes }
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readStorageConf(conf: SparkConf): StorageConf {
  const isOffHeap = flag(conf, 'spark.memory.offHeap.enabled', false)
  const offHeapBytes = size(conf, 'spark.memory.offHeap.size', 0)
  if (isOffHeap && offHeapBytes === 0) {
    throw invalidArgument(
      'spark.memory.offHeap.size',
      conf['spark.memory.offHeap.size'] ?? 0,
      'a size of more than 0, since spark.memory.offHeap.enabled is true',
    )
  }
  return {
    fractionRatio: ratio(conf, 'spark.memory.fraction', 0.6),
    storageFractionRatio: ratio(conf, 'spark.memory.storageFraction', 0.5),
    offHeapBytes: isOffHeap ? offHeapBytes : 0,
    reservedBytes: size(conf, 'spark.testing.reservedMemory', RESERVED_SYSTEM_MEMORY_BYTES),
    testingBytes:
      conf['spark.testing.memory'] === undefined
        ? undefined
        : size(conf, 'spark.testing.memory', 0),
    unrollBytes: size(conf, 'spark.storage.unrollMemoryThreshold', 1 << 20),
    broadcastPieceBytes: Math.max(1, size(conf, 'spark.broadcast.blockSize', 4 << 20, 1024)),
    hasBroadcastChecksums: flag(conf, 'spark.broadcast.checksum', true),
    isCleaning: flag(conf, 'spark.cleaner.referenceTracking', true),
    cleansCheckpoints: flag(conf, 'spark.cleaner.referenceTracking.cleanCheckpoints', false),
  }
}

function ratio(conf: SparkConf, key: string, otherwise: number): number {
  const value = conf[key]
  if (value === undefined) return otherwise
  const number = Number(value)
  if (number >= 0 && number <= 1 && value !== '') return number
  throw invalidArgument(key, value, 'a share of 0 to 1')
}

function flag(conf: SparkConf, key: string, otherwise: boolean): boolean {
  const value = conf[key]
  if (value === undefined) return otherwise
  if (value === 'true') return true
  if (value === 'false') return false
  throw invalidArgument(key, value, 'true or false')
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
}

/** A size as Spark writes it: bytes, or a number with `k`, `m`, `g` or `t`. */
export function size(conf: SparkConf, key: string, otherwise: number, plainUnit = 1): number {
  const value = conf[key]
  if (value === undefined) return otherwise
  const match = /^(\d+)\s*(?:([kmgt])i?b?|(b))?$/i.exec(String(value).trim())
  const bytes =
    Number(match?.[1]) * (UNIT_BYTES[(match?.[2] ?? match?.[3] ?? '').toLowerCase()] ?? plainUnit)
  if (Number.isSafeInteger(bytes)) return bytes
  throw invalidArgument(key, value, 'a number of bytes, or a size such as 64k, 4m or 2g')
}
