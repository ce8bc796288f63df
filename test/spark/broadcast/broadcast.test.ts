import test from 'ava'

import { SparkContext } from '../../../src/spark/index.ts'
import { startDriver } from '../storage/driver.ts'

test('a broadcast value is read in tasks, piece by piece from whoever has it', async (t) => {
  const { kit, sc, events } = startDriver(t, { 'spark.broadcast.blockSize': '100b' }, 3)
  const table = sc.broadcast(new Map(Array.from({ length: 100 }, (_, i) => [i, `name ${i}`])))
  const names = sc
    .parallelize(
      Array.from({ length: 30 }, (_, i) => i),
      6,
    )
    .map((n) => table.value.get(n))
  t.deepEqual(
    await kit.until(names.collect()),
    Array.from({ length: 30 }, (_, i) => `name ${i}`),
  )
  t.is(table.value.get(7), 'name 7')
  const kept = events.filter((event) => event.type === 'block-updated')
  const pieces = new Set(kept.map((event) => ('name' in event ? event.name : '')))
  t.true(pieces.size >= 10, `${pieces.size} pieces`)
  t.is(kept.length, pieces.size * 3)
})

test('after unpersist tasks fetch it again; after destroy nobody may', async (t) => {
  const { kit, sc } = startDriver(t, {}, 3)
  const factor = sc.broadcast({ by: 3 })
  const rows = sc.parallelize([1, 2, 3], 3)
  const times = (): Promise<number[]> => rows.map((n) => n * factor.value.by).collect()
  t.deepEqual(await kit.until(times()), [3, 6, 9])
  await kit.until(factor.unpersist(true))
  t.deepEqual(await kit.until(times()), [3, 6, 9])
  const lazy = rows.map((n) => n + factor.value.by)
  await kit.until(factor.destroy(true))
  t.throws(() => factor.value, { code: 'TROUPE_SPARK_BROADCAST_LOST' })
  await t.throwsAsync(kit.until(lazy.collect()), { message: /destroyed/ })
  await kit.until(factor.destroy())
})

test('executors that come later, or lose what they had, read it from the driver', async (t) => {
  const { kit, sc } = startDriver(t, {}, 3)
  const factor = sc.broadcast([10])
  const rows = sc.parallelize([1, 2, 3, 4, 5, 6], 6)
  const times = (): Promise<number[]> => rows.map((n) => n * (factor.value[0] ?? 0)).collect()
  t.deepEqual(await kit.until(times()), [10, 20, 30, 40, 50, 60])
  sc.killExecutor('driver')
  sc.killExecutor('driver-1')
  t.deepEqual(await kit.until(times()), [10, 20, 30, 40, 50, 60])
})

test('a value that can not travel is refused, and named', (t) => {
  const { sc } = startDriver(t, {}, 3)
  t.throws(() => sc.broadcast({ f: () => 1 }), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    message: /value\.f/,
  })
})

test('task threads share the bytes of a broadcast', async (t) => {
  const sc = await SparkContext.create({ master: 'local[2]', appName: 'broadcast' })
  try {
    const numbers = sc.broadcast(Float64Array.from({ length: 100_000 }, (_, i) => i / 2))
    const found = sc.parallelize([0, 1, 50_000, 99_999], 4).map((i) => numbers.value[i])
    t.deepEqual(await found.collect(), [0, 0.5, 25_000, 49_999.5])
    await numbers.unpersist(true)
    t.deepEqual(await found.collect(), [0, 0.5, 25_000, 49_999.5])
  } finally {
    await sc.stop()
  }
})
