import test from 'ava'

import type { Pair, RDD } from '../../../src/spark/index.ts'
import { startDriver } from '../context/driver.ts'

test('a lineage of a thousand maps is computed, described and checkpointed without running out of stack', async (t) => {
  const { kit, sc } = startDriver(t)
  let rdd: RDD<number> = sc.parallelize([1, 2, 3], 2)
  for (let i = 0; i < 1_000; i += 1) rdd = rdd.map((n) => n + 1)
  t.true((await kit.until(rdd.toDebugString())).split('\n').length > 1_000)
  await kit.until(sc.setCheckpointDir('/checkpoints'))
  rdd.checkpoint()
  t.deepEqual(await kit.until(rdd.collect()), [1_001, 1_002, 1_003])
  t.true(rdd.isCheckpointed())
  t.deepEqual(await kit.until(rdd.collect()), [1_001, 1_002, 1_003])
})

test('a thousand unions, one after the other, are computed', async (t) => {
  const { kit, sc } = startDriver(t)
  let rdd: RDD<number> = sc.parallelize([0], 1)
  for (let i = 1; i <= 1_000; i += 1) rdd = rdd.union(sc.parallelize([i], 1))
  t.is(await kit.until(rdd.getNumPartitions()), 1_001)
  t.is(await kit.until(rdd.sum()), 500_500)
})

test('three hundred RDDs zipped one after the other are computed', async (t) => {
  const { kit, sc } = startDriver(t)
  const ones = sc.parallelize([1, 2, 3], 2)
  let rdd: RDD<number> = ones
  for (let i = 0; i < 300; i += 1) rdd = rdd.zip(ones).map(([sum, one]) => sum + one)
  t.deepEqual(await kit.until(rdd.collect()), [301, 602, 903])
})

test('a thousand narrow operations of any kind, mixed and kept here and there, are computed', async (t) => {
  const { kit, sc } = startDriver(t)
  let rdd: RDD<number> = sc.parallelize([1, 2, 3, 4], 2)
  for (let i = 0; i < 250; i += 1) {
    rdd = rdd
      .union(sc.parallelize([0], 1))
      .coalesce(2)
      .filter((n) => n > 0)
      .zipPartitions([sc.parallelize([1], 2)], (rows) => rows)
    if (i % 50 === 0) rdd.cache()
  }
  t.deepEqual((await kit.until(rdd.collect())).sort(), [1, 2, 3, 4])
})

test('a union of a thousand RDDs is one union', async (t) => {
  const { kit, sc } = startDriver(t)
  const all = Array.from({ length: 1_000 }, (_, i) => sc.parallelize([i], 1))
  t.is(await kit.until(sc.union(all).sum()), 499_500)
})

test('a lineage of a hundred shuffles runs its stages one after the other', async (t) => {
  const { kit, sc } = startDriver(t)
  let rdd: RDD<Pair<number, number>> = sc.parallelize([1, 2], 2).map((n) => [n, n])
  for (let i = 0; i < 100; i += 1) {
    rdd = rdd.mapValues((n) => n + 1).partitionBy(1 + (i % 2))
  }
  t.deepEqual((await kit.until(rdd.values().collect())).sort(), [101, 102])
})
