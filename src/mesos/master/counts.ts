import type { TaskState, TaskStatus, TaskStatusReason } from '../protocol/index.ts'
import type { MasterEffect, MasterEvent } from './state.ts'

/** What a transition has settled, by the name that Mesos counts it under. */
export type CountName = keyof typeof settled

/** Something to be counted. Those without parts are made once, by {@link countOf}. */
export type Count =
  | { readonly of: 'settled'; readonly name: CountName }
  | {
      readonly of: 'task-ended'
      /** Undefined of one that was never launched. */
      readonly frameworkId: string | undefined
      readonly state: TaskState
      readonly source: TaskStatus['source'] | undefined
      readonly reason: TaskStatusReason | undefined
    }
  | {
      readonly of: 'offers-taken'
      readonly frameworkId: string
      readonly how: 'accepted' | 'declined'
      readonly number: number
    }
  /** So often, counting tasks of LAUNCH one by one, it was carried out. */
  | {
      readonly of: 'operation'
      readonly frameworkId: string
      readonly type: string
      readonly number: number
    }

const settled = {
  valid_status_updates: 0,
  invalid_status_updates: 0,
  valid_status_update_acknowledgements: 0,
  invalid_status_update_acknowledgements: 0,
  valid_operation_status_updates: 0,
  invalid_operation_status_updates: 0,
  valid_operation_status_update_acknowledgements: 0,
  invalid_operation_status_update_acknowledgements: 0,
  valid_framework_to_executor_messages: 0,
  invalid_framework_to_executor_messages: 0,
  valid_executor_to_framework_messages: 0,
  invalid_executor_to_framework_messages: 0,
  slave_registrations: 0,
  slave_reregistrations: 0,
  slave_removals: 0,
  'slave_removals/reason_registered': 0,
  'slave_removals/reason_unhealthy': 0,
  'slave_removals/reason_unregistered': 0,
  recovery_slave_removals: 0,
  slave_unreachable_scheduled: 0,
  slave_unreachable_completed: 0,
}

const received = {
  messages_register_framework: 0,
  messages_reregister_framework: 0,
  messages_unregister_framework: 0,
  messages_launch_tasks: 0,
  messages_decline_offers: 0,
  messages_revive_offers: 0,
  messages_suppress_offers: 0,
  messages_kill_task: 0,
  messages_status_update_acknowledgement: 0,
  messages_operation_status_update_acknowledgement: 0,
  messages_reconcile_tasks: 0,
  messages_reconcile_operations: 0,
  messages_framework_to_executor: 0,
  messages_register_slave: 0,
  messages_reregister_slave: 0,
  messages_unregister_slave: 0,
  messages_status_update: 0,
  messages_operation_status_update: 0,
  messages_exited_executor: 0,
  messages_executor_to_framework: 0,
}

type SchedulerCall = Extract<MasterEvent, { readonly type: 'scheduler-call' }>['call']
type AgentCall = Extract<MasterEvent, { readonly type: 'agent-call' }>['call']
type SchedulerEvent = Extract<MasterEffect, { readonly type: 'send-scheduler' }>['event']

const OF_SCHEDULER: Readonly<Partial<Record<SchedulerCall['type'], keyof typeof received>>> = {
  TEARDOWN: 'messages_unregister_framework',
  DECLINE: 'messages_decline_offers',
  REVIVE: 'messages_revive_offers',
  SUPPRESS: 'messages_suppress_offers',
  KILL: 'messages_kill_task',
  ACKNOWLEDGE: 'messages_status_update_acknowledgement',
  ACKNOWLEDGE_OPERATION_STATUS: 'messages_operation_status_update_acknowledgement',
  RECONCILE: 'messages_reconcile_tasks',
  RECONCILE_OPERATIONS: 'messages_reconcile_operations',
  MESSAGE: 'messages_framework_to_executor',
}

const OF_AGENT: Readonly<Partial<Record<AgentCall['type'], keyof typeof received>>> = {
  UPDATE: 'messages_status_update',
  UPDATE_OPERATION_STATUS: 'messages_operation_status_update',
  EXECUTOR_TERMINATED: 'messages_exited_executor',
  MESSAGE: 'messages_executor_to_framework',
  UNREGISTER: 'messages_unregister_slave',
}

