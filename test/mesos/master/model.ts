import {
  initialAllocatorState,
  stepAllocator,
  type AllocatorEvent,
  type AllocatorMessage,
  type AllocatorState,
  type ConversionAnswered,
  type Holding,
} from '../../../src/mesos/allocator/index.ts'
import {
  initialMasterState,
  stepMaster,
  type MasterEvent,
  type MasterState,
} from '../../../src/mesos/master/index.ts'
import type { ResourceOperation } from '../../../src/mesos/operations/index.ts'
import {
  isTerminal,
  type ExecutorInfo,
  type HeldTask,
  type Offer,
  type Resource,
  type TaskInfo,
} from '../../../src/mesos/protocol/index.ts'
import {
  add,
  asConfigured,
  equals,
  formatResources,
  fromWire,
  isDynamic,
  noResources,
  parseResources,
  select,
  take,
  toWire,
  type Resources,
} from '../../../src/mesos/resources/index.ts'

const ROLE = 'r'
const CONFIGURED = 'cpus:8;mem:512;cpus(r):2'

const executor: ExecutorInfo = {
  executor_id: { value: 'e' },
  command: { value: 'run' },
  resources: toWire(parseResources('cpus:0.5')),
}

/** An agent as the model plays it: what it was told to run, and whether it is connected. */
interface PlayedAgent {
  id: string | undefined
  connection: string | undefined
  readonly tasks: Map<string, HeldTask>
  hasExecutorOf: Set<string>
  /** What it was told to keep. */
  kept: readonly Resource[]
}

export type Action = readonly [
  (
    | 'subscribe'
    | 'leave'
    | 'failover'
    | 'teardown'
    | 'register'
    | 'cut'
    | 'expire'
    | 'allocate'
    | 'take-offers'
    | 'accept'
    | 'reserve'
    | 'operate'
    | 'decline'
    | 'finish'
    | 'acknowledge'
    | 'kill-executor'
    | 'drop-task'
  ),
  number,
]

/** Master and allocator, with mailboxes between them, and agents and frameworks that do what a test says. */
export class Model {
  master: MasterState = initialMasterState('M')
  allocator: AllocatorState = initialAllocatorState()
  /** From the master to the allocator, and back. */
  readonly toAllocator: AllocatorMessage[] = []
  readonly toMaster: (readonly Holding[])[] = []
  readonly answers: ConversionAnswered[] = []
  readonly agents: PlayedAgent[] = [0, 1].map(() => ({
    id: undefined,
    connection: undefined,
    tasks: new Map(),
    hasExecutorOf: new Set(),
    kept: [],
  }))
  /** Framework slot → its id and connection. */
  readonly frameworks: { id: string | undefined; connection: string | undefined }[] = [
    { id: undefined, connection: undefined },
    { id: undefined, connection: undefined },
  ]
  readonly offers: Map<string, Offer> = new Map()
  /** Task key → terminal states that its framework was told by different words. */
  readonly ends: Map<string, Set<string>> = new Map()
  #connections = 0
  #tasks = 0
  #nowMs = 0

