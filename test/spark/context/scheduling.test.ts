import test from 'ava'

import { TaskContext } from '../../../src/spark/index.ts'
import { eventsOf, startDriver } from './driver.ts'

test('pools share the slots of an application by their weights', async (t) => {
  const { kit, sc, events } = startDriver(t, {
    executors: 1,
    slots: 3,
    conf: { 'spark.scheduler.mode': 'FAIR', 'spark.scheduler.allocation.file': '/fair.xml' },
    prepare: (driver) =>
      driver.writeFile(
        '/fair.xml',
        new TextEncoder().encode(
          '<allocations><pool name="large"><weight>2</weight></pool></allocations>',
        ),
      ),
  })
  const rows = Array.from({ length: 12 }, (_, i) => i)
  const counted = (pool: string): Promise<number> => {
    sc.setLocalProperty('spark.scheduler.pool', pool)
    return sc.parallelize(rows, 12).count()
  }
  t.deepEqual(await kit.until(Promise.all([counted('small'), counted('large')])), [12, 12])
  t.is(sc.getSchedulingMode(), 'FAIR')
  t.deepEqual(
    sc.getAllPools().map(({ name, weight }) => [name, weight]),
    [['large', 2]],
  )
  const order = eventsOf(events, 'task-start').map(({ stageId }) => stageId)
  // The second job is begun long before the first is over, and is over before it.
  t.true(order.indexOf(1) < 6)
  t.is(order.at(-1), 0)
})

test('in FIFO mode the first job is served first', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 1 })
  await kit.until(Promise.all([1, 2].map(() => sc.parallelize([1, 2, 3], 3).count())))
  const order = eventsOf(events, 'task-start').map(({ stageId }) => stageId)
  t.deepEqual(order, [0, 0, 0, 1, 1, 1])
})

test('after a failed fetch, tasks that run may finish, and are not run again', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 3 })
  let victim: string | undefined
  sc.addListener((event) => {
    if (event.type !== 'task-start' || event.stageId !== 1 || victim !== undefined) return
    victim = event.executorId
    sc.killExecutor(victim)
  })
  const rows = Array.from({ length: 60 }, (_, i): [number, number] => [i, 1])
  const sums = sc.parallelize(rows, 6).reduceByKey((a, b) => a + b, 6)
  t.is((await kit.until(sums.collect())).length, 60)
  const ends = eventsOf(events, 'task-end').filter(({ stageId }) => stageId === 1)
  t.deepEqual(ends.map(({ partition }) => partition).sort(), [0, 1, 2, 3, 4, 5])
})

