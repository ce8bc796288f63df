import test, { type ExecutionContext } from 'ava'

import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import { LocalBackend } from '../../../src/spark/backend/index.ts'
import { SparkContext } from '../../../src/spark/context/index.ts'
import type { SparkEvent } from '../../../src/spark/events/index.ts'
import { InlineTaskRunner } from '../../../src/spark/executor/index.ts'

interface Driver {
  readonly kit: TestSystem
  readonly sc: SparkContext
  readonly events: SparkEvent[]
}

function start(t: ExecutionContext, prepare: (kit: TestSystem) => void = () => {}): Driver {
  const kit = testSystem({ name: 'driver' })
  prepare(kit)
  const events: SparkEvent[] = []
  const backend = new LocalBackend(
    1,
    (slots, environment, { stages }) =>
      new InlineTaskRunner(slots, environment, (binary) => stages.unpack(binary)),
    2,
  )
  const listener = (event: SparkEvent): void => void events.push(event)
  const { system } = kit
  const sc = new SparkContext({ master: 'local', appName: 'test', system, backend, listener })
  t.teardown(() => kit.until(sc.stop()))
  return { kit, sc, events }
}

/** Drops the first message of a type. */
function dropFirst(kit: TestSystem, type: string): void {
  let isDropped = false
  kit.intercept((_recipient, message) => {
    if (isDropped || (message as { type?: unknown } | null)?.type !== type) return 'deliver'
    isDropped = true
    return 'drop'
  })
}

for (const type of [
  'run-task',
  'task-succeeded',
  'load-stage',
  'register-executor',
  'registered',
]) {
  test(`a lost ${type} delays a job, and no more`, async (t) => {
    const { kit, sc } = start(t, (prepared) => {
      dropFirst(prepared, type)
    })
    const sums = sc
      .parallelize([1, 2, 3, 4], 4)
      .map((n) => [n % 2, n])
      .reduceByKey((a, b) => a + b)
    t.deepEqual((await kit.until(sums.collect())).sort(), [
      [0, 6],
      [1, 4],
    ])
  })
}

test('a lost order shows as a failed task with its own code', async (t) => {
  const { kit, sc, events } = start(t, (prepared) => {
    dropFirst(prepared, 'run-task')
  })
  t.is(await kit.until(sc.parallelize([1, 2], 2).count()), 2)
  const codes = events.flatMap((event) =>
    event.type === 'task-failed' ? [(event.error as { code?: unknown }).code] : [],
  )
  t.deepEqual(codes, ['TROUPE_SPARK_MESSAGE_LOST'])
})

test('a result beyond the size of a message comes in parts', async (t) => {
  const { kit, sc } = start(t)
  const row = 'x'.repeat(1_000_000)
  const rows = await kit.until(
    sc
      .parallelize([1, 2], 2)
      .flatMap((n) => Array.from({ length: 10 }, (_, i) => `${n} ${i} ${row}`))
      .collect(),
  )
  t.is(rows.length, 20)
  t.is(rows[13], `2 3 ${row}`)
})

for (const type of ['result-ready', 'read-result', 'result-part', 'task-succeeded']) {
  test(`a lost ${type} delays a large result, and no more`, async (t) => {
    const { kit, sc } = start(t, (prepared) => {
      dropFirst(prepared, type)
    })
    const rows = await kit.until(
      sc
        .parallelize([1, 2], 2)
        .flatMap((n) => Array.from({ length: 6 }, (_, i) => `${n} ${i} ${'x'.repeat(1_000_000)}`))
        .collect(),
    )
    t.deepEqual(
      rows.map((row) => row.slice(0, 3)),
      [1, 2].flatMap((n) => Array.from({ length: 6 }, (_, i) => `${n} ${i}`)),
    )
  })
}

test('functions beyond the size of a message are refused before any task runs', async (t) => {
  const { kit, sc, events } = start(t)
  const long = 'x'.repeat(9_000_000)
  const rdd = sc.parallelize(['x'], 1).map((row) => row + long)
  await kit.until(t.throwsAsync(rdd.count(), { code: 'TROUPE_SPARK_TASK_TOO_LARGE' }))
  t.false(events.some((event) => event.type === 'task-start'))
})
