import { receive, startNode, type ActorRef, type ActorSystem } from '../../../src/actors/index.ts'
import {
  memoryEnvironment,
  TestProbe,
  TestSystem,
  type MemoryEnvironmentOptions,
  type MemoryWorld,
} from '../../../src/actors/testkit/index.ts'
import {
  connectScheduler,
  masterAt,
  schedulerDriver,
  startAgentNode,
  startExecutorNode,
  startMasterNode,
  take,
  fromWire,
  toWire,
  type AgentNode,
  type AgentNodeOptions,
  type AgentSnapshot,
  type ExecutorEvent,
  type ExecutorInfo,
  type FrameworkInfo,
  type MasterNode,
  type MasterNodeOptions,
  type MasterOptions,
  type MasterSnapshot,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type SchedulerDriverSettings,
  type TaskInfo,
} from '../../../src/mesos/index.ts'
import { foreignExecutor } from '../http/foreign-executor.ts'
import type { Environment, NodeOptionsOf } from './types.ts'

const MACHINE = 'host'
const MASTER_PORT = 5050
/** Of its HTTP door, in clusters that have one. */
export const HTTP_PORT = 8050

/** Times short enough for tests that move them by hand. */
const node: NodeOptionsOf = { heartbeatMs: 500, unreachableLimitMs: 4000 }

/** An executor's program: runs what it is told until it is told to finish or fail it by a message. */
export async function executorProgram(environment: Environment): Promise<void> {
  await startExecutorNode({
    environment,
    node,
    start: ({ system, driver }) => {
      const update = (id: string, state: 'TASK_RUNNING' | 'TASK_FINISHED' | 'TASK_KILLED') => {
        driver.tell({ type: 'UPDATE', update: { status: { task_id: { value: id }, state } } })
      }
      return system.spawn(
        receive<ExecutorEvent>((event) => {
          switch (event.type) {
            case 'LAUNCH':
              update(event.launch.task.task_id.value, 'TASK_RUNNING')
              return
            case 'LAUNCH_GROUP':
              for (const one of event.launch_group.task_group.tasks) {
                update(one.task_id.value, 'TASK_RUNNING')
              }
              return
            case 'KILL':
              update(event.kill.task_id.value, 'TASK_KILLED')
              return
            case 'MESSAGE':
              update(new TextDecoder().decode(event.message.data), 'TASK_FINISHED')
              return
            case 'SHUTDOWN':
              environment.processes.exit(0)
              return
            default:
          }
        }),
        'program',
      )
    },
  })
}

/** A shell that knows a few words: `true`, `exit 3`, `sleep`, `sleep 2; exit 3`, and `stubborn`, which sleeps and lets SIGTERM pass. */
export function shellProgram(environment: Environment, args: readonly string[]): Promise<void> {
  const { clock, processes } = environment
  const [, line = ''] = args
  const [, seconds = '0', later] = /^sleep ([0-9]+); exit ([0-9]+)$/.exec(line) ?? []
  if (later !== undefined) {
    clock.setTimer(Number(seconds) * 1000, () => {
      processes.exit(Number(later))
    })
  }
  const [, code] = /^exit ([0-9]+)$/.exec(line) ?? []
  if (line === 'true' || code !== undefined) processes.exit(Number(code ?? 0))
  const [, path] = /^test -e ([^ ]+)$/.exec(line) ?? []
  if (path !== undefined) {
    void environment.disk.stat(path).then((found) => {
      processes.exit(found === undefined ? 1 : 0)
    })
  }
  if (line === 'stubborn') processes.onSignal('SIGTERM', () => undefined)
  return new Promise(() => undefined)
}

/** A framework in a cluster under test: its driver, and a probe that gets its events. */
export interface Framework {
  readonly driver: ActorRef<SchedulerDriverMessage>
  readonly probe: TestProbe<SchedulerDriverEvent>
  readonly system: ActorSystem
  id: string
}

/** A whole cluster in one thread: each node a process of its own, on one virtual clock. */
export class Cluster {
  readonly world: MemoryWorld
  master: MasterNode | undefined
  /** Whether masters and agents have an HTTP door. */
  hasHttp = false
  /** How the master's is kept. */
  door: Pick<MasterNodeOptions, 'door'> = {}
  /** How those of agents are. */
  agentDoor: Pick<AgentNodeOptions, 'door'> = {}
  readonly #node: NodeOptionsOf
  readonly #doomed: Set<string> = new Set()

  /** All nodes prove `secret` to one another, if there is one. */
  constructor(
    secret?: string,
    slowness: Pick<MemoryEnvironmentOptions, 'delay' | 'syncDelay'> = {},
  ) {
    this.world = memoryEnvironment({
      ...slowness,
      programs: { executor: executorProgram, foreign: foreignExecutor, sh: shellProgram },
    })
    this.#node = secret === undefined ? node : { ...node, secret }
  }

  environment(name: string): Environment {
    return this.world.environment(name, { machine: MACHINE })
  }

