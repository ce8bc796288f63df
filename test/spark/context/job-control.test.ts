import test from 'ava'

import { TaskContext } from '../../../src/spark/index.ts'
import { eventsOf, startDriver } from './driver.ts'

const cancelled = { code: 'TROUPE_SPARK_JOB_CANCELLED' }

test('local properties travel to the tasks of the jobs that follow, as they were when the action was called', async (t) => {
  const { kit, sc } = startDriver(t)
  const rdd = sc
    .parallelize([1, 2], 2)
    .map(() => TaskContext.get()?.getLocalProperty('colour') ?? 'none')
  const none = rdd.collect()
  sc.setLocalProperty('colour', 'red')
  const red = rdd.collect()
  sc.setLocalProperty('colour', 'blue')
  t.deepEqual(await kit.until(none), ['none', 'none'])
  t.deepEqual(await kit.until(red), ['red', 'red'])
  t.deepEqual(await kit.until(rdd.collect()), ['blue', 'blue'])
  t.is(sc.getLocalProperty('colour'), 'blue')
  sc.setLocalProperty('colour', undefined)
  t.is(sc.getLocalProperty('colour'), undefined)
})

test('flows at the same time have properties of their own', async (t) => {
  const { kit, sc } = startDriver(t)
  const rdd = sc.parallelize([1], 1).map(() => TaskContext.get()?.getLocalProperty('who') ?? '')
  const flow = (who: string): Promise<string[]> =>
    sc.withLocalProperties({}, async () => {
      sc.setLocalProperty('who', who)
      const [first = ''] = await rdd.collect()
      const [second = ''] = await rdd.collect()
      return [first, second]
    })
  t.deepEqual(await kit.until(Promise.all([flow('a'), flow('b')])), [
    ['a', 'a'],
    ['b', 'b'],
  ])
  t.is(sc.getLocalProperty('who'), undefined)
})

test('a task knows who it is, and its listeners are called when it ends, the last first', async (t) => {
  const { kit, sc } = startDriver(t)
  const rows = await kit.until(
    sc
      .parallelize([1, 2, 3], 3)
      .mapPartitions(function* () {
        const task = TaskContext.get()
        yield [task?.partitionId, task?.numPartitions, task?.attemptNumber, task?.isCompleted()]
      })
      .collect(),
  )
  t.deepEqual(rows, [
    [0, 3, 0, false],
    [1, 3, 0, false],
    [2, 3, 0, false],
  ])
})

test('completion and failure listeners run in the task; one that throws on completion fails it', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 1 })
  const rdd = sc.parallelize([1], 1).map((n) => {
    const task = TaskContext.get()
    if (task?.attemptNumber === 0)
      task.addTaskCompletionListener(() => {
        throw new RangeError('not yet')
      })
    return n
  })
  t.deepEqual(await kit.until(rdd.collect()), [1])
  const failed = eventsOf(events, 'task-failed')
  t.deepEqual(
    failed.map(({ error }) => (error as { code?: unknown }).code),
    ['TROUPE_SPARK_TASK_LISTENER_FAILED'],
  )
})

test('a job group is found by the tracker and cancelled as one; others go on', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 1 })
  const rdd = sc.parallelize([1, 2, 3, 4], 4)
  sc.setJobGroup('reports', 'nightly')
  const mine = [rdd.count(), rdd.count()]
  sc.clearJobGroup()
  const other = rdd.count()
  let isDone = false
  sc.addListener(({ type }) => {
    if (type !== 'task-start' || isDone) return
    isDone = true
    sc.cancelJobGroup('reports')
  })
  for (const job of mine) await kit.until(t.throwsAsync(job, cancelled))
  t.is(await kit.until(other), 4)
  t.deepEqual(sc.statusTracker.getJobIdsForGroup('reports'), [0, 1])
  t.deepEqual(sc.statusTracker.getJobIdsForGroup(undefined), [2])
  t.is(sc.statusTracker.getJobInfo(0)?.status, 'FAILED')
  t.is(sc.statusTracker.getJobInfo(2)?.status, 'SUCCEEDED')
  const [first] = eventsOf(events, 'SparkListenerJobStart')
  t.deepEqual(first?.properties, {
    'spark.jobGroup.id': 'reports',
    'spark.job.description': 'nightly',
  })
})

test('jobs are cancelled by tag, by number, by stage, and all at once', async (t) => {
  const { kit, sc } = startDriver(t, { executors: 1 })
  const rdd = sc.parallelize([1, 2, 3, 4], 4)
  await kit.until(rdd.count())
  const begin = (tag: string): Promise<number> => {
    sc.addJobTag(tag)
    const job = rdd.count()
    sc.removeJobTag(tag)
    return job
  }
  sc.addListener((event) => {
    if (event.type !== 'SparkListenerJobStart' || event.jobId !== 4) return
    sc.cancelJobsWithTag('a')
    sc.cancelJob(2)
    sc.cancelStage(3)
  })
  const jobs = ['a', 'b', 'c', 'd'].map(begin)
  t.deepEqual([...sc.getJobTags()], [])
  const results = await kit.until(Promise.allSettled(jobs))
  t.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected', 'fulfilled'],
  )
  const more = [rdd.count(), rdd.count()]
  sc.addListener(({ type }) => {
    if (type === 'task-start') sc.cancelAllJobs()
  })
  for (const job of more) await kit.until(t.throwsAsync(job, cancelled))
  t.throws(() => sc.addJobTag('a,b'), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})

