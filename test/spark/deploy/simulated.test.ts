import test, { type ExecutionContext } from 'ava'

import { ActorSystem, startNode } from '../../../src/actors/index.ts'
import {
  memoryEnvironment,
  type Environment,
  type MemoryWorld,
} from '../../../src/platform/index.ts'
import '../../../src/spark/backend/clusters/index.ts'
import { runLocalExecutor } from '../../../src/spark/backend/run-local-executor.ts'
import { KnownMasters, masterAt } from '../../../src/spark/deploy/client/index.ts'
import { startSparkMaster, startSparkWorker } from '../../../src/spark/deploy/index.ts'
import { runTaskThread } from '../../../src/spark/executor/index.ts'
import { executorJson } from '../../../src/spark/rest-api/forms/executor.ts'
import { StatusStore } from '../../../src/spark/status/index.ts'
import { SESSION_MS, house as zooKeeperHouse } from '../../platform/zookeeper/house.ts'
import { SparkContext, type Pair, type RDD, type SparkEvent } from '../../../src/spark/index.ts'

const words = Array.from({ length: 600 }, (_, i) => `word${String((i * i) % 37)}`)
const expected: readonly Pair<string, number>[] = [
  ...words.reduce(
    (map, word) => map.set(word, (map.get(word) ?? 0) + 1),
    new Map<string, number>(),
  ),
].sort()

interface House {
  readonly world: MemoryWorld
  readonly sc: SparkContext
  readonly events: SparkEvent[]
  readonly on: (name: string) => Environment
  readonly startMaster: (port?: number) => Promise<string>
  readonly startWorker: (name: string) => Promise<void>
  readonly pause: (ms: number) => Promise<void>
}

/** A master that recovers, two workers and a driver in one thread; a worker is dead after five seconds. */
async function house(t: ExecutionContext, seed: number): Promise<House> {
  const world = memoryEnvironment({
    seed,
    delay: 1,
    programs: { 'local-executor-main': runLocalExecutor },
    threads: { 'task-thread-main': runTaskThread },
  })
  const on = (name: string): Environment => world.environment(name, { machine: 'host' })
  let address = ''
  const startMaster = async (port = 0): Promise<string> => {
    const master = await startSparkMaster({
      environment: on('master'),
      node: { heartbeatMs: 500, port },
      options: { workerTimeoutMs: 5_000, recoveryTimeoutMs: 5_000 },
      recoveryDirectory: '/recovery',
    })
    return (address = master.address)
  }
  const startWorker = async (name: string): Promise<void> => {
    await startSparkWorker({
      environment: on(name),
      masters: [address],
      node: { heartbeatMs: 500 },
      cores: 1,
      memoryMb: 1024,
      workDirectory: '/work',
    })
  }
  await world.until(startMaster())
  await world.until(startWorker('worker-1'))
  await world.until(startWorker('worker-2'))
  const system = ActorSystem.create('driver', { environment: on('driver') })
  const node = await world.until(startNode(system, { heartbeatMs: 500 }))
  const events: SparkEvent[] = []
  const sc = new SparkContext({
    master: `spark://${address}`,
    appName: 'simulated',
    system,
    node,
    conf: {
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': 0,
      'spark.default.parallelism': 3,
    },
    listener: (event) => events.push(event),
  })
  t.teardown(async () => {
    const isThere = world.nodes().some(({ name, isAlive }) => name === 'driver' && isAlive)
    if (isThere) await world.until(sc.stop())
  })
  const pause = (ms: number): Promise<void> =>
    world.until(new Promise<void>((resolve) => on('driver').clock.setTimer(ms, resolve)))
  while (executorsOf(events).added < 2) await pause(100)
  return { world, sc, events, on, startMaster, startWorker, pause }
}

function executorsOf(events: readonly SparkEvent[]): { added: number; removed: number } {
  const count = (type: SparkEvent['type']): number =>
    events.filter((event) => event.type === type).length
  return { added: count('executor-added'), removed: count('executor-removed') }
}

const counts = (sc: SparkContext): RDD<Pair<string, number>> =>
  sc
    .parallelize(words, 6)
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b)