  /** Gives lost agents up after five seconds, where it is not told another time. */
  async startMaster(
    options: Partial<MasterOptions> = {},
    more: Omit<NonNullable<MasterNodeOptions['settings']>, 'master'> = {},
  ): Promise<MasterNode> {
    this.master = await this.world.until(
      startMasterNode({
        environment: this.environment('master'),
        system: this.#system('master', 'master'),
        node: { ...this.#node, port: MASTER_PORT },
        settings: { ...more, master: { agentPingTimeoutMs: 1000, ...options } },
        ...(this.hasHttp && { http: { host: '127.0.0.1', port: HTTP_PORT } }),
        ...this.door,
      }),
    )
    return this.master
  }

  async startAgent(
    name: string,
    resources = 'cpus:4;mem:1024',
    settings: AgentNodeOptions['settings'] = {},
    attributes = '',
  ): Promise<AgentNode> {
    const agent = await this.world.until(
      startAgentNode({
        environment: this.environment(name),
        system: this.#system(name, 'agent'),
        master: `127.0.0.1:${MASTER_PORT}`,
        resources,
        attributes,
        workDir: `/var/troupe/${name}`,
        hostname: name,
        node: this.#node,
        settings,
        ...(this.hasHttp && { http: { host: '127.0.0.1', port: 0 } }),
        ...this.agentDoor,
      }),
    )
    await this.world.advance(500)
    return agent
  }

  async startFramework(
    name: string,
    info: Partial<FrameworkInfo> = {},
    settings: Pick<SchedulerDriverSettings, 'acknowledgements'> = {},
  ): Promise<Framework> {
    const system = this.#system(name, name)
    const own = await this.world.until(startNode(system, { ...this.#node, listen: false }))
    const probe = new TestProbe<SchedulerDriverEvent>(system, this.world, 'scheduler')
    const driver = system.spawn(
      schedulerDriver({
        framework_info: { user: 'tester', name, ...info },
        openMaster: connectScheduler(masterAt(own, `127.0.0.1:${MASTER_PORT}`)),
        handler: probe.ref,
        ...settings,
      }),
      'driver',
    )
    const framework: Framework = { driver, probe, system, id: '' }
    const subscribed = await expect(framework, 'SUBSCRIBED')
    framework.id = subscribed.subscribed.framework_id.value
    return framework
  }

  /** Loses the next message of this type that a session brings to `system`: a connection broke under it. */
  lose(type: string, system: string): void {
    this.#doomed.add(`${type} to ${system}`)
  }

  #system(node: string, name: string): ActorSystem {
    this.environment(node)
    const kit = new TestSystem({ world: this.world, node, name })
    kit.intercept((recipient, message) => {
      if (!/(connection|scheduler|agent|executor)-[0-9]+$/.test(recipient.path)) return 'deliver'
      const type = String((message as { readonly type?: unknown }).type)
      return this.#doomed.delete(`${type} to ${name}`) ? 'drop' : 'deliver'
    })
    return kit.system
  }

  async state(): Promise<MasterSnapshot> {
    const master = this.master?.master
    if (master === undefined) return Promise.reject(new RangeError('no master'))
    return this.world.until(
      master.ask<MasterSnapshot>((replyTo) => ({ type: 'get-state', replyTo })),
    )
  }

  async agentState(agent: AgentNode): Promise<AgentSnapshot> {
    return this.world.until(
      agent.agent.ask<AgentSnapshot>((replyTo) => ({ type: 'get-state', replyTo })),
    )
  }

  /** The simulated process of the only executor that lives. */
  executors(): readonly string[] {
    return this.living('executor')
  }

  /** The simulated processes of a program that live. */
  living(program: string): readonly string[] {
    return this.world
      .nodes()
      .filter((one) => one.isAlive && one.name.startsWith(`${program}-`))
      .map((one) => one.name)
  }
}

type EventOf<T extends SchedulerDriverEvent['type']> = Extract<
  SchedulerDriverEvent,
  { readonly type: T }
>

/** The next event of this type; others before it are skipped. */
export async function expect<T extends SchedulerDriverEvent['type']>(
  framework: Framework,
  type: T,
  withinMs = 10_000,
): Promise<EventOf<T>> {
  return (await framework.probe.fish((event) => event.type === type, withinMs)) as EventOf<T>
}

/** The next status update: `<task> <state>`, with the reason if there is one. */
export async function nextUpdate(framework: Framework, withinMs = 10_000): Promise<string> {
  const { status } = (await expect(framework, 'UPDATE', withinMs)).update
  return [status.task_id.value, status.state, status.reason].filter(Boolean).join(' ')
}

/** The next single offer. */
export async function nextOffer(framework: Framework, withinMs = 10_000): Promise<Offer> {
  const { offers } = (await expect(framework, 'OFFERS', withinMs)).offers
  const [offer] = offers
  if (offer === undefined) throw new RangeError('OFFERS without an offer')
  return offer
}

export const executorInfo: ExecutorInfo = {
  executor_id: { value: 'executor' },
  command: { shell: false, value: 'node', arguments: ['node', '/opt/executor.js'] },
}

/** A task of so many cpus and 64 MB out of `offer`. */
export function taskOf(
  offer: Offer,
  id: string,
  cpus = 1,
  executor: ExecutorInfo = executorInfo,
): TaskInfo {
  const taken = take(fromWire(offer.resources), { cpus, mem: 64 })
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: taken === undefined ? [] : toWire(taken.taken),
    executor,
  }
}

/** A task of one cpu and 64 MB out of `offer`, that runs a command of its own. */
export function commandOf(
  offer: Offer,
  id: string,
  value: string,
  more: Partial<TaskInfo> = {},
): TaskInfo {
  const { executor: _, ...task } = taskOf(offer, id)
  return { ...task, command: { value }, ...more }
}

/** Accepts `offer` with these tasks; the rest may come again at once. */
export function launch(framework: Framework, offer: Offer, ...tasks: readonly TaskInfo[]): void {
  framework.driver.tell({
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [{ type: 'LAUNCH', launch: { task_infos: tasks } }],
      filters: { refuse_seconds: 0 },
    },
  })
}

/** Has the executor finish a task. */
export function finish(framework: Framework, offer: Offer, id: string): void {
  framework.driver.tell({
    type: 'MESSAGE',
    message: {
      agent_id: offer.agent_id,
      executor_id: executorInfo.executor_id,
      data: new TextEncoder().encode(id),
    },
  })
}
