/**
 * A master in a process of its own is killed (SIGKILL) and started again at once, as by a supervisor of the system. Its agents
 * and a framework, which has 10,000 tasks on them, are actors of this process, with one TCP link to it.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ActorSystem, startNode } from '../../src/actors/index.ts'
import { connectScheduler, masterAt, type MasterSnapshot } from '../../src/mesos/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { freePort } from '../measure.ts'
import { median } from '../statistics.ts'
import { emit, flag, nowNs, repeats } from './harness.ts'
import { spawnAgents } from './mesos-cluster.ts'
import { NoOpFramework } from './mesos-framework.ts'

const RUNTIME = 'troupe'
const AGENTS = 1000
const TASKS = Math.round(10_000 * Number(flag('scale') ?? 1))

const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
const port = await freePort()
const program = fileURLToPath(new URL('./mesos-master.js', import.meta.url))

async function startMaster(): Promise<ChildProcess> {
  const flags = [`--port=${String(port)}`, `--registry=${folder}`]
  const child = spawn(process.execPath, [program, ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  return child
}

let master = await startMaster()
process.on('exit', () => void master.kill('SIGKILL'))
const system = ActorSystem.create('cluster', { environment: nodeEnvironment() })
const node = await startNode(system, { listen: false })
const locate = masterAt(node, `127.0.0.1:${String(port)}`)
spawnAgents(system, AGENTS, locate)

async function allAgents(): Promise<void> {
  for (;;) {
    const registered = await locate()
      .then((ref) => ref.ask<MasterSnapshot>((replyTo) => ({ type: 'get-state', replyTo })))
      .then(({ agents }) => agents.filter(({ isConnected }) => isConnected).length)
      .catch(() => 0)
    if (registered === AGENTS) return
    await sleep(20)
  }
}

await allAgents()
const framework = new NoOpFramework(system, connectScheduler(locate), {
  failover_timeout: 3600,
})
await framework.subscribed
await framework.start(TASKS)

const back: number[] = []
const offers: number[] = []
for (let round = 0; round < repeats; round++) {
  // What it has accepted is durable, and its rests are offered again.
  await sleep(2000)
  const offered = framework.offered(AGENTS)
  const begin = nowNs()
  const gone = once(master, 'exit')
  master.kill('SIGKILL')
  await gone
  master = await startMaster()
  await allAgents()
  back.push((nowNs() - begin) / 1e9)
  await offered
  offers.push((nowNs() - begin) / 1e9)
}
emit({ runtime: RUNTIME, row: 'mesos-failover', value: median(back) })
emit({ runtime: RUNTIME, row: 'mesos-failover-offers', value: median(offers) })
master.kill('SIGKILL')
rmSync(folder, { recursive: true })
process.exit(0)
