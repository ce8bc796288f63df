import test, { type ExecutionContext } from 'ava'

import type { DiskAccess, DiskVerdict } from '../../../src/platform/index.ts'
import type { Pair, RDD } from '../../../src/spark/index.ts'
import type { SparkContext } from '../../../src/spark/context/index.ts'
import { startDriver, type Driver } from './driver.ts'

/** Every task holds at most so many records in memory, in whatever it does. */
const TIGHT = { 'spark.shuffle.spill.numElementsForceSpillThreshold': 50 }
const rows = Array.from({ length: 6_000 }, (_, i): Pair<string, number> => [`key ${i % 700}`, i])

interface Work {
  readonly name: string
  readonly run: (sc: SparkContext) => Promise<unknown>
}

const pairs = (sc: SparkContext): RDD<Pair<string, number>> => sc.parallelize(rows, 4)
const byText = <T>(list: T[]): T[] =>
  list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const works: readonly Work[] = [
  {
    name: 'reduceByKey',
    run: async (sc) =>
      byText(
        await pairs(sc)
          .reduceByKey((a, b) => a + b, 3)
          .collect(),
      ),
  },
  { name: 'groupByKey', run: async (sc) => byText(await pairs(sc).groupByKey(3).collect()) },
  { name: 'sortByKey', run: (sc) => pairs(sc).sortByKey(false, 3).collect() },
  {
    name: 'join',
    run: async (sc) => {
      const other = sc.parallelize(rows.slice(0, 700), 2).mapValues((value) => `other ${value}`)
      return byText(await pairs(sc).join(other, 3).collect())
    },
  },
  { name: 'repartition', run: (sc) => pairs(sc).repartition(5).collect() },
]

const expected = new Map<string, unknown>()

async function undisturbed(t: ExecutionContext, work: Work): Promise<unknown> {
  const known = expected.get(work.name)
  if (known !== undefined) return known
  const { kit, sc } = startDriver(t)
  const result = await kit.until(work.run(sc))
  expected.set(work.name, result)
  return result
}

/** Calls `judge` for what the driver's process asks of its disk. */
function watchDisk({ kit }: Driver, judge: (access: DiskAccess) => DiskVerdict | undefined): void {
  kit.world.interposeDisk('main', judge)
}

for (const work of works) {
  test(`${work.name} has the same result when every task spills`, async (t) => {
    const wanted = await undisturbed(t, work)
    const driver = startDriver(t, { conf: TIGHT })
    let spilled = 0
    watchDisk(driver, ({ operation, path, sizeBytes }) => {
      if (operation === 'write' && sizeBytes > 0 && /temp_local_/.test(path)) spilled += 1
      return undefined
    })
    t.deepEqual(await driver.kit.until(work.run(driver.sc)), wanted)
    t.true(spilled > 4, `${spilled} spills`)
  })

  for (const [phase, pattern, operation] of [
    ['map', /shuffle_\d+_\d+_\d+\.data\.tmp$/, 'write'],
    ['spill', /temp_local_/, 'write'],
    ['commit', /\.index$/, 'write'],
    ['serve', /\.data$/, 'read'],
    ['merge', /temp_local_/, 'read'],
  ] as const) {
    test(`${work.name} has the same result when an executor is killed: ${phase}`, async (t) => {
      const wanted = await undisturbed(t, work)
      const driver = startDriver(t, { conf: TIGHT, executors: 3 })
      let seen = 0
      let killed: string | undefined
      watchDisk(driver, (access) => {
        if (access.operation !== operation || !pattern.test(access.path)) return undefined
        seen += 1
        const executorId = /\/(driver(?:-\d+)?)\/[^/]*$/.exec(access.path)?.[1]
        if (seen === 3 && executorId !== undefined) {
          killed = executorId
          driver.sc.killExecutor(executorId)
        }
        return undefined
      })
      t.deepEqual(await driver.kit.until(work.run(driver.sc)), wanted)
      t.not(killed, undefined)
    })
  }
}

test('a disk that is full while a task spills fails the task clearly, and its files are gone', async (t) => {
  const driver = startDriver(t, { conf: { ...TIGHT, 'spark.task.maxFailures': 2 } })
  const { kit, sc } = driver
  const spilledTo = new Set<string>()
  watchDisk(driver, ({ operation, path, sizeBytes }) => {
    if (operation !== 'write' || sizeBytes === 0 || !/temp_local_/.test(path)) return undefined
    spilledTo.add(path)
    return { failWith: 'ENOSPC', keptBytes: 10 }
  })
  const failing = pairs(sc).groupByKey(3).collect()
  const error = await kit.until(t.throwsAsync(failing, { code: 'TROUPE_SPARK_JOB_FAILED' }))
  t.regex(String((error.cause as Error | undefined)?.message), /temp_local_.*ENOSPC/)
  t.true(spilledTo.size > 0)
  for (const path of spilledTo) t.is(await kit.system.environment.disk.stat(path), undefined)
})

test('a disk that is full for a while costs tries, and no rows', async (t) => {
  const work = works[1] as Work
  const wanted = await undisturbed(t, work)
  const driver = startDriver(t, { conf: TIGHT })
  let failures = 0
  watchDisk(driver, ({ operation, path }) => {
    if (operation !== 'write' || failures === 2 || !/\.data\.tmp$/.test(path)) return undefined
    failures += 1
    return { failWith: 'ENOSPC' }
  })
  t.deepEqual(await driver.kit.until(work.run(driver.sc)), wanted)
  t.is(failures, 2)
})

test('a block whose bytes have changed on disk is found, and only its map output is recomputed', async (t) => {
  const work = works[1] as Work
  const wanted = await undisturbed(t, work)
  const driver = startDriver(t)
  const { kit, sc, events } = driver
  const { disk } = kit.system.environment
  let broken: string | undefined
  let isBroken = false
  watchDisk(driver, ({ operation, path }) => {
    if (operation === 'write' && broken === undefined && /shuffle_0_1_\d+\.data\.tmp$/.test(path)) {
      broken = path.replace(/\.tmp$/, '')
    }
    return undefined
  })
  sc.addListener((event) => {
    const isReduce = event.type === 'stage-submitted' && event.stageId !== 0
    if (!isReduce || broken === undefined || isBroken) return
    isBroken = true
    const path = broken
    void disk.readFile(path).then((bytes) => {
      const changed = Uint8Array.from(bytes)
      changed[20] = (changed[20] ?? 0) ^ 0xff
      return disk.writeFile(path, changed)
    })
  })
  t.deepEqual(await kit.until(work.run(sc)), wanted)
  t.true(isBroken)
  const maps = events.flatMap((event) =>
    event.type === 'task-start' && event.stageId === 0 ? [event.partition] : [],
  )
  t.deepEqual(maps.sort(), [0, 1, 1, 2, 3])
})
