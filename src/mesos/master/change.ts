import type { DecisionNote, DecisionPoint, LazyNote, Subject } from '../../actors/index.ts'
import type { AllocatorMessage } from '../allocator/index.ts'
import type {
  AgentEvent,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
  TaskStatusReason,
} from '../protocol/index.ts'
import type { RegistryChange } from '../registry/index.ts'
import { isEmpty, type Resources } from '../resources/index.ts'
import { countOf, type Count, type CountName } from './counts.ts'
import type { AgentOperated } from './protocol.ts'
import {
  taskKey,
  type AgentEntry,
  type FrameworkEntry,
  type MasterEffect,
  type MasterEvent,
  type MasterNews,
  type MasterState,
  type Moment,
  type OfferEntry,
  type Peer,
  type TaskEntry,
} from './state.ts'

type EventBody = AgentEvent extends infer E
  ? E extends AgentEvent
    ? Omit<E, 'epoch'>
    : never
  : never

type Writable = { -readonly [K in keyof MasterState]: MasterState[K] }

/**
 * One transition in the making: a state that is replaced step by step, and the effects so far. Lives within one
 * call of `stepMaster`; nobody else sees it change.
 */
export class Change {
  state: MasterState
  readonly moment: Moment
  readonly effects: MasterEffect[] = []
  #owned: Writable | undefined

  constructor(state: MasterState, moment: Moment) {
    this.state = state
    this.moment = moment
  }

  /** To a framework, if it is subscribed. */
  sendFramework(frameworkId: string, event: SchedulerEvent): void {
    const connection = this.state.frameworks.get(frameworkId)?.connection
    if (connection !== undefined) this.sendScheduler(connection, event)
  }

  sendScheduler(connection: string, event: SchedulerEvent): void {
    this.effects.push({ type: 'send-scheduler', connection, event })
  }

  /** To an agent, if it is registered; with the epoch of this master. */
  sendAgent(agentId: string, body: EventBody): void {
    const connection = this.state.agents.get(agentId)?.connection
    if (connection !== undefined) this.sendSession(connection, body)
  }

  /** Whether an agent is registered, and there. */
  isConnected(agentId: string): boolean {
    return this.state.agents.get(agentId)?.connection !== undefined
  }

  sendSession(connection: string, body: EventBody): void {
    const event = { epoch: this.state.options.epoch, ...body } as AgentEvent
    this.effects.push({ type: 'send-agent', connection, event })
  }

  close(connection: string): void {
    this.state = { ...this.state, peers: this.state.peers.without(connection) }
    this.effects.push({ type: 'close', connection })
  }

  bind(connection: string, peer: Peer): void {
    this.state = { ...this.state, peers: this.state.peers.with(connection, peer) }
  }

  tellAllocator(message: AllocatorMessage): void {
    this.effects.push({ type: 'tell-allocator', message })
  }

  record(changes: readonly RegistryChange[], then?: MasterEvent): void {
    this.effects.push({ type: 'record', changes, ...(then !== undefined && { then }) })
  }

  startTimer(key: string, afterMs: number, event: MasterEvent): void {
    this.effects.push({ type: 'start-timer', key, afterMs, event })
  }

  cancelTimer(key: string): void {
    this.effects.push({ type: 'cancel-timer', key })
  }

  note(note: string, fields: Readonly<Record<string, string | number>>): void {
    this.effects.push({ type: 'note', note, fields })
  }

  /**
   * Notes a decision for `explain`. More of the subjects may be known on the nodes of the agent and of the framework
   * that are named, as far as they are connected.
   */
  decided(
    point: DecisionPoint,
    note: DecisionNote | LazyNote,
    further: {
      readonly subjects: readonly Subject[] | (() => readonly Subject[])
      readonly agentId?: string | undefined
      readonly frameworkId?: string | undefined
    } = { subjects: [] },
  ): void {
    const { agents, frameworks } = this.state
    const { subjects, agentId, frameworkId } = further
    const peers: string[] = []
    const agent = agentId === undefined ? undefined : agents.get(agentId)
    if (agent?.connection !== undefined) peers.push(agent.connection)
    const framework = frameworkId === undefined ? undefined : frameworks.get(frameworkId)
    if (framework?.connection !== undefined) peers.push(framework.connection)
    const given = typeof subjects === 'function' ? subjects : (): typeof subjects => subjects
    this.effects.push({ type: 'decided', point, note, peers, subjects: given })
  }

  /** Tells those who watch the cluster. */
  announce(news: MasterNews): void {
    this.effects.push({ type: 'announce', news })
  }

