import { invalidArgument } from '../errors.ts'
import { memoryRegions, type MemoryOwner } from '../memory/index.ts'
import type { StorageSettings } from '../storage/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

const MIB = 2 ** 20

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
  /** `spark.network.maxRemoteBlockSizeFetchToMem`, 200 MiB. */
  readonly maxBytesInMemory: number
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
 * @param offHeapMb of its resource profile, in place of `spark.memory.offHeap.size`
 * @throws TROUPE_SPARK_MEMORY_TOO_SMALL
 */
export function storageSettings(
  conf: StorageConf,
  heapBytes: number,
  owner: MemoryOwner,
  offHeapMb?: number,
): StorageSettings {
  const { fractionRatio, storageFractionRatio, reservedBytes } = conf
  // As in Spark there is none unless it is enabled, whatever a profile says.
  const isOffHeap = conf.offHeapBytes > 0 && offHeapMb !== undefined
  const offHeapBytes = isOffHeap ? offHeapMb * MIB : conf.offHeapBytes
  const { unrollBytes, maxBytesInMemory } = conf
  const memory = {
    heapBytes: owner === 'system' ? (conf.testingBytes ?? heapBytes) : heapBytes,
    reservedBytes,
    fractionRatio,
    storageFractionRatio,
    offHeapBytes,
  }
  memoryRegions(memory, owner)
  return { memory, unrollBytes, maxBytesInMemory }
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readStorageConf(conf: SparkConf): StorageConf {
  const isOffHeap = confValue(conf, 'spark.memory.offHeap.enabled')
  const offHeapBytes = confValue(conf, 'spark.memory.offHeap.size')
  if (isOffHeap && offHeapBytes === 0) {
    throw invalidArgument(
      'spark.memory.offHeap.size',
      conf['spark.memory.offHeap.size'] ?? 0,
      'a size of more than 0, since spark.memory.offHeap.enabled is true',
    )
  }
  return {
    fractionRatio: confValue(conf, 'spark.memory.fraction'),
    storageFractionRatio: confValue(conf, 'spark.memory.storageFraction'),
    offHeapBytes: isOffHeap ? offHeapBytes : 0,
    reservedBytes: confValue(conf, 'spark.testing.reservedMemory'),
    testingBytes: confValue(conf, 'spark.testing.memory'),
    unrollBytes: confValue(conf, 'spark.storage.unrollMemoryThreshold'),
    maxBytesInMemory: confValue(conf, 'spark.network.maxRemoteBlockSizeFetchToMem'),
    broadcastPieceBytes: Math.max(1, confValue(conf, 'spark.broadcast.blockSize')),
    hasBroadcastChecksums: confValue(conf, 'spark.broadcast.checksum'),
    isCleaning: confValue(conf, 'spark.cleaner.referenceTracking'),
    cleansCheckpoints: confValue(conf, 'spark.cleaner.referenceTracking.cleanCheckpoints'),
  }
}
