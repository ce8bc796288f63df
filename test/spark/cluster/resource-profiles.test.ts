import test, { type ExecutionContext } from 'ava'

import {
  ExecutorResourceRequests,
  ResourceProfileBuilder,
  SparkContext,
  TaskContext,
  TaskResourceRequests,
  type ResourceProfile,
  type SparkConf,
  type SparkEvent,
} from '../../../src/spark/index.ts'
import { sparkEventJson } from '../../../src/spark/event-log/event-json.ts'
import { executorJson } from '../../../src/spark/rest-api/forms/executor.ts'
import { StatusStore } from '../../../src/spark/status/index.ts'
import { until } from './house.ts'

interface Cluster {
  readonly sc: SparkContext
  readonly events: SparkEvent[]
}

async function start(t: ExecutionContext, master: string, conf: SparkConf = {}): Promise<Cluster> {
  t.timeout(120_000)
  const events: SparkEvent[] = []
  const sc = await SparkContext.create({
    master,
    appName: 'profiles',
    conf: { 'spark.testing.reservedMemory': 0, ...conf },
    listener: (event) => events.push(event),
  })
  t.teardown(() => sc.stop())
  return { sc, events }
}

const DYNAMIC: SparkConf = {
  'spark.dynamicAllocation.enabled': true,
  'spark.dynamicAllocation.schedulerBacklogTimeout': '100ms',
  'spark.dynamicAllocation.executorIdleTimeout': '1s',
  'spark.dynamicAllocation.shuffleTracking.timeout': '1s',
}

const ofTasks = (cpus: number): ResourceProfile =>
  new ResourceProfileBuilder().require(new TaskResourceRequests().cpus(cpus)).build()

type Span = readonly [begin: number, end: number]

/** When a task has run, for long enough to meet another one. */
const span = async (): Promise<Span> => {
  const begin = Date.now()
  await new Promise((resolve) => setTimeout(resolve, 50))
  return [begin, Date.now()]
}

/** The most of them at a time. */
const mostAtATime = (spans: readonly Span[]): number =>
  Math.max(...spans.map(([at]) => spans.filter(([begin, end]) => begin <= at && at < end).length))

/** executor → the resource profile that it was started for */
function profilesOf(events: readonly SparkEvent[]): ReadonlyMap<string, number> {
  return new Map(
    events.flatMap((event) =>
      event.type === 'SparkListenerExecutorAdded'
        ? [[event.executorId, event.executorInfo.resourceProfileId ?? 0] as const]
        : [],
    ),
  )
}

function runningOf(events: readonly SparkEvent[], profileId: number): readonly string[] {
  const removed = new Set(
    events.flatMap((event) => (event.type === 'executor-removed' ? [event.executorId] : [])),
  )
  return [...profilesOf(events)].flatMap(([id, of]) =>
    of === profileId && !removed.has(id) ? [id] : [],
  )
}

test.serial(
  'tasks of a profile have their cores to themselves, and others run as before',
  async (t) => {
    const { sc, events } = await start(t, 'local-cluster[1,2,256]')
    const profile = ofTasks(2)
    const rows = sc.parallelize([1, 2, 3, 4], 4)
    const cpus = rows.map((row) => [row, TaskContext.get()?.cpus] as const)
    t.is(cpus.getResourceProfile(), undefined)
    t.is(cpus.withResources(profile), cpus)
    t.is(cpus.getResourceProfile(), profile)
    t.deepEqual(
      await cpus.collect(),
      [1, 2, 3, 4].map((row) => [row, 2] as const),
    )
    t.is(mostAtATime(await rows.map(span).withResources(profile).collect()), 1)
    t.deepEqual(await rows.map(() => TaskContext.get()?.cpus).collect(), [1, 1, 1, 1])
    const stages = events.flatMap((event) =>
      event.type === 'SparkListenerStageSubmitted' ? [event.stageInfo.resourceProfileId ?? 0] : [],
    )
    t.deepEqual(stages, [profile.id, profile.id, 0])
  },
)

test.serial('what lies behind a shuffle does not take part in a profile', async (t) => {
  const { sc, events } = await start(t, 'local-cluster[1,2,256]', { 'spark.task.cpus': 1 })
  const profile = ofTasks(2)
  const sums = sc
    .parallelize([1, 2, 3, 4], 4)
    .map((row): [number, number] => [row % 2, row])
    .reduceByKey((a, b) => a + b, 2)
    .mapValues((sum) => sum * 10)
    .withResources(profile)
  t.deepEqual((await sums.collect()).sort(), [
    [0, 60],
    [1, 40],
  ])
  const stages = events.flatMap((event) =>
    event.type === 'SparkListenerStageSubmitted' ? [event.stageInfo.resourceProfileId ?? 0] : [],
  )
  t.deepEqual(stages, [0, profile.id])
})

