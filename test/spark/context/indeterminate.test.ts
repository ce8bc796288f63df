import test from 'ava'

import { DeterministicLevel, type RDD } from '../../../src/spark/index.ts'
import { eventsOf, startDriver, type Driver } from './driver.ts'

/** Sums by key, whose order is not told, dealt out anew: what each partition has is another thing the next time. */
function dealtOut({ sc }: Driver): RDD<number> {
  const pairs = sc.range(0, 400, 1, 4).map((n): [number, number] => [n % 40, n])
  const sums = pairs.reduceByKey((a, b) => a + b, 4)
  return sums.map(([key, sum]) => 10_000 * key + sum).repartition(3)
}

const undisturbed = Array.from({ length: 40 }, (_, key) => 10_000 * key + 10 * key + 1_800).sort(
  (a, b) => a - b,
)

/** Ends the first executor once `count` tasks of a stage have succeeded, the `nth` stage of which a task begins. */
function endAt({ sc, events }: Driver, nth: number, count: number): void {
  const stages: number[] = []
  let isEnded = false
  sc.addListener((event) => {
    if (event.type === 'task-start' && !stages.includes(event.stageId)) stages.push(event.stageId)
    if (isEnded || event.type !== 'task-end' || event.stageId !== stages[nth]) return
    const done = eventsOf(events, 'task-end').filter(({ stageId }) => stageId === stages[nth])
    if (done.length < count) return
    isEnded = true
    sc.killExecutor('driver')
  })
}

/** Partitions of which tasks began, by stage in their order and attempt. */
function startedBy({ events }: Driver): Map<string, number[]> {
  const stages: number[] = []
  const started = new Map<string, number[]>()
  for (const { stageId, stageAttempt, partition } of eventsOf(events, 'task-start')) {
    if (!stages.includes(stageId)) stages.push(stageId)
    const name = `${stages.indexOf(stageId)}.${stageAttempt}`
    started.set(name, [...(started.get(name) ?? []), partition].sort())
  }
  return started
}

test('a stage that may give other rows is computed anew as a whole when some of its output is lost, and so is what has read it', async (t) => {
  const driver = startDriver(t, { executors: 2 })
  const { kit } = driver
  const rows = dealtOut(driver)
  t.is(rows.outputDeterministicLevel, DeterministicLevel.INDETERMINATE)
  // A shuffle more, so that what is made of the rows is no result yet.
  const counted = rows.map((row): [number, number] => [row, 1]).reduceByKey((a, b) => a + b, 3)
  endAt(driver, 2, 1)
  const found = await kit.until(counted.collect())
  t.deepEqual(
    found.sort(([a], [b]) => a - b),
    undisturbed.map((row) => [row, 1]),
  )
  const started = startedBy(driver)
  t.true((started.get('1.1') ?? []).length === 4, JSON.stringify([...started]))
  t.deepEqual(started.get('1.1'), [0, 1, 2, 3])
  t.deepEqual(started.get('2.1'), [0, 1, 2])
})

test('a job that has given results of such rows fails when they would be others, and says what helps', async (t) => {
  const driver = startDriver(t, { executors: 2 })
  endAt(driver, 2, 1)
  const error = await driver.kit.until(
    t.throwsAsync(dealtOut(driver).collect(), { code: 'TROUPE_SPARK_JOB_FAILED' }),
  )
  t.regex(
    error?.message ?? '',
    /A shuffle map stage with indeterminate output was failed and retried/,
  )
  t.regex(error?.message ?? '', /checkpointing the RDD before repartition/)
})

test('after a checkpoint before the repartition the same loss costs what was lost, and no job', async (t) => {
  const driver = startDriver(t, { executors: 2 })
  const { kit, sc } = driver
  await kit.until(Promise.resolve(sc.setCheckpointDir('/checkpoints')))
  const pairs = sc.range(0, 400, 1, 4).map((n): [number, number] => [n % 40, n])
  const sums = pairs.reduceByKey((a, b) => a + b, 4)
  sums.checkpoint()
  await kit.until(sums.count())
  const rows = sums.map(([key, sum]) => 10_000 * key + sum).repartition(3)
  t.not(rows.outputDeterministicLevel, DeterministicLevel.INDETERMINATE)
  driver.events.length = 0
  endAt(driver, 1, 1)
  const found = await kit.until(rows.collect())
  t.deepEqual(
    found.sort((a, b) => a - b),
    undisturbed,
  )
})
