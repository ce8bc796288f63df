import test, { type ExecutionContext } from 'ava'

import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import { LocalBackend } from '../../../src/spark/backend/index.ts'
import { InlineTaskRunner } from '../../../src/spark/executor/index.ts'
import { SparkContext, type LongAccumulator, type RDD } from '../../../src/spark/index.ts'

interface Driver {
  readonly kit: TestSystem
  readonly sc: SparkContext
  readonly computed: LongAccumulator
  /** Counts its rows as they are computed; behind a shuffle. */
  readonly rdd: RDD<readonly [number, number]>
}

function start(t: ExecutionContext, executors = 2): Driver {
  const kit = testSystem({ name: 'driver' })
  const backend = new LocalBackend(
    1,
    (slots, environment, { stages }) =>
      new InlineTaskRunner(slots, environment, (binary) => stages.unpack(binary)),
    executors,
  )
  const sc = new SparkContext({ master: 'local', appName: 'test', system: kit.system, backend })
  t.teardown(() => kit.until(sc.stop()))
  const computed = sc.longAccumulator('computed')
  const rdd = sc
    .parallelize(
      Array.from({ length: 100 }, (_, i) => i),
      4,
    )
    .map((n) => [n % 10, n])
    .reduceByKey((a, b) => a + b, 3)
    .map(([key, sum]) => {
      computed.add(1)
      return [key, sum] as const
    })
  return { kit, sc, computed, rdd }
}

const expected = Array.from({ length: 10 }, (_, key) => [key, 450 + 10 * key])

function sorted(rows: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return [...rows].sort(([a], [b]) => a - b)
}

test('a checkpoint is written after the first job, and what comes later reads it', async (t) => {
  const { kit, sc, computed, rdd } = start(t)
  t.throws(() => rdd.checkpoint(), { code: 'TROUPE_SPARK_CHECKPOINT_DIRECTORY' })
  await kit.until(sc.setCheckpointDir('/checkpoints'))
  rdd.checkpoint()
  const later = rdd.mapValues((sum) => sum + 1)
  t.false(rdd.isCheckpointed())
  t.deepEqual(sorted(await kit.until(rdd.collect())), expected)
  t.true(rdd.isCheckpointed())
  t.is(Number(computed.value), 20) // the job, and the one that has written
  t.is(rdd.getCheckpointFile(), `${sc.getCheckpointDir()}/rdd-${rdd.id}`)
  t.deepEqual(sorted(await kit.until(rdd.collect())), expected)
  t.is(await kit.until(later.map(([, sum]) => sum).reduce((a, b) => a + b)), 4960)
  t.is(Number(computed.value), 20)
  t.deepEqual(rdd.getDependencies(), [])
  t.is((await rdd.toDebugString()).split('\n').length, 1)
})

test('a persisted RDD is computed once for the job and its checkpoint', async (t) => {
  const { kit, sc, computed, rdd } = start(t)
  await kit.until(sc.setCheckpointDir('/checkpoints'))
  rdd.cache().checkpoint()
  t.is(await kit.until(rdd.count()), 10)
  t.is(Number(computed.value), 10)
  await kit.until(rdd.unpersist(true))
  t.deepEqual(sorted(await kit.until(rdd.collect())), expected)
  t.is(Number(computed.value), 10)
})

test('a checkpoint is read by another application; one that is not whole is refused', async (t) => {
  const { kit, sc, rdd } = start(t)
  await kit.until(sc.setCheckpointDir('/checkpoints'))
  rdd.checkpoint()
  await kit.until(rdd.count())
  const path = rdd.getCheckpointFile() ?? ''
  const again = sc.checkpointFile<readonly [number, number]>(path)
  t.deepEqual(sorted(await kit.until(again.collect())), expected)
  const { disk } = sc
  await disk.writeFile(`${path}/part-00001`, new Uint8Array(3))
  await t.throwsAsync(kit.until(sc.checkpointFile(path).collect()), {
    code: 'TROUPE_SPARK_CHECKPOINT_UNREADABLE',
    message: /part-00001 is missing or cut short/,
  })
  await disk.remove(`${path}/_parts`)
  await t.throwsAsync(kit.until(sc.checkpointFile(path).collect()), {
    code: 'TROUPE_SPARK_CHECKPOINT_UNREADABLE',
    message: /not whole/,
  })
})

test('a checkpoint that can not be written fails the job clearly, and is written by the next', async (t) => {
  const { kit, sc, rdd } = start(t)
  await kit.until(sc.setCheckpointDir('/checkpoints'))
  rdd.checkpoint()
  const stop = sc.addListener((event) => {
    if (event.type === 'job-end') kit.world.fillDisk('main')
  })
  await t.throwsAsync(kit.until(rdd.cache().count()), { code: 'TROUPE_SPARK_CHECKPOINT_FAILED' })
  stop()
  t.false(rdd.isCheckpointed())
  kit.world.fillDisk('main', false)
  t.is(await kit.until(rdd.count()), 10)
  t.true(rdd.isCheckpointed())
  t.deepEqual(sorted(await kit.until(rdd.collect())), expected)
})

test('a local checkpoint cuts the lineage, and is lost with its executor', async (t) => {
  const { kit, sc, computed, rdd } = start(t)
  rdd.localCheckpoint()
  t.true(rdd.getStorageLevel().useDisk)
  t.is((await kit.until(rdd.take(1))).length, 1)
  t.true(rdd.isCheckpointed())
  t.is(rdd.getCheckpointFile(), undefined)
  t.deepEqual(sorted(await kit.until(rdd.collect())), expected)
  t.is(Number(computed.value), 10)
  t.deepEqual(rdd.getDependencies(), [])
  sc.killExecutor('driver')
  const lost = await t.throwsAsync(kit.until(rdd.collect()), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.regex(String((lost?.cause as Error).message), /Checkpoint block rdd_\d+_\d+ not found!/)
})