const counts = Object.fromEntries(
  Object.keys(settled).map((name) => [name, { type: 'counted', count: { of: 'settled', name } }]),
) as Readonly<Record<CountName, Extract<MasterEffect, { readonly type: 'counted' }>>>

/** The effect that counts one of these. */
export function countOf(name: CountName): MasterEffect {
  return counts[name]
}

/** What one framework has asked for and was told since this master began. */
interface FrameworkCounts {
  readonly calls: Map<string, number>
  readonly events: Map<string, number>
  readonly terminal: Map<string, number>
  readonly operations: Map<string, number>
  readonly offers: { sent: number; accepted: number; declined: number; rescinded: number }
}

/** Counts since this master began, by the names of Mesos behind `master/` and behind a framework's prefix. */
export interface CountedFigures {
  readonly counts: Readonly<Record<string, number>>
  /** By framework id. */
  readonly frameworks: ReadonlyMap<string, Readonly<Record<string, number>>>
}

/** Counts what a master is told and does. What is kept of frameworks that have ended is bounded. */
export class Counts {
  readonly #settled: Record<CountName, number> = { ...settled }
  readonly #received = { ...received }
  /** `task_lost/source_master/reason_agent_removed`, as far as there was any. */
  readonly #ends = new Map<string, number>()
  readonly #frameworks = new Map<string, FrameworkCounts>()
  readonly #connections = new Map<string, FrameworkCounts>()
  readonly #ended: string[] = []
  readonly #maxEnded: number

  /** Of at most `maxEnded` frameworks that have ended something is kept. */
  constructor(maxEnded: number) {
    this.#maxEnded = maxEnded
  }

