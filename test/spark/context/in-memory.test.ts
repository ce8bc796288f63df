import test, { type ExecutionContext } from 'ava'

import type { ChildFailed } from '../../../src/actors/index.ts'
import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import { LocalBackend } from '../../../src/spark/backend/index.ts'
import { SparkContext, type SparkContextOptions } from '../../../src/spark/context/index.ts'
import type { SparkEvent } from '../../../src/spark/events/index.ts'
import { InlineTaskRunner } from '../../../src/spark/executor/index.ts'
import type { Pair, RDD } from '../../../src/spark/index.ts'

const text = 'the quick brown fox\njumps over the lazy dog\nand the fox sleeps\n'.repeat(50)

interface Driver {
  readonly kit: TestSystem
  readonly sc: SparkContext
  readonly events: SparkEvent[]
  /** What parents answered to failures of the driver's actors, as `path directive`. */
  readonly directives: string[]
}

function start(
  t: ExecutionContext,
  executors = 2,
  options: Partial<SparkContextOptions> = {},
): Driver {
  const kit = testSystem({ name: 'driver' })
  const events: SparkEvent[] = []
  const directives: string[] = []
  kit.system.eventStream.subscribe('ChildFailed', ({ path, directive }: ChildFailed) => {
    directives.push(`${path.slice(path.lastIndexOf('/') + 1)} ${directive}`)
  })
  const backend = new LocalBackend(
    1,
    (slots, environment, { stages }) =>
      new InlineTaskRunner(slots, environment, (binary) => stages.unpack(binary)),
    executors,
  )
  const sc = new SparkContext({
    master: 'local',
    appName: 'test',
    system: kit.system,
    backend,
    listener: (event) => events.push(event),
    ...options,
  })
  t.teardown(() => kit.until(sc.stop()))
  return { kit, sc, events, directives }
}

async function counts(sc: SparkContext): Promise<RDD<Pair<string, number>>> {
  await sc.disk.makeDirectory('/in')
  await sc.disk.writeFile('/in/text', new TextEncoder().encode(text))
  return sc
    .textFile('/in/text', 6)
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b, 4)
}

const expected: readonly Pair<string, number>[] = [
  ...text
    .trim()
    .split(/\s/)
    .reduce((map, word) => map.set(word, (map.get(word) ?? 0) + 1), new Map<string, number>()),
].sort()

/** Kills an executor's actor as soon as `when` holds, once. */
function killWhen(
  { sc }: Driver,
  when: (event: SparkEvent) => string | undefined,
): { killed: string[] } {
  const killed: string[] = []
  sc.addListener((event) => {
    const executorId = killed.length === 0 ? when(event) : undefined
    if (executorId === undefined) return
    killed.push(executorId)
    sc.killExecutor(executorId)
  })
  return { killed }
}

const mapsOf = (events: readonly SparkEvent[], attempt: number): number[] =>
  events.flatMap((event) =>
    event.type === 'task-end' && event.stageId === 0 && event.stageAttempt === attempt
      ? [event.partition]
      : [],
  )

test('the word count runs in one thread, in memory, under a virtual clock', async (t) => {
  const { kit, sc } = start(t)
  const sorted = (await counts(sc)).sortBy(([, count]) => count, false)
  t.deepEqual(await kit.until(sorted.take(2)), [
    ['the', 150],
    ['fox', 100],
  ])
  t.deepEqual((await kit.until((await counts(sc)).collect())).sort(), expected)
})

test('an executor killed while a reduce task runs: the result is the undisturbed one, and only what it held is recomputed', async (t) => {
  const driver = start(t, 2)
  const { kit, sc, events } = driver
  const { killed } = killWhen(driver, (event) =>
    event.type === 'task-start' && event.stageId === 1 ? event.executorId : undefined,
  )
  t.deepEqual((await kit.until((await counts(sc)).collect())).sort(), expected)
  const [victim] = killed
  const held = events.flatMap((event) =>
    event.type === 'outputs-lost' && event.executorId === victim ? [event.outputs] : [],
  )[0]
  const lost = held?.map(({ mapPartition }) => mapPartition) ?? []
  t.true(lost.length > 0)
  t.deepEqual(mapsOf(events, 1).sort(), [...lost].sort())
})

