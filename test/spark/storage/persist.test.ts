import test from 'ava'

import { StorageLevel, type SparkContext, type StorageLevelName } from '../../../src/spark/index.ts'
import { startDriver } from './driver.ts'

/** Counts by a file each time a partition is computed. */
async function computed(sc: SparkContext): Promise<number> {
  const files = await sc.disk.list('/computed').catch(() => [])
  return files.length
}

function counted(sc: SparkContext, rows = 1000, partitions = 4) {
  return sc
    .parallelize(
      Array.from({ length: rows }, (_, i) => i),
      partitions,
    )
    .mapPartitionsWithIndex(async (index, batches, context) => {
      await context.disk.makeDirectory('/computed')
      const path = `/computed/${index}-${context.taskAttemptId}-${context.executorId}`
      await context.disk.writeFile(path, new Uint8Array(0))
      return batches
    })
    .map((n) => ({ n, text: `row ${n}` }))
}

const sum = (4 * 999 * 1000) / 8

for (const name of Object.keys(StorageLevel) as StorageLevelName[]) {
  const replication = StorageLevel[name].replication
  test(`a persisted RDD is computed once: ${name}`, async (t) => {
    const offHeap = { 'spark.memory.offHeap.enabled': 'true', 'spark.memory.offHeap.size': '10m' }
    const { kit, sc } = startDriver(t, offHeap, 3)
    const rdd = counted(sc).persist(name)
    const total = (): Promise<number> => rdd.map(({ n }) => n).reduce((a, b) => a + b)
    t.is(await kit.until(total()), sum)
    t.is(await kit.until(total()), sum)
    t.deepEqual((await kit.until(rdd.collect())).at(-1), { n: 999, text: 'row 999' })
    t.is(await computed(sc), name === 'NONE' ? 12 : 4)
    const info = sc.getRDDStorageInfo()
    if (name === 'NONE') {
      t.deepEqual(info, [])
      return
    }
    t.is(info.length, 1)
    t.is(info[0]?.numCachedPartitions, 4)
    t.is(info[0] !== undefined && info[0].diskBytes > 0, name.startsWith('DISK'))
    t.is(info[0] !== undefined && info[0].memoryBytes > 0, !name.startsWith('DISK'))
    t.deepEqual([...sc.getPersistentRDDs().keys()], [rdd.id])
    t.deepEqual(rdd.getStorageLevel(), StorageLevel[name])
    // Every copy is on another executor.
    await kit.until(rdd.unpersist(true))
    t.deepEqual(sc.getRDDStorageInfo(), [])
    t.is(sc.getPersistentRDDs().size, 0)
    t.is(await kit.until(total()), sum)
    t.is(await computed(sc), 8)
    t.true(replication >= 1)
  })
}

test('copies are kept on other executors, and one is read when the first is lost', async (t) => {
  const { kit, sc, events } = startDriver(t, {}, 2)
  const rdd = counted(sc).persist('MEMORY_ONLY_2')
  await kit.until(rdd.count())
  const kept = events.filter(({ type }) => type === 'block-updated').length
  t.is(kept, 8)
  t.is(await computed(sc), 4)
  sc.killExecutor('driver')
  t.is(await kit.until(rdd.map(({ n }) => n).reduce((a, b) => a + b)), sum)
  t.is(await computed(sc), 4)
})

test('cached blocks of a lost executor are computed again, and only these', async (t) => {
  const { kit, sc } = startDriver(t, {}, 2)
  const rdd = counted(sc, 1000, 4).cache()
  await kit.until(rdd.count())
  t.is(await computed(sc), 4)
  sc.killExecutor('driver')
  t.is(await kit.until(rdd.map(({ n }) => n).reduce((a, b) => a + b)), sum)
  const again = await computed(sc)
  t.true(again > 4 && again < 8, `${again}`)
  t.is(sc.getRDDStorageInfo()[0]?.numCachedPartitions, 4)
})

test('a level that an RDD has is changed by unpersist only', async (t) => {
  const { kit, sc } = startDriver(t)
  const rdd = sc.parallelize([1, 2, 3]).persist('DISK_ONLY').persist(StorageLevel.DISK_ONLY)
  t.throws(() => rdd.cache(), { code: 'TROUPE_SPARK_LEVEL_ASSIGNED' })
  await kit.until(rdd.unpersist())
  t.is(rdd.cache().getStorageLevel(), StorageLevel.MEMORY_ONLY)
  t.throws(() => sc.parallelize([1]).persist('MEMORY' as 'NONE'), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
  })
})

