import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { ExecutionContext } from 'ava'
import { startAgentNode, startMasterNode, type AgentNodeOptions } from '../../../src/mesos/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { inProject, need, type Foreign } from './programs.ts'

/** The parts of `/master/state` that tests look at. */
export interface MasterState {
  readonly slaves: readonly {
    readonly resources: Readonly<Record<string, number | string>>
    readonly used_resources: Readonly<Record<string, number | string>>
  }[]
  readonly frameworks: readonly {
    readonly name: string
    readonly tasks: readonly unknown[]
    readonly used_resources: Readonly<Record<string, number | string>>
  }[]
}

/** A master and its agents; they end with the test. */
export interface Running {
  /** Of the master. */
  readonly url: string
  readonly state: () => Promise<MasterState>
}

/** What a cluster is to be like. */
export interface Wanted {
  readonly resources?: string
  readonly agents?: number
  /** Flags of Mesos itself, such as `--allocation_interval=100ms`. */
  readonly flags?: readonly string[]
  /** Who may ask what at the agents of Troupe. */
  readonly agentDoor?: NonNullable<AgentNodeOptions['door']>
}

const LOOK_EVERY_MS = 50
const HOST = '127.0.0.1'

/** Starts a cluster of Troupe, with doors for what others wrote. */
export async function startTroupe(
  t: ExecutionContext,
  {
    resources = 'cpus:4;mem:4096;disk:10000;ports:[31000-32000]',
    agents = 1,
    agentDoor,
  }: Wanted = {},
): Promise<Running> {
  const environment = nodeEnvironment()
  const http = { host: HOST, port: 0 }
  const master = await startMasterNode({
    environment,
    http,
    settings: {
      allocator: { allocationIntervalMs: 100 },
      // Some clients see an event only when the next one comes.
      master: { schedulerHeartbeatMs: 500 },
    },
  })
  t.teardown(() => master.system.terminate())
  const url = `http://${master.httpAddress ?? ''}`
  for (let i = 0; i < agents; i++) {
    const workDir = await environment.disk.makeTemporaryDirectory('troupe-agent-')
    t.teardown(() => environment.disk.remove(workDir))
    const agent = await startAgentNode({
      environment,
      master: master.address,
      resources,
      workDir,
      http,
      ...(agentDoor !== undefined && { door: agentDoor }),
    })
    t.teardown(() => agent.system.terminate())
  }
  const state = (): Promise<MasterState> => stateOf(url)
  while ((await state()).slaves.length < agents) await pause()
  return { url, state }
}

/** Starts Apache Mesos itself. */
export async function startMesos(
  t: ExecutionContext,
  mesos: Foreign,
  { resources, agents = 1, flags = [] }: Wanted = {},
): Promise<Running> {
  need(t, mesos)
  const child = spawn(
    process.execPath,
    [
      inProject('scripts/real-mesos.mjs'),
      `--agents=${agents}`,
      `--end-with=${process.pid}`,
      '--allocation_interval=100ms',
      ...(resources === undefined ? [] : [`--resources=${resources}`]),
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  t.teardown(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    void exited.then(() => reject(new TypeError('Mesos did not start')))
  })
  return { url, state: () => stateOf(url) }
}

/** Resolves when nothing is used any more and no framework is left. */
export async function allReleased({ state }: Running): Promise<MasterState> {
  for (;;) {
    const now = await state()
    const used = now.slaves.flatMap(({ used_resources }) => Object.values(used_resources))
    if (now.frameworks.length === 0 && used.every((one) => one === 0 || one === '')) return now
    await pause()
  }
}

async function stateOf(url: string): Promise<MasterState> {
  return (await (await fetch(`${url}/master/state`)).json()) as MasterState
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
