import test, { type ExecutionContext } from 'ava'

import { nodeEnvironment } from '../../../src/platform/index.ts'
import { SparkContext, type SparkEvent } from '../../../src/spark/index.ts'

const { clock } = nodeEnvironment()

async function start(
  t: ExecutionContext,
  master: string,
): Promise<{ sc: SparkContext; events: SparkEvent[] }> {
  const events: SparkEvent[] = []
  const listener = (event: SparkEvent): void => void events.push(event)
  const sc = await SparkContext.create({ master, appName: 'threads', listener })
  t.teardown(() => sc.stop())
  return { sc, events }
}

test('local[2] runs the tasks of two stages in its threads', async (t) => {
  const { sc } = await start(t, 'local[2]')
  const sums = sc
    .parallelize([1, 2, 3, 4], 4)
    .map((n) => [n % 2, n])
    .reduceByKey((a, b) => a + b)
  t.deepEqual((await sums.collect()).sort(), [
    [0, 6],
    [1, 4],
  ])
})

test('a task that never ends is cancelled by ending its thread, and the next job has one again', async (t) => {
  const { sc } = await start(t, 'local[1]')
  const abort = new AbortController()
  sc.addListener((event) => {
    if (event.type === 'task-start') clock.setTimer(50, () => abort.abort())
  })
  const endless = sc.parallelize([1], 1).map((n) => {
    for (;;) if (n < 0) return n
  })
  await t.throwsAsync(endless.collect({ signal: abort.signal }), {
    code: 'TROUPE_SPARK_JOB_CANCELLED',
  })
  t.is(await sc.parallelize([1, 2], 1).count(), 2)
})

test('a failure in a thread keeps its class, message and the place in the user’s own file', async (t) => {
  const { sc } = await start(t, 'local[1,1]')
  const failing = sc.parallelize([{ price: 'dear' }], 1).map((row) => {
    if (row.price === 'dear') throw new TypeError(`no number: ${row.price}`)
    return 1
  })
  const error = await t.throwsAsync(failing.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' })
  const cause = (error as { cause?: unknown }).cause
  t.true(cause instanceof TypeError)
  t.is((cause as Error).message, 'no number: dear')
  t.regex((cause as Error).stack ?? '', /task-threads\.test\.(ts|js):\d+/)
})

test('a task that throws an object without a text is reported by its thread, which lives on', async (t) => {
  const { sc, events } = await start(t, 'local[1,1]')
  const failing = sc.parallelize([1], 1).map((): number => {
    throw Object.create(null)
  })
  await t.throwsAsync(failing.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' })
  const failed = events.flatMap((event) => (event.type === 'task-failed' ? [event.error] : []))
  t.like(failed, [{ code: 'TROUPE_SPARK_TASK_THREW' }])
})

test('local[k,F] allows F failures of a task', async (t) => {
  const { sc, events } = await start(t, 'local[1,2]')
  const failing = sc.parallelize([1], 1).map((): number => {
    throw new RangeError('always')
  })
  await t.throwsAsync(failing.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.is(events.filter((event) => event.type === 'task-failed').length, 2)
})

test('a text file is counted in threads, sorted and saved', async (t) => {
  const { sc } = await start(t, 'local[2]')
  const directory = await sc.disk.makeTemporaryDirectory('troupe-test-')
  t.teardown(() => sc.disk.remove(directory))
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i % 7} of ${i}`)
  await sc.disk.writeFile(`${directory}/in`, new TextEncoder().encode(lines.join('\n')))
  const counts = sc
    .textFile(`${directory}/in`, 3)
    .map((line) => [line.split(' ')[1] ?? '', 1])
    .reduceByKey((a, b) => a + b)
    .sortByKey(true, 2)
  await counts.map(([word, count]) => `${word} ${count}`).saveAsTextFile(`${directory}/out`)
  const parts = (await sc.disk.list(`${directory}/out`)).map(({ path }) => path)
  const texts = await Promise.all(parts.map((path) => sc.disk.readFile(path)))
  const saved = texts.map((bytes) => new TextDecoder().decode(bytes)).join('')
  t.deepEqual(
    saved.trim().split('\n'),
    [0, 1, 2, 3, 4, 5, 6].map((n) => `${n} ${n < 2 ? 715 : 714}`),
  )
})

test('the error of a thread that ended says what ended it', async (t) => {
  const sc = await SparkContext.create({ master: 'local[1,1]', appName: 'ended' })
  t.teardown(() => sc.stop())
  const fatal = sc.parallelize([1], 1).mapPartitions(async function* (rows) {
    setTimeout(() => {
      throw new Error('thrown in a timer')
    })
    await new Promise(() => undefined)
    yield* rows
  })
  const error = await t.throwsAsync(fatal.collect(), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.regex((error.cause as Error).message, /has ended with code 1 \(thrown in a timer\)/)
})