test('a killed try runs again and is no failure of its task', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 2 })
  const rdd = sc.parallelize([1, 2], 2).map((n) => n * 2)
  const answers: Promise<boolean>[] = []
  sc.addListener((event) => {
    if (event.type !== 'SparkListenerTaskStart' || event.taskInfo.partitionId !== 1) return
    if (answers.length < 5) answers.push(sc.killTaskAttempt(event.taskInfo.taskId))
  })
  t.deepEqual(await kit.until(rdd.collect()), [2, 4])
  t.deepEqual(await Promise.all(answers), [true, true, true, true, true])
  const ends = eventsOf(events, 'SparkListenerTaskEnd').filter(({ taskInfo }) => taskInfo.killed)
  t.is(ends.length, 5)
  t.false(await kit.until(sc.killTaskAttempt(999)))
})

test("Spark's listener events tell of a job, its stages and its tasks", async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 1 })
  const sums = sc
    .parallelize([1, 2, 3, 4], 2)
    .map((n) => [n % 2, n])
    .reduceByKey((a, b) => a + b, 1)
  await kit.until(sums.collect())
  await kit.until(sc.stop())
  const types = events.flatMap(({ type }) =>
    type.startsWith('SparkListener') ? [type.slice('SparkListener'.length)] : [],
  )
  t.deepEqual(types, [
    'ResourceProfileAdded',
    'EnvironmentUpdate',
    'ApplicationStart',
    'ExecutorAdded',
    'BlockManagerAdded',
    'JobStart',
    'StageSubmitted',
    'TaskStart',
    'TaskStart',
    'TaskEnd',
    'TaskEnd',
    'StageCompleted',
    'StageSubmitted',
    'TaskStart',
    'TaskEnd',
    'StageCompleted',
    'JobEnd',
    'ApplicationEnd',
    'ExecutorRemoved',
    'BlockManagerRemoved',
  ])
  const [start] = eventsOf(events, 'SparkListenerJobStart')
  t.deepEqual(
    start?.stageInfos.map(({ stageId, numTasks, parentIds }) => [stageId, numTasks, parentIds]),
    [
      [0, 2, []],
      [1, 1, [0]],
    ],
  )
  const last = eventsOf(events, 'SparkListenerTaskEnd').at(-1)
  t.is(last?.reason.reason, 'Success')
  t.is(last?.taskType, 'ResultTask')
  t.is(last?.taskMetrics?.shuffleReadRecords, 4 - 2 + 2)
})

test('stages are named by the calls that made them, the last by that of the action', async (t) => {
  const { kit, sc, events } = startDriver(t)
  const pairs = sc.parallelize([1, 2, 2], 2).map((row) => [row, 1])
  await kit.until(pairs.reduceByKey((a, b) => a + b).count())
  const [job] = eventsOf(events, 'SparkListenerJobStart')
  const stages = [...(job?.stageInfos ?? [])].sort((a, b) => a.stageId - b.stageId)
  t.deepEqual(
    stages.map(({ name }) => name.replace(/[jt]s:\d+$/, '')),
    ['map at job-control.test.', 'count at job-control.test.'],
  )
  for (const { details = '' } of stages) t.regex(details, /^\w+\n.*job-control\.test/)
  t.regex(stages[1]?.rddInfos[0]?.callSite ?? '', /^reduceByKey at job-control/)
})

test('setCallSite names what is made and run, until it is cleared', async (t) => {
  const { kit, sc, events } = startDriver(t)
  sc.setCallSite('the nightly report')
  const rdd = sc.parallelize([1], 1)
  await kit.until(rdd.count())
  sc.clearCallSite()
  await kit.until(rdd.count())
  const names = eventsOf(events, 'SparkListenerStageSubmitted').map(
    ({ stageInfo }) => stageInfo.name,
  )
  t.is(names[0], 'the nightly report')
  t.regex(names[1] ?? '', /^count at job-control/)
  t.is(rdd.creationSite?.short, 'the nightly report')
  const [first, second] = eventsOf(events, 'SparkListenerJobStart')
  t.is(first?.properties['callSite.short'], 'the nightly report')
  t.is(second?.properties['callSite.short'], undefined)
})

test('a job that fails says which call it was', async (t) => {
  const { kit, sc } = startDriver(t)
  const bad = sc.parallelize([1], 1).map(() => {
    throw new RangeError('bad row')
  })
  const error = await kit.until(
    t.throwsAsync(bad.count(), {
      message: /^Job 0 \(count at job-control\.test\.[jt]s:\d+\) failed: .*bad row/,
    }),
  )
  t.regex(error.stack ?? '', /— of an action called —\n {4}at .*job-control\.test/)
})

test('a job for a partition that is none is refused before a task runs', async (t) => {
  const { kit, sc, events } = startDriver(t)
  const refused = {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    message: /99; it takes indices in 0 … 1/,
  }
  await kit.until(
    t.throwsAsync(
      sc.runJob(sc.range(0, 4, 1, 2), () => 1, [0, 99]),
      refused,
    ),
  )
  t.deepEqual(eventsOf(events, 'SparkListenerJobStart'), [])
  t.deepEqual(await kit.until(sc.runJob(sc.range(0, 4, 1, 2), () => 1, [1])), [1])
})
