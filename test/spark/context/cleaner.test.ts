import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import test from 'ava'

import { nodeEnvironment, type CollectionWatch } from '../../../src/platform/index.ts'
import { ContextCleaner } from '../../../src/spark/context/cleaner.ts'
import { SparkContext, type SparkEvent } from '../../../src/spark/index.ts'
import type { RDD } from '../../../src/spark/rdd/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

interface Rig {
  readonly cleaner: ContextCleaner
  readonly cleaned: string[]
  /** As the garbage collector would. */
  readonly collect: (object: object) => void
}

function rig(isOn = true): Rig {
  const cleaned: string[] = []
  const ends = new Map<object, (() => void)[]>()
  const cleaner = new ContextCleaner({
    reachability: {
      weakly: (object) => ({ deref: () => object }),
      onCollected: <Token>(collected: (token: Token) => void): CollectionWatch<Token> => ({
        register: (object, token) => {
          const all = ends.get(object) ?? []
          ends.set(object, [...all, () => void collected(token)])
        },
      }),
    },
    isOn,
    cleanRdd: (id) => cleaned.push(`rdd ${id}`),
    cleanShuffle: (id) => cleaned.push(`shuffle ${id}`),
    cleanBroadcast: (id) => cleaned.push(`broadcast ${id}`),
    cleanCheckpoint: (path) => cleaned.push(`checkpoint ${path}`),
  })
  const collect = (object: object): void => {
    for (const end of ends.get(object) ?? []) end()
    ends.delete(object)
  }
  return { cleaner, cleaned, collect }
}

function shuffled(): RDD<unknown> {
  return new PureEngine()
    .parallelize([1, 2])
    .map((n) => [n, n])
    .groupByKey()
}

test('what nobody refers to is cleaned, once', (t) => {
  const { cleaner, cleaned, collect } = rig()
  const rdd = shuffled()
  cleaner.watchRdd(rdd)
  cleaner.watchRdd(rdd)
  cleaner.watchShuffles(rdd)
  cleaner.watchShuffles(rdd)
  const broadcast = {}
  cleaner.watchBroadcast(broadcast, 7)
  cleaner.watchCheckpoint(rdd, '/checkpoints/rdd-1')
  t.deepEqual(cleaned, [])
  collect(rdd)
  collect(rdd.getDependencies()[0] as object)
  collect(broadcast)
  t.deepEqual(cleaned, [
    `rdd ${rdd.id}`,
    'checkpoint /checkpoints/rdd-1',
    'shuffle 0',
    'broadcast 7',
  ])
})

test('nothing is cleaned with spark.cleaner.referenceTracking off', (t) => {
  const { cleaner, cleaned, collect } = rig(false)
  const rdd = shuffled()
  cleaner.watchRdd(rdd)
  cleaner.watchShuffles(rdd)
  collect(rdd)
  collect(rdd.getDependencies()[0] as object)
  t.deepEqual(cleaned, [])
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('the garbage collector has map outputs, kept partitions and broadcasts removed', async (t) => {
  const { disk, clock } = nodeEnvironment()
  const seen = new Set<string>()
  const listener = ({ type }: SparkEvent): void => void seen.add(type)
  const sc = await SparkContext.create({ master: 'local[2]', appName: 'cleaner', listener })
  try {
    await (async () => {
      const factor = sc.broadcast(2)
      const pairs = sc.parallelize([1, 2, 3, 4], 2).map((n) => [n % 2, n * factor.value])
      const sums = pairs.reduceByKey((a, b) => a + b, 2).cache()
      t.is(await sums.count(), 2)
    })()
    t.is(sc.getRDDStorageInfo().length, 1)
    const directory = await executorDirectory(disk)
    const shuffleFiles = async (): Promise<number> =>
      (await disk.list(directory)).filter(({ path }) => path.includes('/shuffle_')).length
    t.true((await shuffleFiles()) > 0)
    const isClean = async (): Promise<boolean> =>
      sc.getRDDStorageInfo().length === 0 && (await shuffleFiles()) === 0
    for (let tries = 0; tries < 100 && !(await isClean()); tries += 1) {
      // What a weak reference has given is held until the event loop turns.
      await new Promise<void>((resolve) => clock.setTimer(50, resolve))
      collectGarbage()
    }
    t.deepEqual(sc.getRDDStorageInfo(), [])
    t.is(await shuffleFiles(), 0)
    t.true(seen.has('rdd-unpersisted'))
  } finally {
    await sc.stop()
  }
})

/** The folder of this process's executor. */
async function executorDirectory(
  disk: ReturnType<typeof nodeEnvironment>['disk'],
): Promise<string> {
  const probe = await disk.makeTemporaryDirectory('troupe-probe-')
  await disk.remove(probe)
  const parent = probe.slice(0, probe.lastIndexOf('/'))
  const mine = (await disk.list(parent)).filter(
    ({ path }) => path.includes(`troupe-spark-`) && path.includes(`-${process.pid}-`),
  )
  return `${mine[0]?.path}/driver`
}
