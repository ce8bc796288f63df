import test, { type ExecutionContext } from 'ava'

import { ActorSystem } from '../../../src/actors/index.ts'
import { startAgentNode, startMasterNode } from '../../../src/mesos/index.ts'
import {
  memoryEnvironment,
  type Environment,
  type MemoryWorld,
} from '../../../src/platform/index.ts'
import { runMesosExecutor } from '../../../src/spark/backend/mesos-backend.ts'
import { runTaskThread } from '../../../src/spark/executor/index.ts'
import { SparkContext, type Pair, type RDD, type SparkEvent } from '../../../src/spark/index.ts'

const text = 'the quick brown fox\njumps over the lazy dog\nand the fox sleeps\n'.repeat(40)
const expected = [
  ...text
    .trim()
    .split(/\s/)
    .reduce((map, word) => map.set(word, (map.get(word) ?? 0) + 1), new Map<string, number>()),
].sort()

interface Cluster {
  readonly world: MemoryWorld
  readonly sc: SparkContext
  readonly events: SparkEvent[]
}

/**
 * The whole house in one thread: a master, two agents, a driver and two executor processes with their task
 * threads are nodes of a world in memory; everything between them is encoded and sent over its connections.
 */
async function start(t: ExecutionContext, seed: number): Promise<Cluster> {
  const world = memoryEnvironment({
    seed,
    delay: 1,
    programs: { 'mesos-executor-main': runMesosExecutor },
    threads: { 'task-thread-main': runTaskThread },
  })
  const on = (name: string): Environment => world.environment(name, { machine: 'host' })
  const node = { heartbeatMs: 500, unreachableLimitMs: 4000 }
  const master = await world.until(startMasterNode({ environment: on('master'), node }))
  for (const hostname of ['one', 'two']) {
    await world.until(
      startAgentNode({
        environment: on(hostname),
        master: master.address,
        hostname,
        resources: 'cpus:1;mem:1024',
        workDir: `/work/${hostname}`,
        node,
      }),
    )
  }
  const events: SparkEvent[] = []
  const sc = new SparkContext({
    master: `mesos://${master.address}`,
    appName: 'in memory',
    system: ActorSystem.create('driver', { environment: on('driver') }),
    conf: { 'spark.executor.memory': '256m', 'spark.default.parallelism': 3 },
    listener: (event) => events.push(event),
  })
  t.teardown(() => world.until(sc.stop()))
  await world.disk('host').makeDirectory('/in')
  await world.disk('host').writeFile('/in/text', new TextEncoder().encode(text))
  await world.until(
    (async () => {
      while (events.filter(({ type }) => type === 'executor-added').length < 2) {
        await new Promise<void>((resolve) => on('driver').clock.setTimer(100, resolve))
      }
    })(),
  )
  return { world, sc, events }
}

function counts(sc: SparkContext): RDD<Pair<string, number>> {
  return sc
    .textFile('/in/text', 6)
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b)
}

test('the word count runs through master, agents and executors on connections in memory and a virtual clock', async (t) => {
  const { world, sc } = await start(t, 1)
  const sorted = counts(sc).sortBy(([, count]) => count, false)
  t.deepEqual(await world.until(sorted.take(2)), [
    ['the', 120],
    ['fox', 80],
  ])
})

for (const seed of [1, 2, 3]) {
  test(`an executor process killed while it reduces leaves the result as it is (seed ${seed})`, async (t) => {
    const { world, sc, events } = await start(t, seed)
    let victim: string | undefined
    sc.addListener((event) => {
      if (victim !== undefined || event.type !== 'task-start' || event.stageId !== 1) return
      victim = event.executorId
      const node = world
        .nodes()
        .filter(({ name, isAlive }) => isAlive && name.startsWith('mesos-executor'))
      world.kill(node[seed % node.length]?.name ?? '')
    })
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    t.not(victim, undefined)
    const lost = events.flatMap((event) => (event.type === 'outputs-lost' ? event.outputs : []))
    const again = events.flatMap((event) =>
      event.type === 'task-end' && event.stageId === 0 && event.stageAttempt > 0
        ? [event.partition]
        : [],
    )
    t.deepEqual(again.sort(), lost.map(({ mapPartition }) => mapPartition).sort())
  })
}

test('the same seed gives the same events at the same times', async (t) => {
  const run = async (): Promise<string[]> => {
    const { world, sc, events } = await start(t, 7)
    await world.until(counts(sc).collect())
    return events.map((event) => JSON.stringify(event))
  }
  t.deepEqual(await run(), await run())
})
