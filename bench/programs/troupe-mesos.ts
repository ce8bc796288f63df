/**
 * The cluster manager whole, in one thread: master, agents, their executors and a framework are actors of one system, their
 * messages go by reference. Tasks do nothing; each has two statuses (running, finished), which the framework acknowledges.
 */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ActorSystem, type ActorRef } from '../../src/actors/index.ts'
import {
  connectScheduler,
  masterBehavior,
  startMasterNode,
  type MasterMessage,
  type MasterSnapshot,
} from '../../src/mesos/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { median } from '../statistics.ts'
import { emit, flag, heapBytes, nowNs, wanted } from './harness.ts'
import { LoopDelay } from './loop-delay.ts'
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

/** A console reads `/master/state` from another process, its 10,000 tasks running. */
async function reading(): Promise<void> {
  const environment = nodeEnvironment()
  const http = { host: '127.0.0.1', port: 0 }
  const node = await startMasterNode({ environment, node: { port: 0 }, http })
  const { system, master } = node
  const locate = (): Promise<typeof master> => Promise.resolve(master)
  spawnAgents(system, AGENTS, locate)
  while ((await stateOf(master)).agents.length < AGENTS) await sleep(50)
  const framework = new NoOpFramework(system, connectScheduler(locate))
  await framework.subscribed
  await framework.start(many(10_000))
  const url = `http://${node.httpAddress ?? ''}/master/state`
  await readAll(url, 3)
  const delay = new LoopDelay()
  const { seconds } = await readAll(url, 9)
  const { p99, most } = delay.end()
  emit({ runtime: RUNTIME, row: 'mesos-state', value: median(seconds) })
  emit({ runtime: RUNTIME, row: 'mesos-state-delay', value: p99 })
  emit({ runtime: RUNTIME, row: 'mesos-state-delay-most', value: most })
  await system.terminate()
}

interface Read {
  readonly seconds: readonly number[]
}

function readAll(url: string, times: number): Promise<Read> {
  const program = fileURLToPath(new URL('./mesos-reader.js', import.meta.url))
  const child = spawn(process.execPath, [program, `--url=${url}`, `--times=${String(times)}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as Read)
      else reject(new RangeError(`the reader ended with ${String(code)}`))
    })
  })
}

if (wanted('mesos-state')) await reading()
if (wanted('mesos-tasks')) await throughput()
if (wanted('mesos-memory')) await memory()
process.exit(0)
