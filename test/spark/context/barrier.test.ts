import test from 'ava'

import { BarrierTaskContext, TaskContext } from '../../../src/spark/index.ts'
import { eventsOf, startDriver } from './driver.ts'

test('tasks of a barrier stage wait for each other, and tell each other something', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 3 })
  const rows = sc
    .parallelize([1, 2, 3, 4, 5, 6], 3)
    .barrier()
    .mapPartitions(async (part) => {
      const context = BarrierTaskContext.get()
      const sum = (await part.toArray()).reduce((a, b) => a + b, 0)
      const all = await context.allGather(`${context.partitionId}:${sum}`)
      await context.barrier()
      return [[all.join(' '), context.getTaskInfos().length]]
    })
    .map((row) => row)
  const said = ['0:3 1:7 2:11', 3]
  t.deepEqual(await kit.until(rows.collect()), [said, said, said])
  t.is(eventsOf(events, 'task-start').length, 3)
})

test('a barrier task that fails has all of them run again, and the next stage reads what came of it', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 2 })
  const pairs = sc
    .parallelize([1, 2], 2)
    .barrier()
    .mapPartitionsWithIndex(async (index, part, context) => {
      const attempt = context.stageAttemptNumber
      if (index === 1 && attempt === 0) throw new RangeError('the first time')
      await BarrierTaskContext.get().barrier()
      return (await part.toArray()).map((row): [number, number] => [row, attempt])
    })
  const sums = pairs.reduceByKey((a, b) => a + b, 2)
  const found = await kit.until(sums.collect())
  t.deepEqual(found.sort(), [
    [1, 1],
    [2, 1],
  ])
  const starts = eventsOf(events, 'task-start').filter(({ stageId }) => stageId === 0)
  t.deepEqual(starts.map(({ stageAttempt, partition }) => [stageAttempt, partition]).sort(), [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])
})

test('an executor that is killed while its barrier tasks wait costs the whole attempt', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 3 })
  let isKilled = false
  sc.addListener((event) => {
    if (event.type !== 'task-start' || event.partition !== 1 || isKilled) return
    isKilled = true
    sc.killExecutor(event.executorId)
  })
  const rows = sc
    .parallelize([1, 2], 2)
    .barrier()
    .mapPartitions(async (part) => {
      await BarrierTaskContext.get().barrier()
      return part
    })
  t.deepEqual(await kit.until(rows.collect()), [1, 2])
  t.is(eventsOf(events, 'stage-submitted').length, 2)
})

test('tasks that do not all ask are told so in time, and the job fails after four attempts', async (t) => {
  const { kit, sc, events } = startDriver(t, {
    executors: 2,
    conf: { 'spark.barrier.sync.timeout': '10s' },
  })
  const rows = sc
    .parallelize([1, 2], 2)
    .barrier()
    .mapPartitionsWithIndex(async (index, part) => {
      if (index === 0) await BarrierTaskContext.get().barrier()
      return part
    })
  const error = await kit.until(t.throwsAsync(rows.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  t.regex(error?.message ?? '', /failed the maximum allowable number of times: 4/)
  t.regex(error?.message ?? '', /within 10 second\(s\)/)
  t.is(eventsOf(events, 'stage-submitted').length, 4)
})

test('a barrier stage that needs more slots than there are fails its job, after a while', async (t) => {
  const { kit, sc } = startDriver(t, {
    executors: 2,
    conf: { 'spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures': 3 },
  })
  const rows = sc
    .parallelize([1, 2, 3], 3)
    .barrier()
    .mapPartitions((part) => part)
  const before = kit.system.environment.clock.now()
  const error = await kit.until(t.throwsAsync(rows.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  t.regex(error?.message ?? '', /SPARK-24819/)
  t.true(kit.system.environment.clock.now() - before >= 45_000)
  await kit.until(
    t.throwsAsync(rows.coalesce(2).collect(), { message: /SPARK-24820/ }).then(() => {}),
  )
})

test('BarrierTaskContext is for barrier stages only', async (t) => {
  const { kit, sc } = startDriver(t)
  t.throws(() => BarrierTaskContext.get(), { code: 'TROUPE_SPARK_NOT_A_BARRIER_STAGE' })
  const codes = sc.parallelize([1], 1).map(() => {
    try {
      BarrierTaskContext.get()
      return 'none'
    } catch (error) {
      return `${(error as { code: string }).code} ${TaskContext.get()?.partitionId}`
    }
  })
  t.deepEqual(await kit.until(codes.collect()), ['TROUPE_SPARK_NOT_A_BARRIER_STAGE 0'])
})
