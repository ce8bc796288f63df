import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { ActorSystem, startNode } from '../../../src/actors/index.ts'
import { faults, faultyEnvironment } from '../../../src/actors/testkit/index.ts'
import { startMasterNode } from '../../../src/mesos/index.ts'
import { isTroupeError, nodeEnvironment } from '../../../src/platform/index.ts'
import type { ChildProcess } from '../../../src/platform/index.ts'
import { SparkContext, type Pair, type RDD, type SparkEvent } from '../../../src/spark/index.ts'
import { counts, expected, startCluster } from './simulated-cluster.ts'

const environment = nodeEnvironment()
const AGENT = fileURLToPath(new URL('../../mesos/programs/agent.js', import.meta.url))
const RESOURCES = 'cpus:1;mem:1024'
/** Of the driver and the master: a node that is silent for longer is lost. */
const quick = { heartbeatMs: 200, unreachableLimitMs: 2000 }

const words = Array.from({ length: 40_000 }, (_, i) => `word${String((i * i) % 997)}`)
const sums = [
  ...words.reduce(
    (map, word) => map.set(word, (map.get(word) ?? 0) + 1),
    new Map<string, number>(),
  ),
].sort()

interface House {
  readonly sc: SparkContext
  /** The driver's; the master is called by its address. */
  readonly system: ActorSystem
  readonly master: string
  readonly events: SparkEvent[]
  readonly agents: readonly ChildProcess[]
  /** executor → its process */
  readonly executors: Map<string, number>
  readonly job: () => Promise<readonly Pair<string, number>[]>
}

/** Each agent and each executor is a process of its own; the agents are started by these shell commands, if any. */
async function house(
  t: ExecutionContext,
  ...limits: readonly (string | undefined)[]
): Promise<House> {
  t.timeout(120_000)
  const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
  const master = await startMasterNode({
    environment,
    node: quick,
    settings: { master: { agentPingTimeoutMs: 200, maxAgentPingTimeouts: 2 } },
  })
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
  const sc = new SparkContext({
    master: `mesos://${master.address}`,
    appName: 'dead and frozen',
    system,
    node,
    conf: { 'spark.executor.memory': '256m', 'spark.default.parallelism': 4 },
    listener: (event) => {
      events.push(event)
      if (event.type === 'executor-added') executors.set(event.executorId, event.pid)
    },
  })
  t.teardown(async () => {
    await sc.stop()
    for (const agent of agents) agent.kill('SIGKILL')
    await system.terminate()
    await master.system.terminate()
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
    master: master.address,
    events,
    agents,
    executors,
    job: async () => (await count().collect()).sort(),
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise<void>((resolve) => void environment.clock.setTimer(20, resolve))
  }
}

/** Calls `strike` with the executor of the first task of a stage, as that task starts. */
function atStage(sc: SparkContext, stageId: number, strike: (executorId: string) => void): void {
  let isDone = false
  sc.addListener((event) => {
    if (isDone || event.type !== 'task-start' || event.stageId !== stageId) return
    isDone = true
    strike(event.executorId)
  })
}

for (const stage of [0, 1]) {
  test.serial(
    `an executor process that is stopped in stage ${String(stage)} is lost; the job ends right without it`,
    async (t) => {
      const { sc, events, executors, job } = await house(t, undefined, undefined)
      let victim = ''
      const chaos = faults({
        environment,
        processes: Object.fromEntries(executors),
      })
      atStage(sc, stage, (executorId) => {
        victim = executorId
        chaos.freeze(executorId)
      })
      t.deepEqual(await job(), sums)
      t.true(
        events.some((event) => event.type === 'executor-removed' && event.executorId === victim),
      )
      chaos.expectAllFired()
      await chaos.stop()
      // It goes on, finds that it was given up, and ends.
      const pid = executors.get(victim) ?? -1
      await until(() => !environment.processes.isAlive(pid))
      t.deepEqual(await job(), sums)
    },
  )
}

test.serial(
  'an executor process that is stopped for a moment goes on, and nothing is lost',
  async (t) => {
    const { sc, events, executors, job } = await house(t, undefined, undefined)
    await using chaos = faults({ environment, processes: Object.fromEntries(executors) })
    atStage(sc, 1, (executorId) => {
      chaos.freeze(executorId, { forMs: 500 })
    })
    t.deepEqual(await job(), sums)
    t.false(events.some((event) => event.type === 'executor-removed'))
    chaos.expectAllFired()
  },
)

test.serial(
  'an agent process that is stopped is lost with its executor; jobs end right before and after that',
  async (t) => {
    const { sc, events, agents, executors, job } = await house(t, undefined, undefined)
    const chaos = faults({
      environment,
      processes: Object.fromEntries(
        agents.map((agent, index) => [`agent-${String(index)}`, agent]),
      ),
    })
    const pids = [...executors.values()]
    atStage(sc, 0, () => {
      chaos.freeze('agent-0')
    })
    t.deepEqual(await job(), sums)
    await until(() => events.some((event) => event.type === 'executor-removed'))
    t.deepEqual(await job(), sums)
    await chaos.stop()
    // It finds that it was given up, and ends with its executor; whoever keeps it starts it anew.
    await agents[0]?.exited
    await until(() => pids.some((pid) => !environment.processes.isAlive(pid)))
    t.deepEqual(await job(), sums)
  },
)

test.serial(
  'the link between driver and master is cut and broken under a job, which ends right',
  async (t) => {
    const { sc, system, master, events, job } = await house(t, undefined, undefined)
    await using chaos = faults(system)
    atStage(sc, 0, () => {
      chaos.cutLink('driver', master, { forMs: 1000 })
    })
    atStage(sc, 1, () => {
      chaos.resetLink('driver', master, { at: { afterMs: 1500 } })
    })
    t.deepEqual(await job(), sums)
    await until(() => chaos.report.neverFired.length === 0)
    t.deepEqual(await job(), sums)
    t.false(events.some((event) => event.type === 'executor-removed'))
  },
)

test.serial(
  'an executor whose disk takes no more fails its tasks with the reason; they run elsewhere',
  async (t) => {
    // A limit of the system on the size of files: to its processes a disk that is full.
    const { events, job } = await house(t, 'ulimit -f 4', undefined)
    t.deepEqual(await job(), sums)
    const failed = events.filter((event) => event.type === 'task-failed')
    t.true(failed.length > 0)
    for (const { error, directive } of failed) {
      t.true(isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNWRITABLE'))
      t.is(directive, 'restart')
    }
  },
)

for (const fault of [
  { type: 'fill-disk', freeBytes: 100 },
  { type: 'fail-disk', operation: 'write' },
  { type: 'tear-write' },
] as const) {
  test(`in memory: ${fault.type} under a map task, which runs elsewhere`, async (t) => {
    const { world, sc, events } = await startCluster(t, 1)
    await using chaos = faults({ world })
    chaos.inject({ ...fault, node: 'one', path: '/var/troupe/one' })
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    const failed = events.filter((event) => event.type === 'task-failed')
    t.true(failed.length > 0)
    for (const { error } of failed) t.true(isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNWRITABLE'))
    chaos.expectAllFired()
  })
}
