import test from 'ava'

import type { SparkEvent } from '../../../src/spark/index.ts'
import { counts, expected, startCluster } from './simulated-cluster.ts'

const dynamic = { 'spark.dynamicAllocation.enabled': true }

const has = (events: readonly SparkEvent[], type: SparkEvent['type']): number =>
  events.filter((event) => event.type === type).length

test('executors come when tasks wait, go when they are idle, and come again', async (t) => {
  const conf = {
    ...dynamic,
    'spark.dynamicAllocation.executorIdleTimeout': '5s',
    'spark.dynamicAllocation.shuffleTracking.timeout': '20s',
  }
  const { world, sc, events } = await startCluster(t, 1, conf, 0)
  t.is(has(events, 'executor-added'), 0)
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  const came = has(events, 'executor-added')
  t.true(came >= 1)
  await world.advance(10_000)
  t.is(has(events, 'executor-removed'), 0, 'they have map outputs')
  await world.advance(20_000)
  t.is(has(events, 'executor-removed'), came)
  const reasons = events.flatMap((event) => (event.type === 'executor-removed' ? event.reason : []))
  t.regex(reasons[0] ?? '', /has been idle for \d+ s, and 0 executors are wanted/)
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  t.true(has(events, 'executor-added') > came)
})

test('executors with cached partitions stay, and never fewer than asked for', async (t) => {
  const conf = {
    ...dynamic,
    'spark.dynamicAllocation.minExecutors': 1,
    'spark.dynamicAllocation.executorIdleTimeout': '5s',
  }
  const { world, sc, events } = await startCluster(t, 2, conf, 1)
  const rows = sc.parallelize([1, 2, 3, 4], 4).cache()
  t.is(await world.until(rows.count()), 4)
  const before = has(events, 'executor-removed')
  await world.advance(30_000)
  t.is(has(events, 'executor-removed'), before)
  await world.until(rows.unpersist(true))
  await world.advance(30_000)
  t.is(has(events, 'executor-added') - has(events, 'executor-removed'), 1)
})

test('no barrier stage runs where executors come and go', async (t) => {
  const { world, sc } = await startCluster(t, 3, dynamic, 0)
  const rows = sc
    .parallelize([1], 1)
    .barrier()
    .mapPartitions((part) => part)
  await world.until(t.throwsAsync(rows.collect(), { message: /SPARK-24942/ }).then(() => {}))
})
