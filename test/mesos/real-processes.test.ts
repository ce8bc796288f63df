import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { ActorSystem, receive, startNode, type ActorRef } from '../../src/actors/index.ts'
import {
  agentAt,
  connectScheduler,
  fromWire,
  masterAt,
  schedulerDriver,
  startMasterNode,
  take,
  toWire,
  type AgentSnapshot,
  type ExecutorInfo,
  type MasterNode,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
} from '../../src/mesos/index.ts'
import { nodeEnvironment, type ChildProcess } from '../../src/platform/index.ts'

const environment = nodeEnvironment()
const quick = { heartbeatMs: 200, unreachableLimitMs: 2000 }
const program = (name: string): string =>
  fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url))

const executor: ExecutorInfo = {
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

interface World {
  readonly master: MasterNode
  readonly agent: ChildProcess
  readonly startAgent: (port: number) => Promise<ChildProcess>
  readonly events: Events
  readonly driver: ActorRef<SchedulerDriverMessage>
  readonly offer: Offer
  readonly agentState: () => Promise<AgentSnapshot>
}

async function start(
  t: ExecutionContext,
  { checkpoint = false, maxAgentPingTimeouts = 1 } = {},
): Promise<World> {
  const workDir = await environment.disk.makeTemporaryDirectory('troupe-agent-')
  const master = await startMasterNode({
    environment,
    node: quick,
    settings: { master: { agentPingTimeoutMs: 300, maxAgentPingTimeouts } },
  })
  const agents: ChildProcess[] = []
  const startAgent = async (port: number): Promise<ChildProcess> => {
    const agent = await environment.processes.start({
      command: program('agent'),
      args: [master.address, workDir, 'cpus:2;mem:512', String(port)],
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
      framework_info: { user: 'tester', name: 'demo', checkpoint },
      openMaster: connectScheduler(masterAt(node, master.address)),
      handler,
    }),
  )
  const [offer] = (await events.next('OFFERS')).offers.offers
  if (offer === undefined) throw new RangeError('OFFERS without an offer')
  const taken = take(fromWire(offer.resources), { cpus: 1, mem: 64 })
  const task = {
    name: 'one',
    task_id: { value: 'one' },
    agent_id: offer.agent_id,
    resources: toWire(taken?.taken ?? new Map()),
    executor,
  }
  driver.tell({
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [{ type: 'LAUNCH', launch: { task_infos: [task] } }],
      filters: { refuse_seconds: 0 },
    },
  })
  const address = `${offer.url?.address.hostname ?? ''}:${String(offer.url?.address.port)}`
  const locate = agentAt(node, address)
  const agentState = async (): Promise<AgentSnapshot> =>
    (await locate()).ask<AgentSnapshot>((replyTo) => ({ type: 'get-state', replyTo }))
  return { master, agent, startAgent, events, driver, offer, agentState }
}

test('a real executor process that is killed fails its task, and its output is kept', async (t) => {
  const { events, agentState } = await start(t)
  t.is(await events.update(), 'one TASK_RUNNING')
  const [running] = (await agentState()).executors
  const { pid = 0, sandbox = '' } = running ?? {}
  t.true(environment.processes.isAlive(pid))
  environment.processes.kill(pid, 'SIGKILL')
  t.is(await events.update(), 'one TASK_FAILED REASON_EXECUTOR_TERMINATED')
  const { failure } = await events.next('FAILURE')
  t.is(failure.status, 9)
  const stdout = await environment.disk.readFile(`${sandbox}/stdout`)
  t.is(new TextDecoder().decode(stdout), `executor in ${sandbox}\n`)
  const latest = `${sandbox.slice(0, sandbox.lastIndexOf('/'))}/latest/stdout`
  t.deepEqual(await environment.disk.readFile(latest), stdout)
})

test('when a real agent process is killed, offers are rescinded, tasks lost, and its executor ends', async (t) => {
  const { agent, events, agentState, offer } = await start(t)
  t.is(await events.update(), 'one TASK_RUNNING')
  const rest = (await events.next('OFFERS')).offers.offers[0]
  const pid = (await agentState()).executors[0]?.pid ?? 0
  t.true(environment.processes.isAlive(pid))
  agent.kill('SIGKILL')
  const { rescind } = await events.next('RESCIND')
  t.deepEqual(rescind.offer_id, rest?.id)
  t.is(await events.update(), 'one TASK_LOST REASON_AGENT_REMOVED')
  const { failure } = await events.next('FAILURE')
  t.deepEqual(failure.agent_id, offer.agent_id)
  while (environment.processes.isAlive(pid)) {
    await new Promise<void>((resolve) => void environment.clock.setTimer(50, resolve))
  }
  t.false(environment.processes.isAlive(pid))
})

test('a real agent process that is killed and started again finds the executor and the task of before', async (t) => {
  const world = await start(t, { checkpoint: true, maxAgentPingTimeouts: 100 })
  const { agent, startAgent, events, agentState, offer, driver } = world
  t.is(await events.update(), 'one TASK_RUNNING')
  const before = await agentState()
  const pid = before.executors[0]?.pid ?? 0
  t.teardown(() => void environment.processes.killGroup(pid))
  agent.kill('SIGKILL')
  await agent.exited
  t.true(environment.processes.isAlive(pid))
  await startAgent(offer.url?.address.port ?? 0)
  let after = await agentState().catch(() => undefined)
  while (after?.executors[0]?.isSubscribed !== true || !after.isRegistered) {
    await new Promise<void>((resolve) => void environment.clock.setTimer(100, resolve))
    after = await agentState().catch(() => undefined)
  }
  t.is(after.id, before.id)
  t.is(after.executors[0].pid, pid)
  const data = new TextEncoder().encode('one')
  const { executor_id } = executor
  driver.tell({ type: 'MESSAGE', message: { agent_id: offer.agent_id, executor_id, data } })
  let last = await events.update()
  // What was on its way when the agent was killed may come twice.
  while (last === 'one TASK_RUNNING') last = await events.update()
  t.is(last, 'one TASK_FINISHED')
})
