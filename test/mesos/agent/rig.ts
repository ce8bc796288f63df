import {
  initialAgentState,
  stepAgent,
  type AgentEffect,
  type AgentOccurrence,
  type AgentOptions,
  type AgentState,
} from '../../../src/mesos/agent/index.ts'
import type {
  AgentCall,
  AgentEvent,
  ExecutorCall,
  ExecutorEvent,
  ExecutorInfo,
  FrameworkInfo,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../../../src/mesos/protocol/index.ts'

export const ids = { framework_id: { value: 'F' }, executor_id: { value: 'e' } }
export const frameworkInfo: FrameworkInfo = { user: 'u', name: 'f' }
export const executor: ExecutorInfo = {
  executor_id: ids.executor_id,
  command: { value: 'run' },
}

const options: AgentOptions = {
  info: { hostname: 'h', port: 5051, resources: [] },
  workDir: '/var/troupe',
  endpoint: { host: '127.0.0.1', port: 5051 },
  executorRegistrationTimeoutMs: 60_000,
  executorReregistrationTimeoutMs: 15_000,
  executorShutdownGraceMs: 5000,
  updateRetryMs: 10_000,
  longestUpdateRetryMs: 600_000,
  recoveryTimeoutMs: 900_000,
  executorEnvironment: {},
  switchesUsers: false,
  maxCompletedExecutorsPerFramework: 150,
}

type Body = AgentEvent extends infer E ? (E extends AgentEvent ? Omit<E, 'epoch'> : never) : never

/** An agent under test: keeps the state, and the effects of the last occurrence. */
export class Rig {
  state: AgentState = initialAgentState('0123456789abcdef0123456789abcdef', options)
  effects: readonly AgentEffect[] = []
  nowMs = 0

  apply(occurrence: AgentOccurrence): this {
    const [next, effects] = stepAgent(this.state, occurrence, {
      nowMs: this.nowMs,
      unixMs: 1000,
    })
    this.state = next
    this.effects = effects
    return this
  }

  master(event: Body, epoch = 1): this {
    return this.apply({ type: 'master-event', event: { ...event, epoch } as AgentEvent })
  }

  registered(): this {
    this.apply({ type: 'master-opened' })
    return this.master({
      type: 'REGISTERED',
      registered: {
        agent_id: { value: 'S' },
        heartbeat_interval_seconds: 1,
        lease_seconds: 5,
      },
    })
  }

  launch(id: string, more: Partial<TaskInfo> = {}): this {
    return this.master({
      type: 'LAUNCH',
      launch: {
        framework_id: ids.framework_id,
        framework_info: frameworkInfo,
        task: task(id, more),
      },
    })
  }

  executor(call: ExecutorCall, connection = 'x'): this {
    return this.apply({ type: 'executor-call', connection, call })
  }

  subscribe(connection = 'x', tasks: readonly TaskInfo[] = []): this {
    const subscribe = { unacknowledged_tasks: tasks, unacknowledged_updates: [] }
    return this.executor({ ...ids, type: 'SUBSCRIBE', subscribe }, connection)
  }

  update(id: string, state: TaskState, uuid: number): this {
    const status: TaskStatus = { task_id: { value: id }, state, uuid: new Uint8Array([uuid]) }
    return this.executor({ ...ids, type: 'UPDATE', update: { status } })
  }

  acknowledge(id: string, uuid: Uint8Array): this {
    const { framework_id } = ids
    const acknowledge = { framework_id, task_id: { value: id }, uuid }
    return this.master({ type: 'ACKNOWLEDGE', acknowledge })
  }

  /** A registered agent with tasks that run in one executor; their statuses acknowledged. */
  static running(...tasks: readonly string[]): Rig {
    const rig = new Rig().registered()
    for (const id of tasks) rig.launch(id)
    rig.subscribe()
    tasks.forEach((id, i) => {
      rig.update(id, 'TASK_RUNNING', 100 + i)
      rig.acknowledge(id, new Uint8Array([100 + i]))
    })
    return rig
  }

  get containerId(): string {
    return [...this.state.executors.values()][0]?.containerId ?? ''
  }

  calls(): readonly AgentCall[] {
    return this.effects.flatMap((effect) => (effect.type === 'call-master' ? [effect.call] : []))
  }

  /** Statuses sent to the master: `<task> <state> <reason>`. */
  statuses(): readonly string[] {
    return this.calls().flatMap((call) => {
      if (call.type !== 'UPDATE') return []
      const { task_id, state, reason } = call.update.status
      return [[task_id.value, state, reason].filter(Boolean).join(' ')]
    })
  }

  executorEvents(): readonly ExecutorEvent[] {
    return this.effects.flatMap((effect) => (effect.type === 'send-executor' ? [effect.event] : []))
  }

  /** Kinds of effects, without those that only tell. */
  kinds(): readonly string[] {
    return this.effects.map(({ type }) => type).filter((type) => type !== 'decided')
  }
}

export function task(id: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: 'S' },
    resources: [],
    executor,
    ...more,
  }
}