test('the loss of an executor restarts its tasks elsewhere; a fetch that failed is escalated to the DAG scheduler', async (t) => {
  const driver = start(t, 2)
  const { kit, sc, events, directives } = driver
  killWhen(driver, (event) =>
    event.type === 'task-start' && event.stageId === 1 ? event.executorId : undefined,
  )
  await kit.until((await counts(sc)).collect())
  const answers = events.flatMap((event) => (event.type === 'task-failed' ? [event.directive] : []))
  t.true(answers.includes('restart'))
  t.true(answers.includes('escalate'))
  t.false(directives.some((each) => each.startsWith('stage-')))
})

test('an executor killed while map tasks run: they run again elsewhere', async (t) => {
  const driver = start(t, 3)
  const { kit, sc, events } = driver
  const { killed } = killWhen(driver, (event) =>
    event.type === 'task-start' && event.stageId === 0 && event.partition === 3
      ? event.executorId
      : undefined,
  )
  t.deepEqual((await kit.until((await counts(sc)).collect())).sort(), expected)
  const places = events.flatMap((event) =>
    event.type === 'task-start' && event.stageId === 0 && event.partition === 3
      ? [event.executorId]
      : [],
  )
  t.is(places[0], killed[0])
  t.not(places[1], killed[0])
})