  act([what, n]: Action): void {
    this.#nowMs += 100
    const agent = this.agents[n % this.agents.length]
    const framework = this.frameworks[n % this.frameworks.length]
    if (agent === undefined || framework === undefined) return
    switch (what) {
      case 'subscribe': {
        // Taking over from itself comes now and then only.
        if (framework.connection !== undefined && n % 8 > 0) return
        const connection = `f${++this.#connections}`
        const id = framework.id !== undefined && n % 3 > 0 ? { value: framework.id } : undefined
        const framework_info = {
          user: 'u',
          name: 'f',
          role: ROLE,
          failover_timeout: 10,
          ...(id !== undefined && { id }),
        }
        framework.connection = connection
        this.step({
          type: 'scheduler-call',
          connection,
          call: { type: 'SUBSCRIBE', subscribe: { framework_info } },
        })
        return
      }
      case 'leave':
        if (framework.connection === undefined) return
        this.step({ type: 'disconnected', connection: framework.connection })
        return
      case 'failover':
        if (framework.id === undefined) return
        this.step({ type: 'failover-expired', frameworkId: framework.id })
        return
      case 'teardown':
        if (framework.connection === undefined || framework.id === undefined) return
        if (n % 4 > 0) return
        this.step({
          type: 'scheduler-call',
          connection: framework.connection,
          call: { type: 'TEARDOWN', framework_id: { value: framework.id } },
        })
        return
      case 'register':
        if (agent.connection === undefined || n % 8 === 0) this.#register(agent)
        return
      case 'cut':
        if (agent.connection === undefined) return
        this.step({ type: 'disconnected', connection: agent.connection })
        return
      case 'expire':
        if (agent.id !== undefined) this.step({ type: 'agent-expired', agentId: agent.id })
        return
      case 'allocate':
        this.flushToAllocator(n % 4)
        this.#allocator({ type: 'allocate', nowMs: this.#nowMs, seed: n })
        return
      case 'take-offers': {
        const offers = this.toMaster.shift()
        if (offers !== undefined) this.step({ type: 'offers-made', offers })
        const answer = this.answers.shift()
        if (answer !== undefined) this.step(answer)
        return
      }
      case 'accept':
      case 'reserve':
      case 'decline':
        this.#answer(what, n)
        return
      case 'operate': {
        if (agent.id === undefined) return
        const total = this.master.agents.get(agent.id)?.total ?? noResources
        const operation = this.#operation(total, n)
        this.step({
          type: 'operation-asked',
          request: `o${n}-${this.#nowMs}`,
          agentId: agent.id,
          operation,
        })
        return
      }
      case 'finish': {
        const held = [...agent.tasks.values()][n % Math.max(1, agent.tasks.size)]
        if (held === undefined || agent.connection === undefined) return
        agent.tasks.delete(keyOf(held))
        const status = {
          task_id: held.task.task_id,
          agent_id: held.task.agent_id,
          state: 'TASK_FINISHED' as const,
          uuid: new Uint8Array([n % 256]),
        }
        const update = {
          framework_id: held.framework_id,
          status,
          latest_state: 'TASK_FINISHED' as const,
        }
        const call = { type: 'UPDATE' as const, update }
        this.step({ type: 'agent-call', connection: agent.connection, call })
        if (n % 2 === 0) this.step({ type: 'agent-call', connection: agent.connection, call })
        return
      }
      case 'acknowledge': {
        const { id, connection } = framework
        const tasks = id === undefined ? [] : [...(this.master.frameworks.get(id)?.tasks ?? [])]
        const entry = tasks[n % Math.max(1, tasks.length)]?.[1]
        if (entry?.terminalUuid === undefined || connection === undefined) return
        this.step({
          type: 'scheduler-call',
          connection,
          call: {
            type: 'ACKNOWLEDGE',
            framework_id: { value: id ?? '' },
            acknowledge: {
              agent_id: { value: entry.agentId },
              task_id: entry.info.task_id,
              uuid: entry.terminalUuid,
            },
          },
        })
        return
      }
      case 'kill-executor': {
        const [frameworkId] = agent.hasExecutorOf
        if (frameworkId === undefined || agent.connection === undefined) return
        agent.hasExecutorOf.delete(frameworkId)
        this.step({
          type: 'agent-call',
          connection: agent.connection,
          call: {
            type: 'EXECUTOR_TERMINATED',
            executor_terminated: {
              framework_id: { value: frameworkId },
              executor_id: executor.executor_id,
              status: 9,
            },
          },
        })
        return
      }
      case 'drop-task': {
        const [key] = agent.tasks.keys()
        if (key !== undefined && agent.connection === undefined) agent.tasks.delete(key)
        return
      }
    }
  }