test('what a task has to show and can not travel is not tried again', async (t) => {
  const { kit, sc, events } = startDriver(t)
  const rdd = sc.parallelize([1], 1).map(() => Symbol('no'))
  const error = await kit.until(t.throwsAsync(rdd.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  t.regex(error?.message ?? '', /in a way that no other try would mend/)
  t.is(eventsOf(events, 'task-start').length, 1)
})

test('with exclusion, a task that has failed on every executor fails its job, and says so', async (t) => {
  const { kit, sc, events } = startDriver(t, {
    conf: { 'spark.excludeOnFailure.enabled': 'true' },
  })
  const rdd = sc.parallelize([1], 1).map(() => {
    throw new RangeError('here')
  })
  const error = await kit.until(t.throwsAsync(rdd.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  t.is((error as { cause?: { code?: string } }).cause?.code, 'TROUPE_SPARK_ALL_EXCLUDED')
  const places = eventsOf(events, 'task-start').map(({ executorId }) => executorId)
  t.is(new Set(places).size, places.length)
})

test('with exclusion, what fails on one executor ends well on another', async (t) => {
  const { kit, sc, events } = startDriver(t, {
    executors: 2,
    conf: { 'spark.excludeOnFailure.enabled': 'true' },
  })
  const rdd = sc.parallelize([1, 2, 3, 4, 5, 6], 6).map((n) => {
    if (TaskContext.get()?.executorId === 'driver-1') throw new RangeError('a bad disk')
    return n
  })
  t.deepEqual(await kit.until(rdd.collect()), [1, 2, 3, 4, 5, 6])
  const [excluded] = eventsOf(events, 'SparkListenerExecutorExcludedForStage')
  t.is(excluded?.executorId, 'driver-1')
  t.is(excluded?.taskFailures, 2)
})

for (const [key, value] of Object.entries({
  'spark.scheduler.mode': 'LIFO',
  'spark.speculation': 'perhaps',
  'spark.speculation.quantile': 1.5,
  'spark.locality.wait': 'long',
  'spark.excludeOnFailure.stage.maxFailedTasksPerExecutor': 0,
})) {
  test(`${key} = ${value} is refused`, async (t) => {
    const on = { 'spark.speculation': 'true', 'spark.excludeOnFailure.enabled': 'true' }
    await t.throwsAsync(
      async () => {
        const { kit, sc } = startDriver(t, { conf: { ...on, [key]: value } })
        await kit.until(sc.parallelize([1]).count())
      },
      { code: 'TROUPE_SPARK_ARGUMENT_INVALID', message: new RegExp(key.replaceAll('.', '\\.')) },
    )
  })
}

test('a saved output is committed once a partition, by the try that may', async (t) => {
  const { kit, sc, events } = startDriver(t)
  const lines = Array.from({ length: 6 }, (_, i) => `line ${i}`)
  await kit.until(sc.parallelize(lines, 3).saveAsTextFile('/out'))
  const names = (await sc.disk.list('/out')).map(({ path }) => path).sort()
  t.is(names.length, 4)
  t.is(eventsOf(events, 'task-failed').length, 0)
})

test('an executor on which tasks of several jobs have failed gets nothing more of the application, for a while', async (t) => {
  const { kit, sc, events } = startDriver(t, {
    executors: 3,
    conf: { 'spark.excludeOnFailure.enabled': 'true', 'spark.excludeOnFailure.timeout': '10min' },
  })
  const job = (): Promise<number> =>
    kit.until(
      sc
        .parallelize([1, 2, 3], 3)
        .map((row) => {
          if (TaskContext.get()?.executorId === 'driver') throw new RangeError('bad place')
          return row
        })
        .count(),
    )
  t.is(await job(), 3)
  t.is(await job(), 3)
  const [excluded] = eventsOf(events, 'SparkListenerExecutorExcluded')
  t.is(excluded?.executorId, 'driver')
  t.is(excluded?.taskFailures, 2)
  const before = eventsOf(events, 'task-start').length
  t.is(await job(), 3)
  const places = eventsOf(events, 'task-start').slice(before)
  t.deepEqual(
    new Set(places.map(({ executorId }) => executorId)),
    new Set(['driver-1', 'driver-2']),
  )
  await kit.advance(600_000)
  t.is(eventsOf(events, 'SparkListenerExecutorUnexcluded')[0]?.executorId, 'driver')
})

test('executors that are excluded are ended if so wanted, and with all of them excluded a job fails and says so', async (t) => {
  const conf = {
    'spark.excludeOnFailure.enabled': 'true',
    'spark.excludeOnFailure.application.maxFailedTasksPerExecutor': 1,
    'spark.excludeOnFailure.application.maxFailedExecutorsPerNode': 9,
  }
  const failing = (bad: string) => (row: number) => {
    if (TaskContext.get()?.executorId === bad) throw new RangeError('bad place')
    return row
  }
  const ending = startDriver(t, {
    executors: 2,
    conf: { ...conf, 'spark.excludeOnFailure.killExcludedExecutors': true },
  })
  const rows = ending.sc.parallelize([1, 2], 2)
  t.is(await ending.kit.until(rows.map(failing('driver')).count()), 2)
  t.regex(
    eventsOf(ending.events, 'executor-removed')[0]?.reason ?? '',
    /it is excluded: 1 tasks of task sets that have succeeded had failed there/,
  )

  const { kit, sc } = startDriver(t, { executors: 2, conf })
  const numbers = sc.parallelize([1, 2], 2)
  t.is(await kit.until(numbers.map(failing('driver')).count()), 2)
  t.is(
    await kit.until(
      numbers
        .map(failing('driver-1'))
        .count()
        .catch(() => 2),
    ),
    2,
  )
  const error = await kit.until(t.throwsAsync(numbers.map(failing('driver-1')).count()))
  t.is((error as { cause?: { code?: string } }).cause?.code, 'TROUPE_SPARK_ALL_EXCLUDED')
})
