/**
 * Dominant Resource Fairness, shown: `node build/examples/drf-demo.js [agent or master] [name:cpus:mem … [then name:cpus:mem …]]`.
 *
 * Frameworks that start one dummy task out of each offer share an agent, until nobody can start another task; then the
 * table says who has what. Master, agent, executors and frameworks are the real ones, in one process and on a virtual clock, so
 * that it takes no time and comes out the same each time. Without arguments it shows the demos of the article. With the URL of a
 * master, such as http://127.0.0.1:5050, the same frameworks register there instead: with a master of Mesos itself. Behind the word `then`
 * come frameworks that register when those before it have a task.
 */
import { ActorSystem, receive, setup, type ActorRef, type Behavior } from 'troupe'
import {
  agentBehavior,
  connectAgent,
  connectExecutor,
  connectMesos,
  connectScheduler,
  executorDriver,
  executorEnvironment,
  fromWire,
  isTerminal,
  masterBehavior,
  parseResources,
  schedulerDriver,
  take,
  toWire,
  type AgentMessage,
  type Containerizer,
  type ExecutorEvent,
  type MasterMessage,
  type MasterSnapshot,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type TaskInfo,
} from 'troupe/mesos'
import { testSystem } from 'troupe/testkit'

interface Framework {
  readonly name: string
  readonly cpus: number
  readonly mem: number
}

const ARTICLE_AGENT = 'cpus:6;mem:6762;disk:13483;ports:[31000-32000]'
/** As often all agents are looked at, and so long does a framework not want what it has left. */
const INTERVAL_MS = 100
const PATIENCE_MS = 40 * INTERVAL_MS

type Wish =
  | { readonly type: 'driver'; readonly driver: ActorRef<SchedulerDriverMessage> }
  /** Ends a task. */
  | { readonly type: 'end-one' }

type Dummy = Pick<TaskInfo, 'executor' | 'command'>

/** The framework of the demo: a task out of each offer that has room for one. */
const demoFramework = (
  { name, cpus, mem }: Framework,
  dummy: Dummy,
  refuse_seconds: number = INTERVAL_MS / 1000,
): Behavior<SchedulerDriverEvent | Wish> => {
  const filters = { refuse_seconds }
  let driver: ActorRef<SchedulerDriverMessage> | undefined
  const running: string[] = []
  let launched = 0

  const use = (offer: Offer): void => {
    const offer_ids = [offer.id]
    const room = take(fromWire(offer.resources), { cpus, mem })
    if (room === undefined) {
      driver?.tell({ type: 'DECLINE', decline: { offer_ids, filters } })
      return
    }
    const id = `${name} ${String(launched++)}`.replaceAll(' ', '-')
    const task = {
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: toWire(room.taken),
      ...dummy,
    }
    const operations = [{ type: 'LAUNCH' as const, launch: { task_infos: [task] } }]
    driver?.tell({ type: 'ACCEPT', accept: { offer_ids, operations, filters } })
  }

  return receive((message) => {
    switch (message.type) {
      case 'driver':
        driver = message.driver
        return
      case 'OFFERS':
        message.offers.offers.forEach(use)
        return
      case 'UPDATE': {
        const { task_id, state } = message.update.status
        if (state === 'TASK_RUNNING') running.push(task_id.value)
        if (isTerminal(state)) running.splice(running.indexOf(task_id.value), 1)
        return
      }
      case 'end-one': {
        const value = running.at(-1)
        if (value !== undefined) driver?.tell({ type: 'KILL', kill: { task_id: { value } } })
        return
      }
      default:
    }
  })
}

const inExecutor: Dummy = {
  executor: { executor_id: { value: 'dummy' }, command: { value: 'dummy' } },
}
const byItself: Dummy = { command: { value: 'sleep 600' } }

/** A container without a process: in it an executor whose tasks do nothing until they are killed. */
const dummies =
  (agent: () => Promise<ActorRef<AgentMessage>>): Containerizer =>
  (spec, owner) =>
    setup((ctx) => {
      const ids = executorEnvironment(spec.environment)
      const handler = ctx.spawn(
        receive<ExecutorEvent>((event) => {
          const update = (value: string, state: 'TASK_RUNNING' | 'TASK_KILLED'): void =>
            driver.tell({ type: 'UPDATE', update: { status: { task_id: { value }, state } } })
          if (event.type === 'LAUNCH') update(event.launch.task.task_id.value, 'TASK_RUNNING')
          if (event.type === 'KILL') update(event.kill.task_id.value, 'TASK_KILLED')
        }),
        'executor',
      )
      const driver = ctx.spawn(
        executorDriver({ ids, openAgent: connectExecutor(agent), handler }),
        'driver',
      )
      owner.tell({ type: 'container-started', containerId: spec.containerId, pid: 1 })
      return receive((message) => {
        if (message.type !== 'destroy') return
        const exit = { code: 0, signal: undefined }
        owner.tell({ type: 'container-exited', containerId: spec.containerId, exit })
        ctx.stop()
      })
    })

