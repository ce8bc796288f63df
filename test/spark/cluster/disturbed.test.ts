import test from 'ava'

import type { MemoryWorld } from '../../../src/platform/index.ts'
import { counts, expected, startCluster, type Cluster } from './simulated-cluster.ts'

type Fault = (cluster: Cluster, int: (bound: number) => number) => void

const driverAndExecutors = (world: MemoryWorld): string[] =>
  world
    .nodes()
    .filter(({ name, isAlive }) => isAlive && /^(driver|mesos-executor-main-\d+)$/.test(name))
    .map(({ name }) => name)

function pair(world: MemoryWorld, int: (bound: number) => number): [string, string] | undefined {
  const names = driverAndExecutors(world)
  const [a] = names.splice(int(names.length), 1)
  const b = names[int(Math.max(1, names.length))]
  return a === undefined || b === undefined ? undefined : [a, b]
}

const faults: Readonly<Record<string, Fault>> = {
  'killed executors': ({ world }, int) => {
    const executors = driverAndExecutors(world).filter((name) => name !== 'driver')
    const victim = executors[int(Math.max(1, executors.length))]
    if (victim !== undefined) world.kill(victim)
  },
  'reset connections': ({ world }, int) => {
    const chosen = pair(world, int)
    if (chosen !== undefined) world.network.reset(...chosen)
  },
  'partitions that heal': ({ world, driver }, int) => {
    const chosen = pair(world, int)
    if (chosen === undefined) return
    world.network.cut(...chosen)
    driver.clock.setTimer(int(9000), () => {
      world.network.heal(...chosen)
    })
  },
}

/**
 * A job of three shuffles, disturbed up to three times at moments drawn by the seed: its result is that of the
 * undisturbed one, and so is what its tasks have added to an accumulator.
 */
for (const [name, fault] of Object.entries(faults)) {
  for (const seed of [11, 12, 13, 14]) {
    test(`${name} leave the result as it is (seed ${seed})`, async (t) => {
      const cluster = await startCluster(t, seed)
      const { world, sc, driver } = cluster
      const int = (bound: number): number => driver.random.int(bound)
      const moments = new Set(Array.from({ length: 1 + int(3) }, () => 1 + int(80)))
      let events = 0
      sc.addListener(() => {
        events += 1
        if (moments.has(events)) driver.clock.setTimer(int(4), () => fault(cluster, int))
      })
      const seen = sc.longAccumulator('rows')
      const job = counts(sc)
        .map(([word, count]) => [count, word])
        .groupByKey(4)
        .flatMap(([count, words]) => words.map((word): [string, number] => [word, count]))
        .sortByKey(true, 3)
        .map((row) => {
          seen.add(1)
          return row
        })
      t.deepEqual(await world.until(job.collect()), expected)
      // Each partition of the result was counted once, whatever ran twice.
      t.is(seen.value, expected.length)
      // No slot is held by what is over.
      t.is(await world.until(sc.parallelize([1, 2, 3, 4], 4).count()), 4)
    })
  }
}

test('an executor that another one has given up is replaced, so that jobs go on once the network is there again', async (t) => {
  const { world, sc, driver, events } = await startCluster(t, 21, {
    'spark.network.timeout': '10s',
    'spark.executor.heartbeatInterval': '2s',
  })
  const removed = (): string[] =>
    events.flatMap((event) => (event.type === 'executor-removed' ? [event.reason] : []))
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  const [one = '', two = ''] = driverAndExecutors(world).filter((name) => name !== 'driver')
  world.network.cut(one, two)
  await world.until(new Promise<void>((resolve) => driver.clock.setTimer(60_000, resolve)))
  world.network.heal(one, two)
  t.deepEqual(removed(), [])
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  t.is(removed().length, 1)
  t.regex(removed()[0] ?? '', /executor \S+ has lost its connection to it for good/)
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  t.is(removed().length, 1)
})
