/**
 * The cluster manager whole, in one thread: master, agents, their executors and a framework are actors of one system, their
 * messages go by reference. Tasks do nothing; each has two statuses (running, finished), which the framework acknowledges.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { ActorSystem, type ActorRef } from '../../src/actors/index.ts'
import {
  connectScheduler,
  masterBehavior,
  type MasterMessage,
  type MasterSnapshot,
} from '../../src/mesos/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { emit, flag, heapBytes, nowNs, wanted } from './harness.ts'
import { spawnAgents } from './mesos-cluster.ts'
import { NoOpFramework } from './mesos-framework.ts'

const RUNTIME = 'troupe'
const scale = Number(flag('scale') ?? 1)
const many = (n: number): number => Math.max(10, Math.round(n * scale))
const AGENTS = 1000
const SIZES = [10_000, 100_000, 1_000_000]

interface Running {
  readonly system: ActorSystem
  readonly master: ActorRef<MasterMessage>
  readonly framework: NoOpFramework
}

async function cluster(agents: number): Promise<Running> {
  const system = ActorSystem.create('cluster', { environment: nodeEnvironment() })
  const master = system.spawn(masterBehavior(), 'master')
  spawnAgents(system, agents, () => Promise.resolve(master))
  while ((await stateOf(master)).agents.length < agents) await sleep(50)
  const framework = new NoOpFramework(
    system,
    connectScheduler(() => Promise.resolve(master)),
  )
  await framework.subscribed
  return { system, master, framework }
}

function stateOf(master: ActorRef<MasterMessage>): Promise<MasterSnapshot> {
  return master.ask<MasterSnapshot>((replyTo) => ({ type: 'get-state', replyTo }))
}

/** Launches tasks and waits until the master has the acknowledgements of their ends. */
async function runTasks(
  { master, framework }: Running,
  prefix: string,
  count: number,
): Promise<void> {
  await framework.run(prefix, count)
  while ((await stateOf(master)).tasks.length > 0) await sleep(1)
  if (framework.lost > 0) throw new RangeError(`${String(framework.lost)} tasks did not finish`)
}

async function throughput(): Promise<void> {
  const running = await cluster(AGENTS)
  await runTasks(running, 'warm', many(50_000))
  const before = await heapBytes()
  let tasks = 0
  for (const size of SIZES) {
    const count = many(size)
    const begin = nowNs()
    await runTasks(running, String(size), count)
    const seconds = (nowNs() - begin) / 1e9
    emit({ runtime: RUNTIME, row: `mesos-tasks-${String(size)}`, value: count / seconds })
    tasks += count
  }
  const left = Math.max(0, (await heapBytes()) - before) / tasks
  emit({ runtime: RUNTIME, row: 'mesos-tasks-left', value: left })
}

async function memory(): Promise<void> {
  for (const size of SIZES) {
    const { system, framework } = await cluster(AGENTS)
    const before = await heapBytes()
    await framework.start(many(size))
    const each = ((await heapBytes()) - before) / many(size)
    emit({ runtime: RUNTIME, row: `mesos-memory-${String(size)}`, value: each })
    await system.terminate()
  }
}

if (wanted('mesos-tasks')) await throughput()
if (wanted('mesos-memory')) await memory()
process.exit(0)