/** A master and an agent, and the frameworks that come. */
class Cluster {
  readonly #kit = testSystem()
  readonly #master: ActorRef<MasterMessage>
  readonly #drivers = new Map<string, ActorRef<SchedulerDriverMessage>>()
  readonly #frameworks = new Map<string, ActorRef<SchedulerDriverEvent | Wish>>()

  constructor(resources: string) {
    const allocator = { allocationIntervalMs: INTERVAL_MS }
    this.#master = this.#kit.spawn(masterBehavior({ allocator }), 'master')
    const agent: ActorRef<AgentMessage> = this.#kit.spawn(
      agentBehavior({
        agent: {
          info: { hostname: 'mesos-slave', resources: toWire(parseResources(resources)) },
          workDir: '/var/demo',
          endpoint: { host: '127.0.0.1', port: 5051 },
        },
        openMaster: connectAgent(() => Promise.resolve(this.#master)),
        containerizer: dummies(() => Promise.resolve(agent)),
      }),
      'agent',
    )
  }

  /** Has frameworks register, all at once. */
  async start(...frameworks: readonly Framework[]): Promise<void> {
    await this.#kit.advance(INTERVAL_MS)
    for (const framework of frameworks) {
      const { name } = framework
      const handler = this.#kit.spawn(
        demoFramework(framework, inExecutor),
        `framework-${nameOf(name)}`,
      )
      const driver = this.#kit.spawn(
        schedulerDriver({
          framework_info: { user: 'demo', name, role: nameOf(name) },
          openMaster: connectScheduler(() => Promise.resolve(this.#master)),
          handler,
        }),
        `driver-${nameOf(name)}`,
      )
      handler.tell({ type: 'driver', driver })
      this.#drivers.set(name, driver)
      this.#frameworks.set(name, handler)
    }
  }

  async advance(ms: number): Promise<void> {
    await this.#kit.advance(ms)
  }

  /** A task of one framework ends, and only `by` wants what is free then. */
  async replace(of: string, by: string): Promise<void> {
    for (const [name, driver] of this.#drivers) if (name !== by) driver.tell({ type: 'SUPPRESS' })
    this.#frameworks.get(of)?.tell({ type: 'end-one' })
    await this.#kit.advance(PATIENCE_MS)
  }

  async table(): Promise<string> {
    const snapshot = await this.#kit.until(
      this.#master.ask<MasterSnapshot>((replyTo) => ({ type: 'get-state', replyTo })),
    )
    return tableOf(
      snapshot.frameworks.map(({ id, info, share }) => ({
        name: info.name,
        tasks: snapshot.tasks.filter((one) => one.frameworkId === id && !isTerminal(one.state))
          .length,
        held: (name) => (share?.held.get(name) ?? 0) / 1000,
        share: share?.dominantShareRatio ?? 0,
      })),
    )
  }

  async end(): Promise<void> {
    await this.#kit.until(this.#kit.system.terminate())
  }
}

interface Row {
  readonly name: string
  readonly tasks: number
  readonly held: (name: string) => number
  /** 0 … 1. */
  readonly share: number
}

const WIDTHS = [14, 15, 7, 10, 7]

/** As the console of Mesos shows it. */
function tableOf(rows: readonly Row[]): string {
  const shown = rows.map(({ name, tasks, held, share }) => [
    ...[name, String(tasks), String(held('cpus')), megabytes(held('mem')), megabytes(held('disk'))],
    `${String(Number((share * 100).toFixed(3)))}%`,
  ])
  const head = ['Name', 'Active Tasks', 'CPUs', 'Mem', 'Disk', 'Max Share']
  const sorted = shown.sort(([one = ''], [other = '']) => (one < other ? -1 : 1))
  return [head, ...sorted]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

/** Roles hold no white space. */
const nameOf = (name: string): string => name.replaceAll(' ', '-')

function megabytes(value: number): string {
  if (value === 0) return '0 B'
  return value < 1024 ? `${String(value)} MB` : `${(value / 1024).toFixed(1)} GB`
}

/** Lets the groups of frameworks come one after another: the next when those before have a task. */
async function show(
  title: string,
  agent: string,
  groups: readonly (readonly Framework[])[],
): Promise<Cluster> {
  const cluster = new Cluster(agent)
  for (const group of groups) await cluster.start(...group)
  await cluster.advance(PATIENCE_MS)
  say(title, await cluster.table())
  return cluster
}

let said = 0
const say = (title: string, table: string): void =>
  console.log(`${said++ === 0 ? '' : '\n'}${title}\n${table}`)

const a = (mem: number, cpus = 2): Framework => ({ name: 'Framework A', cpus, mem })
const b = (mem: number, cpus = 1): Framework => ({ name: 'Framework B', cpus, mem })

async function article(): Promise<void> {
  const equal = ['A', 'B', 'C'].map((one) => ({ name: `Framework ${one}`, cpus: 0.5, mem: 512 }))
  const three = await show('Three frameworks with <8% CPU, 7.5% RAM> each', ARTICLE_AGENT, [equal])
  await three.replace('Framework A', 'Framework B')
  say('For a while, when a task of A has ended and B was the next', await three.table())
  await three.end()
  const first = 'A <33% CPU, 15% RAM>, B <16% CPU, 30% RAM>'
  await (await show(first, ARTICLE_AGENT, [[a(1000), b(2000)]])).end()
  const second = 'A <33% CPU, 15% RAM>, B <16% CPU, 36% RAM>'
  await (await show(`${second}, A comes first`, ARTICLE_AGENT, [[a(1000)], [b(2500)]])).end()
  await (await show(`${second}, B comes first`, ARTICLE_AGENT, [[b(2500)], [a(1000)]])).end()
  const paper = 'The example of the paper: 9 CPUs, 18 GB; A <3 CPUs, 1 GB>, B <1 CPU, 4 GB>'
  await (await show(paper, 'cpus:9;mem:18432', [[a(1024, 3), b(4096, 1)]])).end()
}

/** The parts of `/master/state` that the table is made of. */
interface State {
  readonly slaves: readonly { readonly resources: Readonly<Record<string, number>> }[]
  readonly frameworks: readonly {
    readonly name: string
    readonly used_resources: Readonly<Record<string, number>>
    readonly tasks: readonly unknown[]
  }[]
}

/** So long, on a master somewhere, a framework leaves to the others what it has been offered. */
const ELSEWHERE_SECONDS = 1
/** So long after those before them have a task, those behind `then` register: in time for the turn that these leave out. */
const NEXT_GROUP_MS = 500
/** Nobody starts a task any more. */
const QUIET_MS = 2500

/** The same frameworks on a master somewhere, in real time; they leave when nobody has started a task for a while. */
async function elsewhere(url: string, groups: readonly (readonly Framework[])[]): Promise<void> {
  const system = ActorSystem.create('drf-demo')
  const start = (framework: Framework): ActorRef<SchedulerDriverMessage> => {
    const { name } = framework
    const behavior = demoFramework(framework, byItself, ELSEWHERE_SECONDS)
    const handler = system.spawn(behavior, `framework-${nameOf(name)}`)
    const driver = system.spawn(
      schedulerDriver({
        framework_info: { user: 'root', name, role: nameOf(name) },
        openMaster: connectMesos(system, url),
        handler,
      }),
      `driver-${nameOf(name)}`,
    )
    handler.tell({ type: 'driver', driver })
    return driver
  }
  const state = async (): Promise<State> =>
    (await (await fetch(`${url}/master/state`)).json()) as State
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  const tasks = ({ frameworks: all }: State): number =>
    all.reduce((n, one) => n + one.tasks.length, 0)
  const drivers: ActorRef<SchedulerDriverMessage>[] = []
  const names: string[] = []
  let now = await state()
  for (const group of groups) {
    const hasTask = (name: string): boolean =>
      now.frameworks.some((one) => one.name === name && one.tasks.length > 0)
    while (!names.every(hasTask)) {
      await pause(20)
      now = await state()
    }
    if (names.length > 0) await pause(NEXT_GROUP_MS)
    drivers.push(...group.map(start))
    names.push(...group.map(({ name }) => name))
  }
  let before = -1
  while (tasks(now) !== before) {
    before = tasks(now)
    await pause(QUIET_MS)
    now = await state()
  }
  const total = (name: string): number =>
    now.slaves.reduce((sum, { resources }) => sum + (resources[name] ?? 0), 0)
  const rows = now.frameworks.map(({ name, tasks: { length }, used_resources: used }) => ({
    name,
    tasks: length,
    held: (what: string) => used[what] ?? 0,
    share: Math.max(...['cpus', 'mem'].map((what) => (used[what] ?? 0) / total(what))),
  }))
  say(`On the master at ${url}`, tableOf(rows))
  for (const driver of drivers) driver.tell({ type: 'stop' })
  // The master is still to hear that they leave.
  await pause(1000)
  await system.terminate()
}

const [where, ...asked] = process.argv.slice(2)
const frameworkOf = (text: string): Framework => {
  const [name = '', cpus = '1', mem = '1024'] = text.split(':')
  return { name, cpus: Number(cpus), mem: Number(mem) }
}
const wanted = asked
  .join(' ')
  .split(' then ')
  .map((group) =>
    group
      .split(' ')
      .filter((one) => one !== '')
      .map(frameworkOf),
  )
if (where === undefined) await article()
else if (where.startsWith('http://')) await elsewhere(where, wanted)
else await (await show(`An agent with ${where}`, where, wanted)).end()
