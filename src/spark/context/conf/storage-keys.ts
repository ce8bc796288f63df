import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, ratio, size } from './parsers.ts'

/** Keys of memory, storage, broadcast and cleaner. Sizes in bytes. */
export interface StorageKeys {
  readonly 'spark.memory.fraction': number
  readonly 'spark.memory.storageFraction': number
  readonly 'spark.memory.offHeap.enabled': boolean
  readonly 'spark.memory.offHeap.size': number
  readonly 'spark.testing.reservedMemory': number
  readonly 'spark.testing.memory': number | undefined
  readonly 'spark.storage.unrollMemoryThreshold': number
  readonly 'spark.broadcast.blockSize': number
  readonly 'spark.broadcast.checksum': boolean
  readonly 'spark.cleaner.referenceTracking': boolean
  readonly 'spark.cleaner.referenceTracking.cleanCheckpoints': boolean
}

export const STORAGE_ENTRIES: ConfEntries<StorageKeys> = {
  'spark.memory.fraction': withDefault(
    ratio,
    '0.6',
    'of the heap without what is reserved, for execution and storage',
  ),
  'spark.memory.storageFraction': withDefault(
    ratio,
    '0.5',
    'of that, immune to eviction by execution',
  ),
  'spark.memory.offHeap.enabled': withDefault(
    flag,
    'false',
    'whether there is memory off the heap, for `OFF_HEAP`',
  ),
  'spark.memory.offHeap.size': withDefault(size(), '0', 'bytes of it'),
  'spark.testing.reservedMemory': withDefault(size(), '300m', 'for tests with small heaps'),
  'spark.testing.memory': optional(size(), 'none', "in place of the driver's heap with `local`"),
  'spark.storage.unrollMemoryThreshold': withDefault(
    size(),
    '1m',
    'what is reserved before the first row of a block',
  ),
  'spark.broadcast.blockSize': withDefault(
    size('k'),
    '4m',
    'bytes of a piece; a plain number is of KiB',
  ),
  'spark.broadcast.checksum': withDefault(flag, 'true', 'whether pieces are checked'),
  'spark.cleaner.referenceTracking': withDefault(
    flag,
    'true',
    'whether what nobody refers to is removed',
  ),
  'spark.cleaner.referenceTracking.cleanCheckpoints': withDefault(
    flag,
    'false',
    'whether reliable checkpoints are, too',
  ),
}
