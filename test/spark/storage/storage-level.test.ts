import test from 'ava'

import {
  StorageLevel,
  checkedLevel,
  describeLevel,
  isStored,
} from '../../../src/spark/storage/index.ts'

test('the levels are those of Spark', (t) => {
  const rows = Object.entries(StorageLevel).map(([name, level]) => {
    const { useDisk, useMemory, useOffHeap, deserialized, replication } = level
    return [name, +useDisk, +useMemory, +useOffHeap, +deserialized, replication]
  })
  t.deepEqual(rows, [
    ['NONE', 0, 0, 0, 0, 1],
    ['DISK_ONLY', 1, 0, 0, 0, 1],
    ['DISK_ONLY_2', 1, 0, 0, 0, 2],
    ['DISK_ONLY_3', 1, 0, 0, 0, 3],
    ['MEMORY_ONLY', 0, 1, 0, 1, 1],
    ['MEMORY_ONLY_2', 0, 1, 0, 1, 2],
    ['MEMORY_ONLY_SER', 0, 1, 0, 0, 1],
    ['MEMORY_ONLY_SER_2', 0, 1, 0, 0, 2],
    ['MEMORY_AND_DISK', 1, 1, 0, 1, 1],
    ['MEMORY_AND_DISK_2', 1, 1, 0, 1, 2],
    ['MEMORY_AND_DISK_SER', 1, 1, 0, 0, 1],
    ['MEMORY_AND_DISK_SER_2', 1, 1, 0, 0, 2],
    ['OFF_HEAP', 1, 1, 1, 0, 1],
  ])
  t.false(isStored(StorageLevel.NONE))
  t.is(describeLevel(StorageLevel.MEMORY_AND_DISK_2), 'Disk Memory Deserialized 2x Replicated')
})

test('a level is given by name or as an object, and nothing else', (t) => {
  t.is(checkedLevel('persist', 'MEMORY_ONLY'), StorageLevel.MEMORY_ONLY)
  t.is(checkedLevel('persist', StorageLevel.OFF_HEAP), StorageLevel.OFF_HEAP)
  const offHeapObjects = { ...StorageLevel.OFF_HEAP, deserialized: true }
  for (const wrong of ['MEMORY', undefined, null, 2, {}, offHeapObjects]) {
    t.throws(() => checkedLevel('persist', wrong), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  }
})
