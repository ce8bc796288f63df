import { SparkError } from '../errors.ts'

/** Set aside for everything that is not accounted for. */
export const RESERVED_SYSTEM_MEMORY_BYTES: number = 300 << 20

/** What `spark.memory.*` says, and the heap it is about. */
export interface MemorySettings {
  /** Of one executor. */
  readonly heapBytes: number
  /** 300 MiB; `spark.testing.reservedMemory` otherwise. */
  readonly reservedBytes: number
  /** `spark.memory.fraction`, 0.6 (0.75 in Spark 1.6): of the usable heap, for execution and storage. */
  readonly fractionRatio: number
  /** `spark.memory.storageFraction`, 0.5: of that, immune to eviction by execution. */
  readonly storageFractionRatio: number
  /** `spark.memory.offHeap.size`; 0 unless `spark.memory.offHeap.enabled`. */
  readonly offHeapBytes: number
}

/** What an executor's memory is divided into. */
export interface MemoryRegions {
  /** The heap without what is reserved. */
  readonly usableBytes: number
  /** For execution and storage together. */
  readonly sparkBytes: number
  /** Of these, where cached blocks are immune to eviction by execution. */
  readonly storageRegionBytes: number
  /** What is left to the user's own objects. */
  readonly userBytes: number
  readonly offHeapBytes: number
  readonly offHeapStorageRegionBytes: number
}

/** Whose memory it is, for the refusal's words. */
export type MemoryOwner = 'system' | 'executor'

/**
 * The regions of the unified memory manager.
 *
 * @throws TROUPE_SPARK_MEMORY_TOO_SMALL for a heap of less than 1.5 times what is reserved
 * @see UnifiedMemoryManager.getMaxMemory in Spark's org.apache.spark.memory
 */
export function memoryRegions(settings: MemorySettings, owner: MemoryOwner): MemoryRegions {
  const { heapBytes, reservedBytes, fractionRatio, storageFractionRatio, offHeapBytes } = settings
  const minBytes = Math.ceil(reservedBytes * 1.5)
  if (heapBytes < minBytes) throw tooSmall(owner, heapBytes, minBytes)
  const usableBytes = heapBytes - reservedBytes
  const sparkBytes = Math.floor(usableBytes * fractionRatio)
  return {
    usableBytes,
    sparkBytes,
    storageRegionBytes: Math.floor(sparkBytes * storageFractionRatio),
    userBytes: usableBytes - sparkBytes,
    offHeapBytes,
    offHeapStorageRegionBytes: Math.floor(offHeapBytes * storageFractionRatio),
  }
}

function tooSmall(owner: MemoryOwner, heapBytes: number, minBytes: number): SparkError {
  const message =
    owner === 'system'
      ? `System memory ${heapBytes} must be at least ${minBytes}. Please increase heap size using the --driver-memory ` +
        'option or spark.driver.memory in Spark configuration (node --max-old-space-size=<MB> for a driver started by hand)'
      : `Executor memory ${heapBytes} must be at least ${minBytes}. Please increase executor memory using the ` +
        '--executor-memory option or spark.executor.memory in Spark configuration'
  return new SparkError('TROUPE_SPARK_MEMORY_TOO_SMALL', message, {
    data: { owner, heapBytes, minBytes },
  })
}
