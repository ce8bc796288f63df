import { ActorSystem, startNode } from '../../../actors/index.ts'
import type { Scenario, Stage } from '../../../actors/testkit/index.ts'
import { startMasterNode } from '../../../mesos/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { runMesosExecutor } from '../../../spark/backend/clusters/index.ts'
import { runTaskThread } from '../../../spark/executor/index.ts'
import { SparkContext, type SparkConf, type SparkEvent } from '../../../spark/index.ts'
import { startHostAgent } from './agent.ts'

const MASTER_PORT = 5050
const NODE = { heartbeatMs: 500 }
/** Agents give their master up soon, and start anew. The driver and its master must not: no job outlives that. */
const AGENT_NODE = { ...NODE, unreachableLimitMs: 4_000 }
const RESTART_MS = 700
/** Who works: an agent and the executors that it starts share a machine. */
export const HOSTS: readonly string[] = ['one', 'two', 'three']
/** The most faults of one run. */
export const MAX_FAULTS = 6
/** Where the text lies, on the disk of each machine. */
export const TEXT_PATH = '/in/text'

/** What executors and their task threads are in a simulated world. */
export const clusterWorld: NonNullable<Scenario['world']> = {
  programs: { 'mesos-executor-main': runMesosExecutor },
  threads: { 'task-thread-main': runTaskThread },
  delay: { minMs: 1, maxMs: 12 },
}

/** A master, three agents and a driver, each on a machine of its own. */
export class Cluster {
  readonly events: SparkEvent[] = []
  readonly #stage: Stage
  readonly #text: string
  readonly #conf: SparkConf
  readonly #executors: number
  readonly #resources: string
  readonly #systems: Map<string, ActorSystem> = new Map()
  #context: SparkContext | undefined

  /**
   * @param executors that the driver has before it is ready
   * @param resources of each agent
   */
  constructor(
    stage: Stage,
    text: string,
    conf: SparkConf = {},
    executors: number = HOSTS.length,
    resources: string = 'cpus:1;mem:1024',
  ) {
    this.#stage = stage
    this.#text = text
    this.#conf = conf
    this.#executors = executors
    this.#resources = resources
  }

  get context(): SparkContext {
    return this.#context as SparkContext
  }

  /** Resolves once the driver has its executors, by default one on every machine. */
  async start(): Promise<void> {
    const stage = this.#stage
    for (const machine of ['driver', ...HOSTS]) {
      const disk = stage.world.disk(machine)
      await disk.makeDirectory('/in')
      await disk.writeFile(TEXT_PATH, new TextEncoder().encode(this.#text))
    }
    await stage.node('master', (environment) => this.#startMaster(environment), {
      restartMs: RESTART_MS,
    })
    for (const host of HOSTS) {
      await stage.node(`agent-${host}`, (environment) => this.#startAgent(host, environment), {
        machine: host,
        restartMs: RESTART_MS,
      })
    }
    await stage.node('driver', (environment) => this.#startDriver(environment))
    const isComplete = (): boolean =>
      this.events.filter(({ type }) => type === 'executor-added').length >= this.#executors
    await stage.when(isComplete)
  }

  async stop(): Promise<void> {
    await this.context.stop()
    const last = ['driver', ...HOSTS.map((host) => `agent-${host}`), 'master']
    for (const node of last) {
      if (this.#stage.isAlive(node)) await this.#systems.get(node)?.terminate()
    }
  }

  async #startMaster(environment: Environment): Promise<void> {
    const system = ActorSystem.create('master', { environment })
    this.#systems.set('master', system)
    await startMasterNode({ environment, system, node: { ...NODE, port: MASTER_PORT } })
  }

  async #startAgent(host: string, environment: Environment): Promise<void> {
    const system = ActorSystem.create('agent', { environment })
    this.#systems.set(`agent-${host}`, system)
    await startHostAgent({
      environment,
      system,
      host,
      resources: this.#resources,
      master: `127.0.0.1:${MASTER_PORT}`,
      node: AGENT_NODE,
    })
  }

  async #startDriver(environment: Environment): Promise<void> {
    const system = ActorSystem.create('driver', { environment })
    this.#systems.set('driver', system)
    const node = await startNode(system, NODE)
    this.#context = new SparkContext({
      master: `mesos://127.0.0.1:${MASTER_PORT}`,
      appName: 'simulated',
      system,
      node,
      conf: {
        'spark.executor.memory': '256m',
        'spark.testing.reservedMemory': 0,
        'spark.default.parallelism': 3,
        'spark.network.timeout': 10,
        'spark.executor.heartbeatInterval': '5s',
        // Each fault may cost an attempt of a stage its input, and as many as Spark allows in a row end a job.
        'spark.stage.maxConsecutiveAttempts': 4 + MAX_FAULTS,
        // Where the last executor has a full disk, all tries of a task fail until there is room again, one each few ms.
        'spark.task.maxFailures': 1_000,
        ...this.#conf,
      },
      listener: (event) => this.events.push(event),
    })
  }
}
