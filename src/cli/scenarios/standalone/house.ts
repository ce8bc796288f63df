import { ActorSystem, startNode } from '../../../actors/index.ts'
import type { Scenario, Stage } from '../../../actors/testkit/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { ZooKeeperTwin } from '../../../platform/zookeeper/index.ts'
import { runLocalExecutor } from '../../../spark/backend/index.ts'
import '../../../spark/backend/clusters/index.ts'
import { startSparkMaster, startSparkWorker } from '../../../spark/deploy/index.ts'
import { runTaskThread } from '../../../spark/executor/index.ts'
import { SparkContext, type SparkConf, type SparkEvent } from '../../../spark/index.ts'

const NODE = { heartbeatMs: 500 }
/** Faults may keep the driver from everybody one after the other: no job outlives that it gives a master up. */
const DRIVER_NODE = { ...NODE, unreachableLimitMs: 120_000 }
const RESTART_MS = 700
const SESSION_MS = 4_000
const LEAST_SESSION_MS = 1_000
const HOST = '127.0.0.1'

/** Each with the port that it listens at. */
const SERVERS = { 'zookeeper-1': 2181, 'zookeeper-2': 2182 } as const
export const MASTERS = { 'master-1': 7077, 'master-2': 7078 } as const
/** Each with the only master that it was told of. */
export const WORKERS = { 'worker-1': 'master-1', 'worker-2': 'master-2' } as const
export const EXECUTORS = 'local-executor-main-'

/** What executors and their task threads are in a simulated world. */
export const standaloneWorld: NonNullable<Scenario['world']> = {
  programs: { 'local-executor-main': runLocalExecutor },
  threads: { 'task-thread-main': runTaskThread },
  delay: { minMs: 1, maxMs: 12 },
}

const PATIENCE = {
  workerTimeoutMs: 5_000,
  // Whoever is kept from the new leader by a fault is to find it in that time, and so is a driver that has lost its session.
  recoveryTimeoutMs: 40_000,
  applicationGraceMs: 60_000,
}

/** What its workers have, and what its driver does with them. */
export interface HouseWork {
  /** Cores of each worker. */
  readonly cores: number
  /** Executors that the driver begins with. */
  readonly executors: number
  readonly conf: SparkConf
}

const PLAIN_WORK: HouseWork = { cores: 1, executors: 2, conf: {} }

/** Two masters, two workers and a driver, each on a machine of its own, and two servers of ZooKeeper. */
export class StandaloneHouse {
  readonly events: SparkEvent[] = []
  readonly #stage: Stage
  readonly #text: string
  readonly #path: string
  readonly #work: HouseWork
  readonly #zookeeper = new ZooKeeperTwin({ sessionMs: [LEAST_SESSION_MS, SESSION_MS] })
  readonly #systems: Map<string, ActorSystem> = new Map()
  #context: SparkContext | undefined

  /** @param text lies at `path` on each machine */
  constructor(stage: Stage, text: string, path: string, work: HouseWork = PLAIN_WORK) {
    this.#stage = stage
    this.#work = work
    this.#text = text
    this.#path = path
  }

  get context(): SparkContext {
    return this.#context as SparkContext
  }

  /** Resolves once the driver has the executors that it begins with. */
  async start(): Promise<void> {
    const stage = this.#stage
    for (const machine of ['driver', ...Object.keys(WORKERS)]) {
      const disk = stage.world.disk(machine)
      await disk.makeDirectory('/in')
      await disk.writeFile(this.#path, new TextEncoder().encode(this.#text))
    }
    const again = { restartMs: RESTART_MS }
    for (const [name, port] of Object.entries(SERVERS)) {
      await stage.node(name, (environment) => this.#startServer(environment, port), again)
    }
    for (const [name, port] of Object.entries(MASTERS)) {
      await stage.node(name, (environment) => this.#startMaster(name, environment, port), again)
    }
    for (const [name, master] of Object.entries(WORKERS)) {
      await stage.node(name, (environment) => this.#startWorker(name, environment, master), again)
    }
    await stage.node('driver', (environment) => this.#startDriver(environment))
    const isComplete = (): boolean =>
      this.events.filter(({ type }) => type === 'executor-added').length >= this.#work.executors
    await stage.when(isComplete)
  }

  async stop(): Promise<void> {
    await this.context.stop()
    for (const node of ['driver', ...Object.keys(WORKERS), ...Object.keys(MASTERS)]) {
      if (this.#stage.isAlive(node)) await this.#systems.get(node)?.terminate()
    }
    for (const node of Object.keys(SERVERS)) this.#stage.world.kill(node)
  }

  async #startServer(environment: Environment, port: number): Promise<void> {
    await this.#zookeeper.serve(environment, { host: HOST, port })
  }

  async #startMaster(name: string, environment: Environment, port: number): Promise<void> {
    const { system, ended } = await startSparkMaster({
      environment,
      node: { ...NODE, port },
      options: PATIENCE,
      zookeeper: {
        servers: Object.values(SERVERS).map((at) => ({ host: HOST, port: at })),
        root: '',
        directory: '/spark',
        sessionTimeoutMs: SESSION_MS,
      },
    })
    this.#systems.set(name, system)
    void ended.then(() => {
      environment.processes.exit(0)
    })
  }

  async #startWorker(
    name: string,
    environment: Environment,
    master: keyof typeof MASTERS,
  ): Promise<void> {
    const { system, ended } = await startSparkWorker({
      environment,
      masters: [`${HOST}:${MASTERS[master]}`],
      node: NODE,
      cores: this.#work.cores,
      memoryMb: 1024,
      workDirectory: '/work',
    })
    this.#systems.set(name, system)
    void ended.then(() => {
      environment.processes.exit(0)
    })
  }

  async #startDriver(environment: Environment): Promise<void> {
    const system = ActorSystem.create('driver', { environment })
    this.#systems.set('driver', system)
    const node = await startNode(system, DRIVER_NODE)
    this.#context = new SparkContext({
      master: `spark://${HOST}:${MASTERS['master-1']}`,
      appName: 'simulated',
      system,
      node,
      conf: {
        'spark.executor.memory': '256m',
        'spark.testing.reservedMemory': 0,
        'spark.default.parallelism': 3,
        'spark.network.timeout': 10,
        'spark.executor.heartbeatInterval': '5s',
        'spark.stage.maxConsecutiveAttempts': 10,
        'spark.task.maxFailures': 1_000,
        ...this.#work.conf,
      },
      listener: (event) => this.events.push(event),
    })
  }
}
