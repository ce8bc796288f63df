import test from 'ava'

import { readStorageConf, storageSettings } from '../../../src/spark/context/storage-conf.ts'

const MIB = 1 << 20

test('memory and storage have the defaults of Spark', (t) => {
  t.deepEqual(readStorageConf({}), {
    fractionRatio: 0.6,
    storageFractionRatio: 0.5,
    offHeapBytes: 0,
    reservedBytes: 300 * MIB,
    testingBytes: undefined,
    unrollBytes: MIB,
    maxBytesInMemory: 200 << 20,
    broadcastPieceBytes: 4 * MIB,
    hasBroadcastChecksums: true,
    isCleaning: true,
    cleansCheckpoints: false,
  })
})

test('sizes are read as Spark writes them', (t) => {
  const read = (value: string | number): number =>
    readStorageConf({ 'spark.broadcast.blockSize': value }).broadcastPieceBytes
  const unroll = (value: string): number =>
    readStorageConf({ 'spark.storage.unrollMemoryThreshold': value }).unrollBytes
  t.deepEqual(
    [read('2m'), read(512), read('100b'), read('1g'), read('8kb')],
    [2 * MIB, 512 * 1024, 100, 1024 * MIB, 8192],
  )
  t.deepEqual([unroll('100'), unroll('64k')], [100, 65_536])
})

test('what is no share, flag or size is refused', (t) => {
  const wrong: readonly (readonly [string, string | number])[] = [
    ['spark.memory.fraction', 1.5],
    ['spark.memory.storageFraction', 'half'],
    ['spark.memory.offHeap.enabled', 'yes'],
    ['spark.memory.offHeap.size', 'much'],
    ['spark.broadcast.checksum', 1],
  ]
  for (const [key, value] of wrong) {
    t.throws(() => readStorageConf({ [key]: value }), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
      message: new RegExp(key.replaceAll('.', '\\.')),
    })
  }
  t.throws(() => readStorageConf({ 'spark.memory.offHeap.enabled': 'true' }), {
    message: /spark\.memory\.offHeap\.size/,
  })
})

test('an executor of 512m works, one of 449 MB is refused', (t) => {
  const conf = readStorageConf({})
  t.is(storageSettings(conf, 512 * MIB, 'executor').memory.heapBytes, 512 * MIB)
  t.throws(() => storageSettings(conf, 449 * MIB, 'executor'), {
    code: 'TROUPE_SPARK_MEMORY_TOO_SMALL',
  })
})