  /** Before the event is handled. */
  saw(event: MasterEvent): void {
    switch (event.type) {
      case 'scheduler-call':
        this.#schedulerCall(event.connection, event.call)
        return
      case 'agent-call':
        this.#agentCall(event.call)
        return
      case 'disconnected':
        this.#connections.delete(event.connection)
        return
      case 'framework-updated':
        add(this.#framework(event.frameworkId).calls, 'UPDATE_FRAMEWORK')
        return
      default:
        return
    }
  }

  did(effect: MasterEffect): void {
    if (effect.type === 'send-scheduler') this.#send(effect.connection, effect.event)
    else if (effect.type === 'counted') this.#count(effect.count)
    else if (effect.type === 'close') this.#connections.delete(effect.connection)
    else if (effect.type === 'announce' && effect.news.type === 'framework-removed') {
      this.#end(effect.news.framework.id)
    }
  }

  figures(): CountedFigures {
    return {
      counts: { ...this.#received, ...this.#settled, ...Object.fromEntries(this.#ends) },
      frameworks: new Map([...this.#frameworks].map(([id, one]) => [id, figuresOf(one)])),
    }
  }

  #schedulerCall(connection: string, call: SchedulerCall): void {
    if (call.type === 'SUBSCRIBE') {
      const id = (call.framework_id ?? call.subscribe.framework_info.id)?.value ?? ''
      const isNew = id === ''
      this.#received[isNew ? 'messages_register_framework' : 'messages_reregister_framework']++
      return
    }
    const framework = this.#connections.get(connection)
    if (framework === undefined) return
    add(framework.calls, call.type)
    const name = OF_SCHEDULER[call.type]
    if (name !== undefined) this.#received[name]++
    if (call.type !== 'ACCEPT') return
    for (const operation of call.accept.operations) {
      if (operation.type !== 'LAUNCH') continue
      const isEmpty = operation.launch.task_infos.length === 0
      this.#received[isEmpty ? 'messages_decline_offers' : 'messages_launch_tasks']++
    }
  }

  #agentCall(call: AgentCall): void {
    if (call.type === 'REGISTER') {
      const isNew = call.register.agent_info.id === undefined
      this.#received[isNew ? 'messages_register_slave' : 'messages_reregister_slave']++
      return
    }
    const name = OF_AGENT[call.type]
    if (name !== undefined) this.#received[name]++
  }

  #send(connection: string, event: SchedulerEvent): void {
    if (event.type === 'SUBSCRIBED') {
      const known = this.#framework(event.subscribed.framework_id.value)
      this.#connections.set(connection, known)
      // Only now it is known whose it is.
      add(known.calls, 'SUBSCRIBE')
    }
    const framework = this.#connections.get(connection)
    if (framework === undefined) return
    add(framework.events, event.type)
    if (event.type === 'OFFERS') framework.offers.sent += event.offers.offers.length
    else if (event.type === 'RESCIND') framework.offers.rescinded++
  }

  #count(count: Count): void {
    switch (count.of) {
      case 'settled':
        this.#settled[count.name]++
        return
      case 'task-ended': {
        const { frameworkId, state, source, reason } = count
        if (frameworkId !== undefined) add(this.#framework(frameworkId).terminal, state)
        if (source !== undefined && reason !== undefined) {
          // Metrics have the names from before agents were named so.
          const end = `${state}/${source}/${reason}`.toLowerCase()
          add(this.#ends, end.replaceAll('_agent', '_slave'))
        }
        return
      }
      case 'offers-taken':
        this.#framework(count.frameworkId).offers[count.how] += count.number
        return
      case 'operation':
        add(this.#framework(count.frameworkId).operations, count.type, count.number)
        return
    }
  }

  #framework(id: string): FrameworkCounts {
    const known = this.#frameworks.get(id)
    if (known !== undefined) return known
    const none: FrameworkCounts = {
      calls: new Map(),
      events: new Map(),
      terminal: new Map(),
      operations: new Map(),
      offers: { sent: 0, accepted: 0, declined: 0, rescinded: 0 },
    }
    this.#frameworks.set(id, none)
    return none
  }

  #end(id: string): void {
    this.#ended.push(id)
    if (this.#ended.length <= this.#maxEnded) return
    const oldest = this.#ended.shift()
    if (oldest !== undefined) this.#frameworks.delete(oldest)
  }
}

/** Those that this master takes: it has no others to count. */
const CALLS = [
  ...['SUBSCRIBE', 'TEARDOWN', 'ACCEPT', 'DECLINE', 'REVIVE', 'SUPPRESS', 'KILL', 'SHUTDOWN'],
  ...['ACKNOWLEDGE', 'ACKNOWLEDGE_OPERATION_STATUS', 'RECONCILE', 'RECONCILE_OPERATIONS'],
  ...['MESSAGE', 'UPDATE_FRAMEWORK'],
]
/** Without HEARTBEAT, which sessions send by themselves. */
const EVENTS = [
  ...['SUBSCRIBED', 'OFFERS', 'RESCIND', 'UPDATE', 'UPDATE_OPERATION_STATUS', 'MESSAGE'],
  ...['FAILURE', 'ERROR'],
]
const OPERATIONS = [
  ...['LAUNCH', 'LAUNCH_GROUP', 'RESERVE', 'UNRESERVE', 'CREATE', 'DESTROY'],
  ...['GROW_VOLUME', 'SHRINK_VOLUME'],
]

function figuresOf(counted: FrameworkCounts): Readonly<Record<string, number>> {
  const { calls, events, terminal, operations, offers } = counted
  const figures: Record<string, number> = { calls: sum(calls), operations: sum(operations) }
  const show = (
    prefix: string,
    names: readonly string[],
    of: ReadonlyMap<string, number>,
  ): void => {
    for (const name of names) figures[`${prefix}/${name.toLowerCase()}`] = of.get(name) ?? 0
  }
  show('calls', CALLS, calls)
  show('events', EVENTS, events)
  show('operations', OPERATIONS, operations)
  show('tasks/terminal', TERMINAL, terminal)
  for (const [name, number] of Object.entries(offers)) figures[`offers/${name}`] = number
  return figures
}

const TERMINAL = [
  ...['TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST', 'TASK_ERROR', 'TASK_DROPPED'],
  ...['TASK_GONE', 'TASK_GONE_BY_OPERATOR'],
]

function sum(counted: ReadonlyMap<string, number>): number {
  let all = 0
  for (const number of counted.values()) all += number
  return all
}

function add(counted: Map<string, number>, name: string, by = 1): void {
  counted.set(name, (counted.get(name) ?? 0) + by)
}