test('a task that fails is tried four times, elsewhere each time there is an elsewhere, then the job fails with the last cause', async (t) => {
  const { kit, sc, events } = start(t, 2)
  const rdd = sc.parallelize([1, 2, 3], 3).map((n) => {
    if (n === 2) throw new RangeError('no two')
    return n
  })
  const error = await kit.until(t.throwsAsync(rdd.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  const { cause } = error as { cause?: unknown }
  t.true(cause instanceof RangeError)
  t.is((cause as RangeError).message, 'no two')
  t.regex(String((cause as RangeError).stack), /in-memory\.test/)
  const failures = events.filter((event) => event.type === 'task-failed')
  t.deepEqual(
    failures.map(({ directive }) => directive),
    ['restart', 'restart', 'restart', 'stop'],
  )
  t.not(failures[0]?.executorId, failures[1]?.executorId)
})

test('a task that throws what is no Error still reports', async (t) => {
  const { kit, sc } = start(t, 1)
  const rdd = sc.parallelize([1]).map(() => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw 'a word'
  })
  const error = await kit.until(t.throwsAsync(rdd.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  t.is((error as { cause?: { code?: string } }).cause?.code, 'TROUPE_SPARK_TASK_THREW')
})

test('what can not travel is refused before any task runs, and named', async (t) => {
  const { kit, sc, events } = start(t, 1)
  let counter = 0
  const rdd = sc.parallelize([1]).map((n) => {
    counter += n
    return counter
  })
  const error = await kit.until(t.throwsAsync(rdd.collect()))
  t.regex((error as { code?: string }).code ?? '', /^TROUPE_CLOSURE_/)
  t.regex(error?.message ?? '', /counter/)
  t.false(events.some((event) => event.type === 'task-start'))
  class Point {
    readonly x = 1
  }
  await kit.until(
    t.throwsAsync(sc.parallelize([new Point()]).collect(), {
      code: 'TROUPE_SPARK_ROW_UNENCODABLE',
    }),
  )
})

test('a result that can not travel fails its task', async (t) => {
  const { kit, sc } = start(t, 1)
  const rdd = sc.parallelize([1]).map(() => Symbol('s'))
  const error = await kit.until(t.throwsAsync(rdd.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }))
  t.is((error as { cause?: { code?: string } }).cause?.code, 'TROUPE_SPARK_ROW_UNENCODABLE')
})

test('an AbortSignal cancels the job, and others go on', async (t) => {
  const { kit, sc, events } = start(t, 1)
  const abort = new AbortController()
  sc.addListener((event) => {
    if (event.type === 'task-start' && event.partition === 1) abort.abort()
  })
  const rdd = sc.parallelize([1, 2, 3, 4], 4)
  await kit.until(
    t.throwsAsync(rdd.collect({ signal: abort.signal }), { code: 'TROUPE_SPARK_JOB_CANCELLED' }),
  )
  t.true(events.filter((event) => event.type === 'task-start').length < 4)
  t.is(await kit.until(sc.parallelize([1, 2], 1).count()), 2)
  await kit.until(
    t.throwsAsync(rdd.collect({ signal: AbortSignal.abort() }), {
      code: 'TROUPE_SPARK_JOB_CANCELLED',
    }),
  )
})

test('an AbortSignal cancels the sampling of keys as well', async (t) => {
  const { kit, sc, events } = start(t, 1)
  const abort = new AbortController()
  sc.addListener((event) => {
    if (event.type === 'task-start' && event.partition === 1) abort.abort()
  })
  const sorted = sc.parallelize([1, 2, 3, 4], 4).sortBy((n) => n, true, 2)
  const { signal } = abort
  await kit.until(t.throwsAsync(sorted.collect({ signal }), { code: 'TROUPE_SPARK_JOB_CANCELLED' }))
  t.deepEqual(
    events.flatMap((event) => (event.type === 'job-start' ? [event.name] : [])),
    ['sample keys'],
  )
})

test('a context whose backend fails leaves no timer behind', async (t) => {
  const kit = testSystem({ name: 'driver' })
  const backend = new LocalBackend(1, () => t.fail())
  backend.start = () => Promise.reject(new RangeError('no such cluster'))
  const options = { master: 'local', appName: 'test', system: kit.system, backend }
  await kit.until(t.throwsAsync(SparkContext.create(options), { instanceOf: RangeError }))
  await kit.until(kit.system.terminate())
  t.deepEqual(
    kit.world.inUse().map(({ timers }) => timers),
    [0],
  )
})

test('several jobs at once share the slots, the first first', async (t) => {
  const { kit, sc, events } = start(t, 1)
  const jobs = [10, 20, 30].map((n) => sc.parallelize([n, n + 1], 2).collect())
  t.deepEqual(await kit.until(Promise.all(jobs)), [
    [10, 11],
    [20, 21],
    [30, 31],
  ])
  const order = events.flatMap((event) => (event.type === 'task-start' ? [event.stageId] : []))
  t.deepEqual(order, [0, 0, 1, 1, 2, 2])
})

test('a stopped context refuses jobs and leaves no file', async (t) => {
  const { kit, sc } = start(t, 2)
  const rdd = await counts(sc)
  await kit.until(rdd.count())
  await kit.until(sc.stop())
  await kit.until(t.throwsAsync(rdd.count(), { code: 'TROUPE_SPARK_CONTEXT_STOPPED' }))
  const left = (await sc.disk.list('/tmp')).map(({ path }) => path)
  t.deepEqual(left, [])
})

test('stopping while a job runs fails the job', async (t) => {
  const { kit, sc } = start(t, 1)
  const rdd = sc.parallelize([1, 2, 3], 3)
  sc.addListener((event) => {
    if (event.type === 'task-start') void sc.stop()
  })
  await kit.until(t.throwsAsync(rdd.collect(), { code: 'TROUPE_SPARK_JOB_CANCELLED' }))
})

test('without an executor a context says so', async (t) => {
  const kit = testSystem({ name: 'driver' })
  const backend = new LocalBackend(
    1,
    () => {
      throw new RangeError('not reached')
    },
    0,
  )
  const creating = SparkContext.create({
    master: 'local',
    appName: 'test',
    system: kit.system,
    backend,
  })
  await kit.until(t.throwsAsync(creating, { code: 'TROUPE_SPARK_NO_EXECUTORS' }))
})

test('every message has its one fate after a disturbed job', async (t) => {
  const driver = start(t, 2)
  const { kit, sc } = driver
  killWhen(driver, (event) =>
    event.type === 'task-start' && event.stageId === 1 ? event.executorId : undefined,
  )
  await kit.until((await counts(sc)).collect())
  await kit.settle()
  t.true(kit.ledgerBalanced())
})
