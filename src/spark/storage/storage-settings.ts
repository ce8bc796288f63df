import type { MemorySettings } from '../memory/index.ts'

/** What an executor is told of its memory and storage. Plain data; it travels. */
export interface StorageSettings {
  readonly memory: MemorySettings
  /** `spark.storage.unrollMemoryThreshold`: what is reserved before the first row of a block that is kept. */
  readonly unrollBytes: number
  /** `spark.network.maxRemoteBlockSizeFetchToMem`: longer blocks of other executors go by way of the disk. */
  readonly maxBytesInMemory: number
}