  #register(agent: PlayedAgent): void {
    const connection = `a${++this.#connections}`
    agent.connection = connection
    this.step({
      type: 'agent-call',
      connection,
      call: {
        type: 'REGISTER',
        register: {
          agent_info: {
            hostname: 'h',
            resources: toWire(parseResources(CONFIGURED)),
            ...(agent.id !== undefined && { id: { value: agent.id } }),
          },
          incarnation: `i${this.agents.indexOf(agent)}`,
          epoch: 0,
          tasks: [...agent.tasks.values()],
          checkpointed_resources: agent.kept,
          executors: [...agent.hasExecutorOf].map((value) => ({
            framework_id: { value },
            executor,
          })),
          frameworks: [...agent.hasExecutorOf].map((value) => ({
            framework_id: { value },
            framework_info: { user: 'u', name: 'f', role: ROLE, failover_timeout: 10 },
          })),
        },
      },
    })
  }

  /** Reserves a little for the role of all frameworks, or gives back what is reserved. */
  #operation(available: Resources, n: number): ResourceOperation {
    const own = select(available, isDynamic)
    if (own.size > 0 && n % 3 > 0) {
      return { type: 'UNRESERVE', unreserve: { resources: toWire(own) } }
    }
    const value = (n % 4) + 0.5
    const reservations = [{ type: 'DYNAMIC' as const, role: ROLE }]
    const resource: Resource = { name: 'cpus', type: 'SCALAR', scalar: { value }, reservations }
    return { type: 'RESERVE', reserve: { resources: [resource] } }
  }

  #answer(what: 'accept' | 'reserve' | 'decline', n: number): void {
    const offer = [...this.offers.values()][n % Math.max(1, this.offers.size)]
    if (offer === undefined) return
    const { connection } = this.frameworks.find((one) => one.id === offer.framework_id.value) ?? {}
    this.offers.delete(offer.id.value)
    if (connection === undefined) return
    const { framework_id } = offer
    const filters = { refuse_seconds: n % 3 }
    if (what === 'decline') {
      const decline = { offer_ids: [offer.id], filters }
      this.step({
        type: 'scheduler-call',
        connection,
        call: { type: 'DECLINE', framework_id, decline },
      })
      return
    }
    const room = fromWire(offer.resources)
    const operation = what === 'reserve' ? [this.#operation(room, n)] : []
    const taken = take(room, { cpus: (n % 3) + 0.1 })
    const task: TaskInfo = {
      name: 't',
      task_id: { value: `t${++this.#tasks}` },
      agent_id: offer.agent_id,
      resources: taken === undefined ? [] : toWire(taken.taken),
      executor,
    }
    const operations = [...operation, { type: 'LAUNCH' as const, launch: { task_infos: [task] } }]
    this.step({
      type: 'scheduler-call',
      connection,
      call: {
        type: 'ACCEPT',
        framework_id,
        accept: { offer_ids: [offer.id], operations, filters },
      },
    })
  }

  step(event: MasterEvent): void {
    const moment = { nowMs: this.#nowMs, unixMs: this.#nowMs }
    const [next, effects] = stepMaster(this.master, event, moment)
    this.master = next
    for (const effect of effects) {
      switch (effect.type) {
        case 'tell-allocator':
          this.toAllocator.push(effect.message)
          break
        case 'send-agent':
          this.#agentHears(effect.connection, effect.event)
          break
        case 'send-scheduler': {
          const framework = this.frameworks.find((one) => one.connection === effect.connection)
          const told = effect.event
          if (told.type === 'SUBSCRIBED' && framework !== undefined) {
            framework.id = told.subscribed.framework_id.value
          } else if (told.type === 'OFFERS') {
            for (const offer of told.offers.offers) this.offers.set(offer.id.value, offer)
          } else if (told.type === 'UPDATE' && isTerminal(told.update.status.state)) {
            const { task_id, state } = told.update.status
            const key = `${framework?.id ?? ''}/${task_id.value}`
            this.ends.set(key, (this.ends.get(key) ?? new Set()).add(state))
          }
          break
        }
        case 'close': {
          for (const peer of [...this.agents, ...this.frameworks]) {
            if (peer.connection === effect.connection) peer.connection = undefined
          }
          break
        }
        default:
      }
    }
    if (event.type === 'disconnected') {
      for (const peer of [...this.agents, ...this.frameworks]) {
        if (peer.connection === event.connection) peer.connection = undefined
      }
    }
  }

  #agentHears(connection: string, event: Parameters<Model['agentHears']>[1]): void {
    const agent = this.agents.find((one) => one.connection === connection)
    if (agent !== undefined) this.agentHears(agent, event)
  }

  agentHears(
    agent: PlayedAgent,
    event: Extract<ReturnType<typeof stepMaster>[1][number], { type: 'send-agent' }>['event'],
  ): void {
    switch (event.type) {
      case 'REGISTERED':
        agent.id = event.registered.agent_id.value
        return
      case 'REFUSED':
        agent.id = undefined
        agent.tasks.clear()
        agent.hasExecutorOf.clear()
        return
      case 'CHECKPOINT_RESOURCES':
        agent.kept = event.checkpoint_resources.resources
        return
      case 'LAUNCH': {
        const { framework_id, task } = event.launch
        const held: HeldTask = { framework_id, task, state: 'TASK_RUNNING' }
        agent.tasks.set(keyOf(held), held)
        agent.hasExecutorOf.add(framework_id.value)
        return
      }
      case 'SHUTDOWN_FRAMEWORK': {
        const { value } = event.shutdown_framework.framework_id
        agent.hasExecutorOf.delete(value)
        for (const [key, held] of agent.tasks) {
          if (held.framework_id.value === value) agent.tasks.delete(key)
        }
        return
      }
      default:
    }
  }

  /** Lets the allocator handle up to `count` messages. */
  flushToAllocator(count: number): void {
    for (let i = 0; i < count; i++) {
      const message = this.toAllocator.shift()
      if (message === undefined || message.type === 'get-accounts') return
      if (message.type !== 'get-decisions') this.#allocator(message)
    }
  }

  #allocator(event: AllocatorEvent): void {
    const [next, effects] = stepAllocator(this.allocator, event)
    this.allocator = next
    for (const effect of effects) {
      if (effect.type === 'offer') this.toMaster.push(effect.offers)
      else if (effect.type === 'conversion-answered') this.answers.push(effect)
    }
  }

  /** Delivers all that is on its way. */
  settle(): void {
    while (this.toAllocator.length + this.toMaster.length + this.answers.length > 0) {
      const answer = this.answers.shift()
      if (answer !== undefined) this.step(answer)
      this.flushToAllocator(this.toAllocator.length)
      const offers = this.toMaster.shift()
      if (offers !== undefined) this.step({ type: 'offers-made', offers })
    }
  }

  /** Where master and allocator disagree on who holds what; empty when all is well. Call it settled. */
  disagreements(): readonly string[] {
    const wrong: string[] = []
    for (const [agentId, agent] of this.master.agents) {
      const known = this.allocator.agents.get(agentId)
      if ((known !== undefined) !== (agent.connection !== undefined)) {
        wrong.push(`${agentId} is ${known === undefined ? 'un' : ''}known to the allocator`)
      }
      if (!equals(asConfigured(agent.total), parseResources(CONFIGURED))) {
        wrong.push(`${agentId} has ${formatResources(agent.total)} of ${CONFIGURED}`)
      }
      if (known === undefined) continue
      if (!equals(known.total, agent.total)) {
        wrong.push(
          `${agentId}: master ${formatResources(agent.total)}, allocator ${formatResources(known.total)}`,
        )
      }
      const expected = new Map<string, Resources>()
      const hold = (frameworkId: string, resources: Resources): void => {
        expected.set(frameworkId, add(expected.get(frameworkId) ?? noResources, resources))
      }
      for (const { holding } of this.master.offers.values()) {
        if (holding.agentId === agentId) hold(holding.frameworkId, holding.resources)
      }
      for (const one of agent.executors.values()) hold(one.frameworkId, one.resources)
      for (const framework of this.master.frameworks.values()) {
        for (const task of framework.tasks.values()) {
          if (task.agentId === agentId && !isTerminal(task.state)) {
            hold(framework.id, task.resources)
          }
        }
      }
      for (const frameworkId of new Set([...expected.keys(), ...known.held.keys()])) {
        const ours = expected.get(frameworkId) ?? noResources
        const theirs = known.held.get(frameworkId) ?? noResources
        if (!equals(ours, theirs)) {
          wrong.push(
            `${frameworkId} on ${agentId}: master ${formatResources(ours)}, allocator ${formatResources(theirs)}`,
          )
        }
      }
    }
    for (const [key, states] of this.ends) {
      if (states.size > 1) wrong.push(`${key} ended as ${[...states].join(' and ')}`)
    }
    return wrong
  }
}

function keyOf(held: HeldTask): string {
  return `${held.framework_id.value}/${held.task.task_id.value}`
}
