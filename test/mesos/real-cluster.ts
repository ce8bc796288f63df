import { chmodSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { ActorSystem, receive, startNode, type ActorRef } from '../../src/actors/index.ts'
import {
  agentAt,
  connectScheduler,
  fromWire,
  masterAt,
  ownUser,
  schedulerDriver,
  startMasterNode,
  take,
  toWire,
  type AgentNodeOptions,
  type AgentSnapshot,
  type ExecutorInfo,
  type FrameworkInfo,
  type MasterNode,
  type Offer,
  type Resource,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type TaskInfo,
} from '../../src/mesos/index.ts'
import { nodeEnvironment, type ChildProcess } from '../../src/platform/index.ts'

export const environment: ReturnType<typeof nodeEnvironment> = nodeEnvironment()
const quick = { heartbeatMs: 200, unreachableLimitMs: 2000 }
const program = (name: string): string =>
  fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url))

export const executor: ExecutorInfo = {
  executor_id: { value: 'executor' },
  command: {
    shell: false,
    value: 'node',
    arguments: ['node', program('executor'), '--flag'],
    environment: { variables: [{ name: 'GREETING', value: 'hello' }] },
  },
}

/** Events as they come, each to be taken once by whoever waits for its type. */
class Events {
  readonly #seen: SchedulerDriverEvent[] = []
  readonly #waiting: { readonly type: string; readonly take: (event: never) => void }[] = []

  push(event: SchedulerDriverEvent): void {
    const index = this.#waiting.findIndex((one) => one.type === event.type)
    if (index === -1) this.#seen.push(event)
    else this.#waiting.splice(index, 1)[0]?.take(event as never)
  }

  next<T extends SchedulerDriverEvent['type']>(
    type: T,
  ): Promise<Extract<SchedulerDriverEvent, { readonly type: T }>> {
    const index = this.#seen.findIndex((event) => event.type === type)
    if (index !== -1) return Promise.resolve(this.#seen.splice(index, 1)[0] as never)
    return new Promise((resolve) => this.#waiting.push({ type, take: resolve }))
  }

  async update(): Promise<string> {
    const { status } = (await this.next('UPDATE')).update
    return [status.task_id.value, status.state, status.reason].filter(Boolean).join(' ')
  }
}

/** A cluster of real processes with one task: its framework is in this one. */
export interface World {
  readonly master: MasterNode
  readonly agent: ChildProcess
  readonly startAgent: (port: number) => Promise<ChildProcess>
  readonly events: Events
  readonly driver: ActorRef<SchedulerDriverMessage>
  readonly offer: Offer
  readonly agentState: () => Promise<AgentSnapshot>
}

/** Starts a cluster, and in it a task `one`. */
export async function start(
  t: ExecutionContext,
  {
    checkpoint = false,
    maxAgentPingTimeouts = 1,
    run = { executor },
    isGroup = false,
    containers,
    user = ownUser(environment),
    capabilities = [],
  }: {
    readonly checkpoint?: boolean
    readonly maxAgentPingTimeouts?: number
    readonly run?: Pick<TaskInfo, 'command' | 'container' | 'executor'>
    /** Whether a task `two` is launched with it, in a group of the default executor. */
    readonly isGroup?: boolean
    readonly containers?: AgentNodeOptions['containers']
    /** Of the framework; this process's own by default. */
    readonly user?: string
    readonly capabilities?: NonNullable<FrameworkInfo['capabilities']>
  } = {},
): Promise<World> {
  const workDir = await environment.disk.makeTemporaryDirectory('troupe-agent-')
  // Of others, too, are the sandboxes in it.
  chmodSync(workDir, 0o755)
  const master = await startMasterNode({
    environment,
    node: quick,
    settings: { master: { agentPingTimeoutMs: 300, maxAgentPingTimeouts } },
  })
  const agents: ChildProcess[] = []
  const startAgent = async (port: number): Promise<ChildProcess> => {
    const agent = await environment.processes.start({
      command: program('agent'),
      args: [
        master.address,
        workDir,
        'cpus:2;mem:512;disk:100',
        String(port),
        ...(containers === undefined ? [] : [JSON.stringify(containers)]),
      ],
      node: true,
      stderr: 'inherit',
    })
    agents.push(agent)
    return agent
  }
  const agent = await startAgent(0)
  const system = ActorSystem.create('framework', { environment })
  const node = await startNode(system, { ...quick, listen: false })
  t.teardown(async () => {
    for (const one of agents) one.kill('SIGKILL')
    await system.terminate()
    await master.system.terminate()
    await environment.disk.remove(workDir)
  })
  const events = new Events()
  const handler = system.spawn(receive<SchedulerDriverEvent>((event) => void events.push(event)))
  const driver = system.spawn(
    schedulerDriver({
      framework_info: { user, name: 'demo', checkpoint, capabilities },
      openMaster: connectScheduler(masterAt(node, master.address)),
      handler,
    }),
  )
  const [offer] = (await events.next('OFFERS')).offers.offers
  if (offer === undefined) throw new RangeError('OFFERS without an offer')
  const amount = (cpus: number, mem: number, disk = 0): readonly Resource[] => {
    const taken = take(fromWire(offer.resources), { cpus, mem, ...(disk > 0 && { disk }) })
    return toWire(taken?.taken ?? new Map())
  }
  const tasks = (isGroup ? ['one', 'two'] : ['one']).map((id) => ({
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: amount(isGroup ? 0.5 : 1, 64),
    ...run,
  }))
  const pod: ExecutorInfo = {
    type: 'DEFAULT',
    executor_id: { value: 'pod' },
    framework_id: offer.framework_id,
    resources: amount(0.1, 32, 1),
  }
  driver.tell({
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [
        isGroup
          ? { type: 'LAUNCH_GROUP', launch_group: { executor: pod, task_group: { tasks } } }
          : { type: 'LAUNCH', launch: { task_infos: tasks } },
      ],
      filters: { refuse_seconds: 0 },
    },
  })
  const address = `${offer.url?.address.hostname ?? ''}:${String(offer.url?.address.port)}`
  const locate = agentAt(node, address)
  const agentState = async (): Promise<AgentSnapshot> =>
    (await locate()).ask<AgentSnapshot>((replyTo) => ({ type: 'get-state', replyTo }))
  return { master, agent, startAgent, events, driver, offer, agentState }
}
