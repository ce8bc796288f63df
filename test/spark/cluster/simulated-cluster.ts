import type { ExecutionContext } from 'ava'

import { ActorSystem, startInspector, startNode } from '../../../src/actors/index.ts'
import { startAgentNode, startMasterNode } from '../../../src/mesos/index.ts'
import {
  memoryEnvironment,
  type Environment,
  type MemoryWorld,
} from '../../../src/platform/index.ts'
import { runMesosExecutor } from '../../../src/spark/backend/clusters/index.ts'
import { runTaskThread } from '../../../src/spark/executor/index.ts'
import {
  SparkContext,
  type Pair,
  type RDD,
  type SparkConf,
  type SparkEvent,
} from '../../../src/spark/index.ts'

const text = 'the quick brown fox\njumps over the lazy dog\nand the fox sleeps\n'.repeat(40)
/** What the word count of the cluster's text gives. */
export const expected: readonly Pair<string, number>[] = [
  ...text
    .trim()
    .split(/\s/)
    .reduce((map, word) => map.set(word, (map.get(word) ?? 0) + 1), new Map<string, number>()),
].sort()

/** A cluster in one world. */
export interface Cluster {
  readonly world: MemoryWorld
  readonly sc: SparkContext
  readonly events: SparkEvent[]
  /** The driver's. */
  readonly system: ActorSystem
  /** The driver's node. */
  readonly driver: Environment
  /** Where that listens, as `host:port`. */
  readonly address: string
  /** Starts a master again where the first one listened, which must have been killed. */
  readonly startMasterAgain: () => Promise<void>
}

/**
 * The whole house in one thread: a master, two agents, a driver and two executor processes with their task
 * threads are nodes of a world in memory; everything between them is encoded and sent over its connections.
 */
export async function startCluster(
  t: ExecutionContext,
  seed: number,
  conf: SparkConf = {},
  /** Executors that there are to be before it is ready. */
  executors: number = 2,
  /** Of each agent. */
  resources: string = 'cpus:1;mem:1024',
): Promise<Cluster> {
  const world = memoryEnvironment({
    seed,
    delay: 1,
    programs: { 'mesos-executor-main': runMesosExecutor },
    threads: { 'task-thread-main': runTaskThread },
  })
  const on = (name: string): Environment => world.environment(name, { machine: 'host' })
  const node = { heartbeatMs: 500, unreachableLimitMs: 4000 }
  const master = await world.until(startMasterNode({ environment: on('master'), node }))
  startInspector(master.system)
  for (const hostname of ['one', 'two']) {
    const agent = await world.until(
      startAgentNode({
        environment: on(hostname),
        master: master.address,
        hostname,
        resources,
        workDir: `/var/troupe/${hostname}`,
        node,
      }),
    )
    startInspector(agent.system)
  }
  const events: SparkEvent[] = []
  const system = ActorSystem.create('driver', { environment: on('driver') })
  const driverNode = await world.until(startNode(system, {}))
  const sc = new SparkContext({
    master: `mesos://${master.address}`,
    appName: 'in memory',
    system,
    node: driverNode,
    conf: {
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': 0,
      'spark.default.parallelism': 3,
      ...conf,
    },
    listener: (event) => events.push(event),
  })
  t.teardown(() => world.until(sc.stop()))
  await world.disk('host').makeDirectory('/in')
  await world.disk('host').writeFile('/in/text', new TextEncoder().encode(text))
  await world.until(
    (async () => {
      while (events.filter(({ type }) => type === 'executor-added').length < executors) {
        await new Promise<void>((resolve) => on('driver').clock.setTimer(100, resolve))
      }
    })(),
  )
  const { host, port } = driverNode.address ?? { host: '', port: 0 }
  const startMasterAgain = async (): Promise<void> => {
    const again = { ...node, port: Number(master.address.split(':').at(-1)) }
    await startMasterNode({ environment: on('master'), node: again })
  }
  return {
    world,
    sc,
    events,
    system,
    driver: on('driver'),
    address: `${host}:${port}`,
    startMasterAgain,
  }
}

/** The word count of the text in the cluster. */
export function counts(sc: SparkContext): RDD<Pair<string, number>> {
  return sc
    .textFile('/in/text', 6)
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b)
}
