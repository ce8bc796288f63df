import { fileURLToPath } from 'node:url'

import type { ExecutionContext } from 'ava'

import { ActorSystem, startNode } from '../../../src/actors/index.ts'
import { faultyEnvironment } from '../../../src/actors/testkit/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import type { ChildProcess, Environment } from '../../../src/platform/index.ts'
import { SparkContext, type Pair, type RDD, type SparkEvent } from '../../../src/spark/index.ts'

export const environment: Environment = nodeEnvironment()

const program = (name: string): string =>
  fileURLToPath(new URL(`../../mesos/programs/${name}.js`, import.meta.url))
const AGENT = program('agent')
const RESOURCES = 'cpus:1;mem:1024'
/** A node that is silent for longer is lost. */
const quick = { heartbeatMs: 200, unreachableLimitMs: 2000 }

/** The input of a {@link House.job}, a word a line: long ones, so that a map output is larger than what an agent writes down. */
export const words: readonly string[] = Array.from(
  { length: 40_000 },
  (_, i) => `${'word'.repeat(10)}${String((i * i) % 997)}`,
)
/** What a {@link House.job} comes to. */
export const sums: readonly Pair<string, number>[] = [
  ...words.reduce(
    (map, word) => map.set(word, (map.get(word) ?? 0) + 1),
    new Map<string, number>(),
  ),
].sort()

export interface House {
  readonly sc: SparkContext
  /** The driver's; the master is called by its address. */
  readonly system: ActorSystem
  readonly master: RealMaster
  readonly events: SparkEvent[]
  readonly agents: readonly ChildProcess[]
  /** executor → its process */
  readonly executors: Map<string, number>
  readonly job: () => Promise<readonly Pair<string, number>[]>
}

/** A master in a process of its own. */
export class RealMaster {
  readonly address: string
  readonly #directory: string
  #process: ChildProcess

  private constructor(directory: string, process: ChildProcess, address: string) {
    this.#directory = directory
    this.#process = process
    this.address = address
  }

  static async start(directory: string): Promise<RealMaster> {
    const { process, address } = await startMaster(directory, '0')
    return new RealMaster(directory, process, address)
  }

  get process(): ChildProcess {
    return this.#process
  }

  /** Starts it anew, where it was. */
  async startAgain(): Promise<void> {
    await this.#process.exited
    const port = this.address.slice(this.address.lastIndexOf(':') + 1)
    this.#process = (await startMaster(this.#directory, port)).process
  }
}

async function startMaster(
  directory: string,
  port: string,
): Promise<{ readonly process: ChildProcess; readonly address: string }> {
  const stdout = `${directory}/master-${String(environment.clock.wallNow())}`
  const process = await environment.processes.start({
    command: program('master'),
    args: [port],
    node: true,
    stdout,
    stderr: 'inherit',
  })
  let address = ''
  await until(async () => {
    address = new TextDecoder().decode(await environment.disk.readFile(stdout))
    return address.endsWith('\n')
  })
  return { process, address: address.trim() }
}

/** Master, agents and executors are processes of their own; agents are started by these shell commands, if any. */
export async function house(
  t: ExecutionContext,
  ...limits: readonly (string | undefined)[]
): Promise<House> {
  t.timeout(120_000)
  const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
  const master = await RealMaster.start(directory)
  const agents = await Promise.all(
    limits.map((limit, index) => {
      const args = [AGENT, master.address, `${directory}/agent-${String(index)}`, RESOURCES]
      return environment.processes.start(
        limit === undefined
          ? { command: AGENT, args: args.slice(1), node: true, stderr: 'inherit' }
          : {
              command: '/bin/sh',
              args: ['-c', `${limit}; exec "$0" "$@"`, process.execPath, ...args],
              stderr: 'inherit',
            },
      )
    }),
  )
  const system = ActorSystem.create('driver', { environment: faultyEnvironment() })
  const node = await startNode(system, quick)
  const events: SparkEvent[] = []
  const executors = new Map<string, number>()
  const sc = await SparkContext.create({
    master: `mesos://${master.address}`,
    appName: 'dead and frozen',
    system,
    node,
    conf: {
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': 0,
      'spark.default.parallelism': 4,
    },
    listener: (event) => {
      events.push(event)
      if (event.type === 'executor-added') executors.set(event.executorId, event.pid)
    },
  })
  t.teardown(async () => {
    await sc.stop()
    for (const agent of agents) agent.kill('SIGKILL')
    await system.terminate()
    master.process.kill('SIGKILL')
    for (const pid of executors.values()) environment.processes.kill(pid, 'SIGKILL')
    await environment.disk.remove(directory)
  })
  await until(() => executors.size >= limits.length)
  const input = `${directory}/words.txt`
  await environment.disk.writeFile(input, new TextEncoder().encode(words.join('\n')))
  const count = (): RDD<Pair<string, number>> =>
    sc
      .textFile(input, 6)
      .map((word) => [word, 1])
      .reduceByKey((a, b) => a + b)
  return {
    sc,
    system,
    master,
    events,
    agents,
    executors,
    job: async () => (await count().collect()).sort(),
  }
}

/** Looks again every 20 ms; the test's own time-out ends a wait in vain. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20)
}

/** How long something that is broken stays so. */
export function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => void environment.clock.setTimer(forMs, resolve))
}

/** Calls `strike` with the executor of the first task of a stage, as that task starts. */
export function atStage(
  sc: SparkContext,
  stageId: number,
  strike: (executorId: string) => void,
): void {
  let isDone = false
  sc.addListener((event) => {
    if (isDone || event.type !== 'task-start' || event.stageId !== stageId) return
    isDone = true
    strike(event.executorId)
  })
}