const small = { 'spark.testing.reservedMemory': 0, 'spark.testing.memory': '1m' }

test('what does not fit memory is computed each time, or goes to disk, as the level says', async (t) => {
  const { kit, sc } = startDriver(t, small, 1)
  const only = counted(sc, 40_000, 4).cache()
  t.is(await kit.until(only.count()), 40_000)
  t.is(await kit.until(only.count()), 40_000)
  const times = await computed(sc)
  t.true(times > 4, `${times}`)
  const info = sc.getRDDStorageInfo()[0]
  t.true((info?.memoryBytes ?? 0) <= 0.6 * (1 << 20))
  await kit.until(only.unpersist(true))
  const both = counted(sc, 40_000, 4).persist('MEMORY_AND_DISK')
  t.is(await kit.until(both.count()), 40_000)
  t.is(await kit.until(both.count()), 40_000)
  t.is(await computed(sc), times + 4)
  t.is(sc.getRDDStorageInfo()[0]?.numCachedPartitions, 4)
  t.true((sc.getRDDStorageInfo()[0]?.diskBytes ?? 0) > 0)
  const rows = await kit.until(both.collect())
  t.deepEqual([rows[0]?.n, rows.at(-1)?.n, rows.length], [0, 39_999, 40_000])
})

test('blocks of another RDD make room, the least recently used first', async (t) => {
  const { kit, sc, events } = startDriver(t, small, 1)
  const rows = Array.from({ length: 3000 }, (_, i) => i + 0.5)
  const [a, b] = [0, 1].map((shift) =>
    sc
      .parallelize(rows, 2)
      .map((n) => [n + shift])
      .cache(),
  )
  t.is(await kit.until(a?.count() ?? Promise.resolve(0)), 3000)
  const large = counted(sc, 40_000, 8).persist('MEMORY_ONLY_SER')
  t.is(await kit.until(b?.count() ?? Promise.resolve(0)), 3000)
  t.is(await kit.until(large.count()), 40_000)
  const gone = events.flatMap((event) =>
    event.type === 'block-updated' && event.memoryBytes === 0 ? [event.name] : [],
  )
  t.deepEqual(gone[0], `rdd_${a?.id}_0`)
  t.is(await kit.until(a?.count() ?? Promise.resolve(0)), 3000)
})

test('a disk that is full costs the blocks, not the job', async (t) => {
  const { kit, sc } = startDriver(t, small, 1)
  const rows = (count: number) =>
    sc
      .parallelize(
        Array.from({ length: count }, (_, i) => i),
        4,
      )
      .map((n) => ({ n, text: `row ${n}` }))
  const full = rows(40_000).persist('MEMORY_AND_DISK')
  const only = rows(1000).persist('DISK_ONLY')
  await kit.until(sc.parallelize([1]).count())
  kit.world.fillDisk('main')
  t.is(await kit.until(full.count()), 40_000)
  t.is(await kit.until(only.count()), 1000)
  t.is(await kit.until(only.count()), 1000)
})

test('a job that is cancelled while it unrolls holds no memory', async (t) => {
  const { kit, sc } = startDriver(t, {}, 1)
  const abort = new AbortController()
  const rdd = counted(sc, 400_000, 1)
    .mapPartitions(async function* (rows) {
      let n = 0
      for await (const row of rows) {
        n += 1
        if (n === 10_000) await new Promise(() => {})
        yield row
      }
    })
    .cache()
  const counting = rdd.count({ signal: abort.signal })
  counting.catch(() => {})
  await kit.settle()
  abort.abort()
  await t.throwsAsync(kit.until(counting), { code: 'TROUPE_SPARK_JOB_CANCELLED' })
  t.deepEqual(sc.getRDDStorageInfo(), [])
})

test('partitions without rows are kept like others', async (t) => {
  const { kit, sc } = startDriver(t, {}, 2)
  for (const level of ['MEMORY_ONLY', 'MEMORY_ONLY_SER', 'DISK_ONLY'] as const) {
    const rdd = sc
      .parallelize([1], 4)
      .filter((n) => n > 1)
      .persist(level)
    t.is(await kit.until(rdd.count()), 0)
    const [kept] = sc.getRDDStorageInfo().filter(({ rddId }) => rddId === rdd.id)
    t.is(kept?.numCachedPartitions, 4, level)
    await kit.until(rdd.unpersist(true))
    t.is(sc.getRDDStorageInfo().filter(({ rddId }) => rddId === rdd.id).length, 0, level)
  }
})
