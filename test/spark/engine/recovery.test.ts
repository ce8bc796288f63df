import test from 'ava'

import type { RDD } from '../../../src/spark/rdd/index.ts'
import type { Pair } from '../../../src/spark/shuffle/index.ts'
import { PureEngine, type Launch } from './pure-engine.ts'

const words = 'the quick brown fox jumps over the lazy dog and the quick cat'.split(' ')

function counts(engine: PureEngine): RDD<Pair<string, number>> {
  return engine
    .parallelize(words, 6)
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b, 3)
}

async function undisturbed(): Promise<readonly unknown[]> {
  return (await counts(new PureEngine()).collect()).sort()
}

const mapsOf = (launches: readonly Launch[], attempt: number): number[] =>
  launches.filter((l) => !l.isResult && l.stageAttempt === attempt).map((l) => l.partition)

test('an executor killed while a reduce task runs: exactly its map outputs are recomputed', async (t) => {
  const engine = new PureEngine(['a', 'b'])
  engine.beforeTask = ({ isResult, partition }) => {
    if (isResult && partition === 1) engine.kill('a')
  }
  const result = await counts(engine).collect()
  t.deepEqual(result.sort(), await undisturbed())
  const onA = engine.launches
    .filter((l) => !l.isResult && l.executorId === 'a')
    .map((l) => l.partition)
  t.deepEqual(mapsOf(engine.launches, 1), onA)
  t.deepEqual(onA, [0, 2, 4])
})

test('after a failed fetch only the unfinished reduce partitions run again', async (t) => {
  const engine = new PureEngine(['a', 'b'])
  engine.beforeTask = ({ isResult, partition, stageAttempt }) => {
    if (isResult && partition === 2 && stageAttempt === 0) engine.kill('b')
  }
  await counts(engine).collect()
  const results = engine.launches
    .filter((l) => l.isResult && l.stageAttempt === 1)
    .map((l) => l.partition)
  t.false(results.includes(0))
  t.true(results.includes(2))
})

test('an executor lost and reported is forgotten before a fetch fails', async (t) => {
  const engine = new PureEngine(['a', 'b'])
  const rdd = counts(engine)
  await rdd.count()
  engine.lose('a')
  const before = engine.launches.length
  t.deepEqual((await rdd.collect()).sort(), await undisturbed())
  const again = engine.launches.slice(before).filter((l) => !l.isResult)
  t.deepEqual(
    again.map((l) => l.partition),
    [0, 2, 4],
  )
})

test('a later job skips the stage whose outputs are there', async (t) => {
  const engine = new PureEngine()
  const rdd = counts(engine)
  await rdd.count()
  const before = engine.launches.length
  await rdd.collect()
  t.true(engine.launches.slice(before).every((l) => l.isResult))
  t.true(engine.effects.some((effect) => effect.type === 'stage-skipped'))
})

test('a corrupted block is found and its map partition alone is recomputed', async (t) => {
  const engine = new PureEngine()
  const rdd = counts(engine)
  await rdd.count()
  const path = `${engine.pathOf(0, 3)}.data`
  const bytes = (await engine.disk.readFile(path)).slice()
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 0x40
  await engine.disk.writeFile(path, bytes)
  const before = engine.launches.length
  t.deepEqual((await rdd.collect()).sort(), await undisturbed())
  const again = engine.launches.slice(before).filter((l) => !l.isResult)
  t.deepEqual(
    again.map((l) => l.partition),
    [3],
  )
})

test('a map output that was removed is recomputed alone', async (t) => {
  const engine = new PureEngine()
  const rdd = counts(engine)
  await rdd.count()
  await engine.disk.remove(`${engine.pathOf(0, 5)}.data`)
  const before = engine.launches.length
  t.deepEqual((await rdd.collect()).sort(), await undisturbed())
  const again = engine.launches.slice(before).filter((l) => !l.isResult)
  t.deepEqual(
    again.map((l) => l.partition),
    [5],
  )
})

test('a task that fails three times is tried a fourth, on another executor each time there is one', async (t) => {
  const engine = new PureEngine(['a', 'b', 'c', 'd'])
  engine.beforeTask = ({ partition, attempt, isResult }) => {
    if (!isResult && partition === 1 && attempt < 3) throw new RangeError(`failure ${attempt}`)
  }
  t.deepEqual((await counts(engine).collect()).sort(), await undisturbed())
  const places = engine.launches
    .filter((l) => !l.isResult && l.partition === 1)
    .map((l) => l.executorId)
  t.is(places.length, 4)
  t.is(new Set(places).size, 4)
})

test('the fourth failure of a task fails the job with the last cause', async (t) => {
  const engine = new PureEngine(['a', 'b'])
  engine.beforeTask = ({ partition, attempt }) => {
    if (partition === 1) throw new RangeError(`failure ${attempt}`)
  }
  await t.throwsAsync(counts(engine).collect(), { instanceOf: RangeError, message: 'failure 3' })
})

test('a stage whose input is lost four times in a row fails the job', async (t) => {
  const engine = new PureEngine(['a'])
  engine.beforeTask = async ({ isResult }) => {
    if (!isResult) return
    for (let map = 0; map < 6; map += 1) await engine.disk.remove(`${engine.pathOf(0, map)}.data`)
  }
  await t.throwsAsync(counts(engine).collect(), { code: 'TROUPE_SPARK_JOB_FAILED' })
})

test('recovery reaches back through two shuffles', async (t) => {
  const job = (engine: PureEngine): RDD<Pair<number, string[]>> =>
    counts(engine)
      .map(([word, count]) => [count, word] as const)
      .sortByKey(false, 2)
      .groupByKey(2)
  const expected = await job(new PureEngine()).collect()
  const engine = new PureEngine(['a', 'b'])
  let isKilled = false
  engine.beforeTask = ({ stageId }) => {
    if (stageId < 4 || isKilled) return
    isKilled = true
    engine.kill('b')
  }
  t.deepEqual(await job(engine).collect(), expected)
  t.true(isKilled)
})