  /** A copy of the state that is this change's alone, made once: it may still be written to. */
  #own(): Writable {
    if (this.#owned !== this.state) {
      this.#owned = { ...this.state }
      this.state = this.#owned
    }
    return this.#owned
  }

  setFramework(framework: FrameworkEntry): void {
    const frameworks = this.state.frameworks.with(framework.id, framework)
    this.#own().frameworks = frameworks
  }

  setAgent(agent: AgentEntry): void {
    const agents = this.state.agents.with(agent.id, agent)
    this.#own().agents = agents
  }

  /** No agent comes for the id any more that was given to this incarnation. */
  forgetGivenId(id: string, incarnation: string): void {
    const { givenIds } = this.state
    if (givenIds.get(incarnation) !== id) return
    this.state = { ...this.state, givenIds: givenIds.without(incarnation) }
  }

  setOffer(id: string, entry: OfferEntry | undefined): void {
    const { offers } = this.state
    const next = entry === undefined ? offers.without(id) : offers.with(id, entry)
    this.state = { ...this.state, offers: next }
    const { offerTimeoutMs } = this.state.options
    if (offerTimeoutMs === undefined) return
    if (entry === undefined) this.cancelTimer(`offer ${id}`)
    else this.startTimer(`offer ${id}`, offerTimeoutMs, { type: 'offer-expired', offerId: id })
  }

  /** Enters a task, or its new state, in both tables. Its framework is known. */
  setTask(task: TaskEntry): void {
    const taskId = task.info.task_id.value
    const framework = this.state.frameworks.get(task.frameworkId)
    const agent = this.state.agents.get(task.agentId)
    this.#announceTask(framework?.tasks.get(taskId), task)
    if (framework !== undefined) {
      this.setFramework({ ...framework, tasks: framework.tasks.with(taskId, task) })
    }
    if (agent !== undefined) {
      const tasks = agent.tasks.with(taskKey(task.frameworkId, taskId), taskId)
      if (tasks !== agent.tasks) this.setAgent({ ...agent, tasks })
    }
  }

  /** Takes a task that is over out of both tables; its framework remembers it for a while. */
  completeTask(task: TaskEntry): void {
    const known = this.state.frameworks.get(task.frameworkId)?.tasks.get(task.info.task_id.value)
    if (known !== undefined) this.#announceTask(known, task)
    this.removeTask(task)
    const framework = this.state.frameworks.get(task.frameworkId)
    if (framework === undefined) return
    const completed = framework.completed.with(task, this.state.options.maxCompletedTasks)
    this.setFramework({ ...framework, completed })
  }

  #announceTask(before: TaskEntry | undefined, task: TaskEntry): void {
    if (before === undefined) this.announce({ type: 'task-added', task })
    else if (before.state !== task.state || before.statuses !== task.statuses) {
      this.announce({ type: 'task-updated', task })
    }
  }

  /** Tells a framework that a task is not launched, and why. */
  refuseTask(
    frameworkId: string,
    task: TaskInfo,
    state: TaskState,
    reason: TaskStatusReason,
    message: string,
  ): void {
    this.sendStatus(frameworkId, task, state, reason, message)
    this.countEnd(undefined, { state, reason, source: 'SOURCE_MASTER' })
    const { refusedTasks, options } = this.state
    const id = task.task_id.value
    const refused = { id, frameworkId, state, message, unixMs: this.moment.unixMs }
    this.state = {
      ...this.state,
      refusedTasks: refusedTasks.with(refused, options.maxCompletedTasks),
    }
  }

  /** Counts something for `/metrics/snapshot`. */
  count(count: Count | CountName): void {
    this.effects.push(typeof count === 'string' ? countOf(count) : { type: 'counted', count })
  }

  /** Counts a task that has come to its end; without a framework one that was never launched. */
  countEnd(
    frameworkId: string | undefined,
    { state, source, reason }: Pick<TaskStatus, 'state' | 'source' | 'reason'>,
  ): void {
    this.count({ of: 'task-ended', frameworkId, state, source, reason })
    const own = this.#own()
    own.ended = { ...own.ended, [state]: (own.ended[state] ?? 0) + 1 }
  }

  removeTask(task: TaskEntry): void {
    const taskId = task.info.task_id.value
    const framework = this.state.frameworks.get(task.frameworkId)
    const agent = this.state.agents.get(task.agentId)
    if (framework !== undefined) {
      this.setFramework({ ...framework, tasks: framework.tasks.without(taskId) })
    }
    if (agent !== undefined) {
      this.setAgent({ ...agent, tasks: agent.tasks.without(taskKey(task.frameworkId, taskId)) })
    }
  }

  /** Gives resources back to the allocator, refused for a while if `refuseMs` is set. */
  recover(frameworkId: string, agentId: string, resources: Resources, refuseMs?: number): void {
    if (isEmpty(resources)) return
    this.tellAllocator({
      type: 'resources-recovered',
      holding: { frameworkId, agentId, resources },
      nowMs: this.moment.nowMs,
      ...(refuseMs !== undefined && { refuseMs }),
    })
  }

  /** Tells an operator what became of what he asked for. */
  answerOperation(request: string, refusal?: AgentOperated['refusal']): void {
    const answer = { type: 'agent-operated' as const, ...(refusal !== undefined && { refusal }) }
    this.effects.push({ type: 'answer-operation', request, answer })
  }

  /** Tells a framework what the master itself says of a task, which is returned; sent once, not to be acknowledged. */
  sendStatus(
    frameworkId: string,
    task: Pick<TaskInfo, 'task_id'> & Partial<Pick<TaskInfo, 'agent_id'>>,
    state: TaskState,
    reason: TaskStatusReason,
    message: string,
    unreachableUnixMs?: number,
  ): TaskStatus {
    const status: TaskStatus = {
      task_id: task.task_id,
      state,
      source: 'SOURCE_MASTER',
      reason,
      message,
      timestamp: this.moment.unixMs / 1000,
      ...(task.agent_id !== undefined && { agent_id: task.agent_id }),
      ...(unreachableUnixMs !== undefined && {
        unreachable_time: { nanoseconds: unreachableUnixMs * 1e6 },
      }),
    }
    this.sendFramework(frameworkId, { type: 'UPDATE', update: { status } })
    return status
  }
}