test.serial('spark.task.cpus is what every task takes, locally too', async (t) => {
  const { sc } = await start(t, 'local[4]', { 'spark.task.cpus': 2 })
  const rows = sc.parallelize([1, 2, 3, 4, 5, 6], 6)
  t.deepEqual(await rows.map(() => TaskContext.get()?.cpus).collect(), [2, 2, 2, 2, 2, 2])
  t.true(mostAtATime(await rows.map(span).collect()) <= 2)
  const conf = { 'spark.task.cpus': 5 }
  await t.throwsAsync(SparkContext.create({ master: 'local[4]', appName: 'refused', conf }), {
    code: 'TROUPE_SPARK_PROFILE_UNSUPPORTED',
  })
})

test.serial(
  'where Spark refuses profiles they are refused, and so are resources that nobody has',
  async (t) => {
    const { sc } = await start(t, 'local[2]')
    const rows = sc.parallelize([1], 1)
    t.throws(() => rows.withResources(ofTasks(1)), { code: 'TROUPE_SPARK_PROFILE_UNSUPPORTED' })
    t.is(rows.getResourceProfile(), undefined)
    t.throws(() => rows.withResources({} as ResourceProfile), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    })
    const conf = { 'spark.executor.resource.gpu.amount': 1 }
    await t.throwsAsync(SparkContext.create({ master: 'local[2]', appName: 'refused', conf }), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
      message: /spark\.executor\.resource\.gpu\.amount/,
    })
  },
)

test.serial('two profiles meet in a stage: the job fails, or takes the most of both', async (t) => {
  const { sc } = await start(t, 'local-cluster[1,2,256]')
  const of = (context: SparkContext) =>
    context
      .parallelize([1], 1)
      .withResources(ofTasks(1))
      .union(context.parallelize([2], 1).withResources(ofTasks(2)))
      .map(() => TaskContext.get()?.cpus)
  await t.throwsAsync(of(sc).collect(), { code: 'TROUPE_SPARK_PROFILE_CONFLICT' })
  await sc.stop()
  const merging = await start(t, 'local-cluster[1,2,256]', {
    'spark.scheduler.resource.profileMergeConflicts': true,
  })
  t.deepEqual(await of(merging.sc).collect(), [2, 2])
})

test.serial(
  'executors of a profile come when a stage wants them, run nothing else, survive a kill, and go when they are idle',
  async (t) => {
    const { sc, events } = await start(t, 'local-cluster[2,2,256]', DYNAMIC)
    const executors = new ExecutorResourceRequests().cores(1).memory('128m')
    const profile = new ResourceProfileBuilder().require(executors).build()
    const place = (): string | undefined => TaskContext.get()?.executorId
    const plain = sc.parallelize([1, 2], 2).map(place)
    const own = sc.parallelize([1, 2], 2).map(place).withResources(profile)
    const places = [...(await plain.collect()), ...(await own.collect())]
    const started = profilesOf(events)
    t.deepEqual(
      places.map((id) => started.get(id ?? '')),
      [0, 0, profile.id, profile.id],
    )
    const added = events.find(
      (event) => event.type === 'executor-added' && event.executorId === places[3],
    )
    t.is(added?.type === 'executor-added' ? added.slots : undefined, 1)
    const store = new StatusStore()
    for (const event of events) store.listener(event)
    const row = store.executors.all.get(places[3] ?? '')
    t.like(row && executorJson(row, 0), {
      resourceProfileId: profile.id,
      totalCores: 1,
      maxTasks: 1,
    })
    t.deepEqual(
      store.profiles.map(({ id }) => id),
      [0, profile.id],
    )
    const stages = events.flatMap((event) =>
      event.type === 'SparkListenerStageSubmitted' ? [JSON.stringify(sparkEventJson(event))] : [],
    )
    t.regex(stages.at(-1) ?? '', new RegExp(`"Resource Profile Id":${profile.id},`))
    await until(() => runningOf(events, profile.id).length === 0)
    const lost = sc
      .parallelize([1, 2], 1)
      .map((row) => {
        const { attemptNumber } = TaskContext.get() ?? {}
        if (attemptNumber === 0) process.kill(process.pid, 'SIGKILL')
        return row
      })
      .withResources(profile)
    t.deepEqual(await lost.collect(), [1, 2])
    await until(() => runningOf(events, profile.id).length === 0)
    t.true([...profilesOf(events).values()].filter((id) => id === profile.id).length >= 3)
    const large = new ResourceProfileBuilder().require(new ExecutorResourceRequests().cores(3))
    t.throws(() => own.withResources(large.build()), { code: 'TROUPE_SPARK_PROFILE_UNSUPPORTED' })
  },
)
