import {
  initialMasterState,
  stepMaster,
  type MasterEffect,
  type MasterEvent,
  type MasterOptions,
  type MasterState,
} from '../../../src/mesos/master/index.ts'
import type {
  AgentCall,
  AgentEvent,
  ExecutorInfo,
  FrameworkInfo,
  Offer,
  SchedulerCall,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../../../src/mesos/protocol/index.ts'
import {
  allocateTo,
  fromWire,
  parseResources,
  toWire,
  unallocated,
} from '../../../src/mesos/resources/index.ts'

export const executor: ExecutorInfo = {
  executor_id: { value: 'e' },
  command: { value: 'run' },
  resources: toWire(parseResources('cpus:0.5;mem:32')),
}

/** A master under test: keeps the state, and the effects of the last event. */
export class Rig {
  state: MasterState
  effects: readonly MasterEffect[] = []
  nowMs = 0
  /** Whether what is to be recorded is durable at once; otherwise the test says when. */
  isWriting = true

  constructor(options: Partial<MasterOptions> = {}) {
    this.state = initialMasterState('M', options)
  }

  apply(event: MasterEvent): this {
    const [next, effects] = stepMaster(this.state, event, { nowMs: this.nowMs, unixMs: 1000 })
    this.state = next
    this.effects = effects
    // The registry writes at once.
    for (const effect of effects) {
      if (effect.type !== 'record' || effect.then === undefined || !this.isWriting) continue
      this.apply(effect.then)
      this.effects = [...effects, ...this.effects]
    }
    return this
  }

  scheduler(connection: string, call: SchedulerCall): this {
    return this.apply({ type: 'scheduler-call', connection, call })
  }

  agent(connection: string, call: AgentCall): this {
    return this.apply({ type: 'agent-call', connection, call })
  }

  subscribe(connection: string, info: Partial<FrameworkInfo> = {}): this {
    const framework_info = { user: 'u', name: connection, ...info }
    return this.scheduler(connection, { type: 'SUBSCRIBE', subscribe: { framework_info } })
  }

  register(
    connection: string,
    resources = 'cpus:4;mem:1024',
    held: Partial<Extract<AgentCall, { type: 'REGISTER' }>['register']> = {},
    id?: string,
  ): this {
    return this.agent(connection, {
      type: 'REGISTER',
      register: {
        agent_info: {
          hostname: connection,
          resources: toWire(parseResources(resources)),
          ...(id !== undefined && { id: { value: id } }),
        },
        incarnation: connection,
        epoch: 0,
        tasks: [],
        executors: [],
        frameworks: [],
        ...held,
      },
    })
  }

  /** Offers all of an agent that is given as text to a framework, and takes the offer from the event. */
  offer(
    frameworkId: string,
    agentId: string,
    resources = 'cpus:4;mem:1024',
    registration: string = this.state.agents.get(agentId)?.connection ?? '',
    role = '*',
  ): Offer | undefined {
    this.apply({
      type: 'offers-made',
      offers: [
        {
          frameworkId,
          agentId,
          registration,
          resources: allocateTo(parseResources(resources), role),
        },
      ],
    })
    for (const event of this.schedulerEvents()) {
      if (event.type === 'OFFERS') return event.offers.offers[0]
    }
    return undefined
  }

  /** A cluster with framework `M-0000` (connection `f`), agent `M-S0` (connection `a`) and its offer. */
  static withOffer(info: Partial<FrameworkInfo> = {}): {
    readonly rig: Rig
    readonly offer: Offer
  } {
    const rig = new Rig().subscribe('f', info).register('a')
    const offer = rig.offer('M-0000', 'M-S0')
    if (offer === undefined) throw new RangeError('no offer')
    return { rig, offer }
  }

  /** The same, with tasks that run. */
  static withTasks(
    ids: readonly string[],
    info: Partial<FrameworkInfo> = {},
  ): { readonly rig: Rig; readonly offer: Offer } {
    const { rig, offer } = Rig.withOffer(info)
    rig.accept(offer, ...ids.map((id) => task(id)))
    for (const id of ids) rig.update(id, 'TASK_RUNNING', 1)
    return { rig, offer }
  }

  accept(offer: Offer, ...tasks: readonly TaskInfo[]): this {
    return this.scheduler('f', {
      type: 'ACCEPT',
      framework_id: { value: 'M-0000' },
      accept: {
        offer_ids: [offer.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos: tasks } }],
      },
    })
  }

  /** A status of a task from agent `a`, with a uuid made of one byte. */
  update(id: string, state: TaskState, uuid: number, latest: TaskState = state): this {
    const status: TaskStatus = {
      task_id: { value: id },
      agent_id: { value: 'M-S0' },
      state,
      uuid: new Uint8Array([uuid]),
    }
    const update = { framework_id: { value: 'M-0000' }, status, latest_state: latest }
    return this.agent('a', { type: 'UPDATE', update })
  }

  schedulerEvents(connection?: string): readonly SchedulerEvent[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'send-scheduler' &&
      (connection === undefined || effect.connection === connection)
        ? [effect.event]
        : [],
    )
  }

  agentEvents(): readonly AgentEvent[] {
    return this.effects.flatMap((effect) => (effect.type === 'send-agent' ? [effect.event] : []))
  }

  /** Statuses in the last effects: `<task> <state> <reason>: <message>`. */
  statuses(): readonly string[] {
    return this.schedulerEvents().flatMap((event) => {
      if (event.type !== 'UPDATE') return []
      const { task_id, state, reason = '', message = '' } = event.update.status
      return [`${task_id.value} ${state} ${reason}: ${message}`]
    })
  }

  /** What went back to the allocator in the last effects: `<resources> for <ms>`. */
  recovered(): readonly string[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== 'tell-allocator') return []
      const { message } = effect
      if (message.type !== 'resources-recovered') return []
      const text = toWire(unallocated(message.holding.resources))
        .map((one) => `${one.name}:${one.type === 'SCALAR' ? one.scalar.value : one.type}`)
        .join(';')
      return [`${text} for ${message.refuseMs ?? 0}`]
    })
  }

  /** Types of what the allocator was told in the last effects. */
  toldAllocator(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'tell-allocator' ? [effect.message.type] : [],
    )
  }

  taskStates(): readonly string[] {
    return [...this.state.frameworks.values()].flatMap((framework) =>
      [...framework.tasks].map(([id, entry]) => `${id} ${entry.state}`).sort(),
    )
  }
}

export function task(
  id: string,
  resources = 'cpus:1;mem:64',
  more: Partial<TaskInfo> = {},
): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: 'M-S0' },
    resources: toWire(fromWire(toWire(parseResources(resources)))),
    executor,
    ...more,
  }
}