for (const seed of [1, 2, 3]) {
  test(`a master that is gone in the middle of a job, and comes back, loses nobody (seed ${seed})`, async (t) => {
    const { world, sc, events, on, startMaster, pause } = await house(t, seed)
    const port = Number(/:(\d+)/.exec(sc.master)?.[1])
    let isDone = false
    sc.addListener((event) => {
      if (isDone || event.type !== 'task-start' || event.stageId !== seed % 2) return
      isDone = true
      world.kill('master')
      on('driver').clock.setTimer(1_000 + seed * 500, () => void startMaster(port))
    })
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    await pause(10_000)
    t.deepEqual(executorsOf(events), { added: 2, removed: 0 })
    // The new master has the old one's workers and application, and serves them.
    const [executor] = world
      .nodes()
      .filter(({ name, isAlive }) => isAlive && /^local-exec/.test(name))
    world.kill(executor?.name ?? '')
    await pause(5_000)
    t.deepEqual(executorsOf(events), { added: 3, removed: 1 })
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  })

  test(`a worker that is cut off from its master loses its executor, and gets another when it is back (seed ${seed})`, async (t) => {
    const { world, sc, events, pause } = await house(t, seed)
    world.network.cut('worker-1', 'master')
    await pause(4_000 + seed * 100)
    t.is(executorsOf(events).removed, 0)
    await pause(4_000)
    t.is(executorsOf(events).removed, 1)
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    world.network.heal('worker-1', 'master')
    await pause(15_000)
    t.deepEqual(executorsOf(events), { added: 3, removed: 1 })
    t.is(world.nodes().filter(({ name, isAlive }) => isAlive && /^local-exec/.test(name)).length, 2)
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  })

  test(`a short cut between any two of the cluster loses nobody (seed ${seed})`, async (t) => {
    const { world, sc, events, pause } = await house(t, seed)
    const pairs = [
      ['worker-1', 'master'],
      ['driver', 'master'],
      ['worker-2', 'master'],
    ] as const
    const [one, other] = pairs[seed % 3] ?? pairs[0]
    world.network.cut(one, other)
    await pause(2_000)
    world.network.heal(one, other)
    world.network.reset('worker-2', 'master')
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    await pause(10_000)
    t.deepEqual(executorsOf(events), { added: 2, removed: 0 })
  })
}

test('a driver that is gone leaves nothing behind: its executors end, and its cores are free', async (t) => {
  const { world, on } = await house(t, 1)
  world.kill('driver')
  const alive = (): number =>
    world.nodes().filter(({ name, isAlive }) => isAlive && /^local-exec/.test(name)).length
  await world.until(new Promise<void>((resolve) => on('master').clock.setTimer(60_000, resolve)))
  t.is(alive(), 0)
  const kept = await world.disk('host').list('/recovery')
  t.deepEqual(
    kept.map(({ path }) => path.slice(0, '/recovery/worker_'.length)),
    ['/recovery/worker_', '/recovery/worker_'],
  )
})

test('the driver is an executor to those who look, that keeps no blocks and runs no tasks', async (t) => {
  const { world, sc, events } = await house(t, 1)
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  const store = new StatusStore()
  for (const event of events) store.listener(event)
  const rows = [...store.executors.all.values()].map((one) => executorJson(one, 0))
  t.deepEqual(rows.map(({ id }) => id).sort(), ['0', '1', 'driver'])
  const driver = rows.find(({ id }) => id === 'driver')
  t.like(driver, { isActive: true, totalCores: 0, maxTasks: 0, totalTasks: 0, maxMemory: 0 })
  t.regex(JSON.stringify(driver?.['hostPort']), /^"127\.0\.0\.1:\d+"$/)
})

test('one master named is enough: who knows a standby finds the leader, and then all masters', async (t) => {
  const { world, pause } = await zooKeeperHouse(1)
  const start = async (name: string, port: number): Promise<void> => {
    const zookeeper = {
      servers: [{ host: '127.0.0.1', port: 2181 }],
      root: '',
      directory: '/spark',
    }
    await world.until(
      startSparkMaster({
        environment: world.environment(name),
        node: { heartbeatMs: 500, port },
        zookeeper: { ...zookeeper, sessionTimeoutMs: SESSION_MS },
      }),
    )
  }
  await start('master-1', 7077)
  await pause(1_000)
  await start('master-2', 7078)
  await pause(1_000)
  const system = ActorSystem.create('seeker', { environment: world.environment('seeker') })
  const node = await world.until(startNode(system))
  const known = new KnownMasters(['127.0.0.1:7078'])
  await world.until(masterAt(node, known)())
  const worker = await world.until(
    startSparkWorker({
      environment: world.environment('worker'),
      masters: ['127.0.0.1:7077'],
      node: { heartbeatMs: 500 },
      cores: 1,
      memoryMb: 1024,
      workDirectory: '/work',
    }),
  )
  await pause(1_000)
  world.kill('master-1')
  await pause(4 * SESSION_MS)
  const log = world.logEntries
    .filter(({ node: at }) => at === 'worker')
    .map(({ message }) => message)
  t.true(log.includes('the master is there again'), log.join('\n'))
  t.is(worker.refusal(), undefined)
})

test('masters that were named come first, and those that were told of behind them', (t) => {
  const known = new KnownMasters(['one:1', 'two:2'])
  known.learn(['three:3', 'two:2'])
  t.deepEqual(known.addresses, ['one:1', 'two:2', 'three:3'])
  known.learn(['four:4'])
  t.deepEqual(known.addresses, ['one:1', 'two:2', 'four:4'])
})
