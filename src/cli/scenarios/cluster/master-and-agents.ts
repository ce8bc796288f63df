import { ActorSystem, type ActorRef } from '../../../actors/index.ts'
import type { Stage } from '../../../actors/testkit/index.ts'
import { startMasterNode, type AgentMessage } from '../../../mesos/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { startHostAgent } from './agent.ts'

const MASTER_PORT = 5050
const HEARTBEAT = { heartbeatMs: 500 }
/** Longer than a lost agent has: one that was removed comes back, and must start anew. */
const AGENT_NODE = { ...HEARTBEAT, unreachableLimitMs: 10_000 }
const RESTART_MS = 600
/** Two seconds of silence, then five more: then a lost agent is removed, or out of reach. */
const PATIENCE = {
  agentLeaseMs: 2_000,
  agentPingTimeoutMs: 1_000,
  agentReregisterTimeoutMs: 8_000,
}

export interface MasterAndAgentsOptions {
  readonly hosts: readonly string[]
  /** Of each agent. */
  readonly resources: string
  /** How long the master has an offer open. */
  readonly offerTimeoutMs?: number
}

/** A master, and an agent on each host's machine, for scenarios of the cluster manager; processes of theirs that die are started again. */
export class MasterAndAgents {
  /** Where frameworks find the master. */
  static readonly address: string = `127.0.0.1:${MASTER_PORT}`
  /** As a scenario's own nodes beat and are started again. */
  static readonly heartbeat: typeof HEARTBEAT = HEARTBEAT
  static readonly restartMs: number = RESTART_MS
  /** Node → its system; a scenario adds those of its own nodes, which `stop` ends. */
  readonly systems: Map<string, ActorSystem> = new Map()
  readonly #agents: Map<string, ActorRef<AgentMessage>> = new Map()
  readonly #stage: Stage
  readonly #options: MasterAndAgentsOptions

  constructor(stage: Stage, options: MasterAndAgentsOptions) {
    this.#stage = stage
    this.#options = options
  }

  async start(): Promise<void> {
    const stage = this.#stage
    const restartMs = RESTART_MS
    await stage.node('master', (environment) => this.#startMaster(environment), { restartMs })
    for (const host of this.#options.hosts) {
      const start = { machine: host, restartMs }
      await stage.node(`agent-${host}`, (environment) => this.#startAgent(host, environment), start)
    }
  }

  /** @param executors how the names of their nodes begin @param before nodes of the scenario that end before the agents */
  async stop(executors: string, before: readonly string[] = []): Promise<void> {
    const stage = this.#stage
    // Executors outlive agents that just end.
    for (const agent of this.#agents.values()) agent.tell({ type: 'shutdown' })
    const isExecutor = (one: { readonly name: string; readonly isAlive: boolean }): boolean =>
      one.isAlive && one.name.startsWith(executors)
    await stage.when(() => !stage.world.nodes().some(isExecutor))
    const agents = this.#options.hosts.map((host) => `agent-${host}`)
    for (const node of [...before, ...agents, 'master']) {
      if (stage.isAlive(node)) await this.systems.get(node)?.terminate()
    }
  }

  async #startMaster(environment: Environment): Promise<void> {
    const { offerTimeoutMs } = this.#options
    const system = ActorSystem.create('master', { environment })
    this.systems.set('master', system)
    await startMasterNode({
      environment,
      system,
      node: { ...HEARTBEAT, port: MASTER_PORT },
      settings: {
        master: { ...PATIENCE, ...(offerTimeoutMs !== undefined && { offerTimeoutMs }) },
      },
      registryDirectory: '/var/troupe/master/registry',
    })
  }

  async #startAgent(host: string, environment: Environment): Promise<void> {
    const { hosts, resources } = this.#options
    const system = ActorSystem.create('agent', { environment })
    this.systems.set(`agent-${host}`, system)
    const agent = await startHostAgent({
      environment,
      system,
      host,
      resources,
      master: MasterAndAgents.address,
      // The same each time: there its executors look for it.
      node: { ...AGENT_NODE, port: MASTER_PORT + 1 + hosts.indexOf(host) },
    })
    this.#agents.set(host, agent)
  }
}
