import test from 'ava'

import { nodeLog } from '../../../src/platform/node/log.ts'
import { SparkContext } from '../../../src/spark/index.ts'
import { CancelledGroups } from '../../../src/spark/context/cancelled-groups.ts'
import { startDriver } from './driver.ts'

test('a context says what it is', async (t) => {
  const { kit, sc } = startDriver(t, { conf: { 'spark.cores.max': 3 } })
  t.regex(sc.version, /^\d+\.\d+\.\d+$/)
  t.true(sc.isLocal)
  t.false(sc.isStopped)
  t.is(sc.deployMode, 'client')
  t.is(sc.startTime, kit.system.environment.clock.wallNow())
  t.like(sc.getConf(), {
    'spark.app.id': sc.applicationId,
    'spark.app.name': 'test',
    'spark.cores.max': 3,
    'spark.master': 'local',
  })
  t.is(sc.parallelize([1]).sparkContext, sc)
  await kit.until(sc.stop())
  t.true(sc.isStopped)
})

test('a process has one context for all who get or create it, until it is stopped', async (t) => {
  const options = { master: 'local[1]', appName: 'shared' }
  const [one, other] = await Promise.all([
    SparkContext.getOrCreate(options),
    SparkContext.getOrCreate(options),
  ])
  t.teardown(() => one.stop())
  t.is(one, other)
  t.is(await SparkContext.getOrCreate(), one)
  t.true(one.isLocal)
  await one.stop()
  const next = await SparkContext.getOrCreate(options)
  t.teardown(() => next.stop())
  t.not(next, one)
  t.is(await next.parallelize([1, 2]).count(), 2)
})

test('a level that is no level of Spark is refused, others are taken in any case', (t) => {
  const { sc } = startDriver(t, { conf: { 'spark.log.level': 'warn' } })
  for (const level of ['ALL', 'off', 'Info']) {
    t.notThrows(() => {
      sc.setLogLevel(level)
    })
  }
  for (const level of ['LOUD', '', undefined as unknown as string]) {
    t.throws(
      () => {
        sc.setLogLevel(level)
      },
      { code: 'TROUPE_SPARK_ARGUMENT_INVALID' },
    )
  }
})

test('a log writes the lines of the level that it was set to', (t) => {
  const lines: string[] = []
  const log = nodeLog({ level: 'warn', write: (line) => lines.push(line) })
  log.write('info', 'one')
  log.setLevel?.('info')
  log.write('info', 'two')
  log.setDetailed?.(true)
  log.setDetailed?.(false)
  log.write('debug', 'three')
  log.setLevel?.('off')
  log.write('error', 'four')
  t.is(lines.length, 1)
  t.regex(lines[0] ?? '', / two/)
})

test('a group that was cancelled with all jobs to come takes no more jobs', async (t) => {
  const { kit, sc } = startDriver(t)
  const cancelled = { code: 'TROUPE_SPARK_JOB_CANCELLED', message: /group nightly/ }
  sc.setJobGroup('nightly', 'report')
  const running = sc
    .parallelize([1, 2], 2)
    .mapPartitions(async (rows) => {
      await new Promise(() => {})
      return rows
    })
    .count()
  await kit.until(Promise.resolve())
  const refused = t.throwsAsync(running, { code: 'TROUPE_SPARK_JOB_CANCELLED' })
  await kit.until(Promise.resolve())
  sc.cancelJobGroupAndFutureJobs('nightly')
  await kit.until(refused)
  await kit.until(t.throwsAsync(sc.parallelize([1]).count(), cancelled))
  sc.setJobGroup('daily', 'report')
  t.is(await kit.until(sc.parallelize([1]).count()), 1)
  sc.clearJobGroup()
  t.is(await kit.until(sc.parallelize([1]).count()), 1)
})

test('of groups that were cancelled so the last ones are remembered', (t) => {
  const groups = new CancelledGroups(2)
  for (const group of ['a', 'b', 'a', 'c']) groups.add(group)
  t.deepEqual(
    ['a', 'b', 'c'].map((group) => groups.has(group)),
    [true, false, true],
  )
})

test('the map outputs that an RDD is made of are removed, and computed again when it is asked for', async (t) => {
  const { kit, sc, events } = startDriver(t)
  const computed = sc.longAccumulator('computed')
  const pairs = sc.parallelize([1, 2, 3], 2).map((n) => {
    computed.add(1)
    return [n % 2, n] as const
  })
  const sums = pairs.reduceByKey((a, b) => a + b)
  const first = sums.mapValues((n) => n * 10).sortByKey()
  t.deepEqual(
    [...(await kit.until(first.collect()))],
    [
      [0, 20],
      [1, 40],
    ],
  )
  t.is(computed.value, 3)
  await kit.until(sums.collect())
  t.is(computed.value, 3)
  await kit.until(first.cleanShuffleDependencies(true))
  t.deepEqual(
    [...(await kit.until(first.collect()))],
    [
      [0, 20],
      [1, 40],
    ],
  )
  t.is(computed.value, 6)
  t.true(events.length > 0)
})

test('map outputs behind an RDD that is kept stay', async (t) => {
  const { kit, sc } = startDriver(t)
  const computed = sc.longAccumulator('computed')
  const pairs = sc.parallelize([1, 2, 3], 2).map((n) => {
    computed.add(1)
    return [n % 2, n] as const
  })
  const sums = pairs.reduceByKey((a, b) => a + b)
  const kept = sums.mapValues((n) => n).cache()
  await kit.until(kept.map(([key]) => key).collect())
  await kit.until(kept.sortByKey().cleanShuffleDependencies(true))
  await kit.until(sums.collect())
  t.is(computed.value, 3)
})
