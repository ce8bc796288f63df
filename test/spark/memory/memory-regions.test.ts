import test from 'ava'

import {
  RESERVED_SYSTEM_MEMORY_BYTES,
  memoryRegions,
  type MemorySettings,
} from '../../../src/spark/memory/index.ts'

const MIB = 1 << 20

function settings(heapMb: number, fractionRatio = 0.6, storageFractionRatio = 0.5): MemorySettings {
  const reservedBytes = RESERVED_SYSTEM_MEMORY_BYTES
  const heapBytes = heapMb * MIB
  return { heapBytes, reservedBytes, fractionRatio, storageFractionRatio, offHeapBytes: 0 }
}

test('the regions of a heap are those of Spark, 1.6 and since', (t) => {
  const table: readonly (readonly [MemorySettings, ...number[]])[] = [
    // The article's example: usable, Spark memory, storage, user.
    [settings(4096, 0.75), 3796, 2847, 1423.5, 949],
    [settings(4096, 0.6), 3796, 2277.6, 1138.8, 1518.4],
    [settings(512), 212, 127.2, 63.6, 84.8],
    [settings(450), 150, 90, 45, 60],
    [settings(1024, 0.6, 0.2), 724, 434.4, 86.88, 289.6],
  ]
  for (const [given, usable, spark, storage, user] of table) {
    const regions = memoryRegions(given, 'executor')
    const found = [
      regions.usableBytes,
      regions.sparkBytes,
      regions.storageRegionBytes,
      regions.userBytes,
    ].map((bytes) => Math.round((bytes / MIB) * 100) / 100)
    t.deepEqual(found, [usable ?? 0, spark ?? 0, storage ?? 0, user ?? 0])
  }
})

test('a heap below one and a half times what is reserved is refused in words of Spark', (t) => {
  const error = t.throws(() => memoryRegions(settings(449), 'executor'), {
    code: 'TROUPE_SPARK_MEMORY_TOO_SMALL',
  })
  t.is(
    error.message,
    'Executor memory 470810624 must be at least 471859200. Please increase executor memory using the ' +
      '--executor-memory option or spark.executor.memory in Spark configuration',
  )
  t.throws(() => memoryRegions(settings(100), 'system'), {
    message: /^System memory 104857600 must be at least 471859200\. Please increase heap size/,
  })
  t.notThrows(() => memoryRegions(settings(450), 'executor'))
  t.is(
    memoryRegions({ ...settings(100), reservedBytes: 0 }, 'system').sparkBytes,
    Math.floor(60 * MIB),
  )
})

test('the pool off the heap has a storage region of the same share', (t) => {
  const { offHeapBytes, offHeapStorageRegionBytes } = memoryRegions(
    { ...settings(512), offHeapBytes: 1000 },
    'executor',
  )
  t.deepEqual([offHeapBytes, offHeapStorageRegionBytes], [1000, 500])
})
