import type { DecisionNote, LazyNote } from '../../actors/index.ts'
import type {
  AgentCall,
  ExecutorEvent,
  FrameworkInfo,
  TaskInfo,
  TaskStatus,
  TaskStatusReason,
  TaskState,
} from '../protocol/index.ts'
import { asUuid } from '../protocol/index.ts'
import type { CheckpointRecord } from './checkpoint/index.ts'
import { noteExecutor, noteFramework, noteStatus } from './history.ts'
import { executorDirectory, frameworkDirectory, sandboxOf } from './sandbox.ts'
import {
  agentKey,
  type AgentEffect,
  type AgentOccurrence,
  type AgentState,
  type AgentTask,
  type ExecutorEnd,
  type ExecutorState,
  type UpdateStream,
} from './state.ts'

/** When something happens: the monotonic clock, and Unix time. */
export interface AgentMoment {
  readonly nowMs: number
  readonly unixMs: number
}

type Writable = { -readonly [K in keyof AgentState]: AgentState[K] }

/** One transition of an agent in the making; lives within one call of `stepAgent`. */
export class AgentChange {
  state: AgentState
  readonly moment: AgentMoment
  readonly effects: AgentEffect[] = []
  #owned: Writable | undefined

  constructor(state: AgentState, moment: AgentMoment) {
    this.state = state
    this.moment = moment
  }

  /** A copy of the state that is this change's alone, made once: it may still be written to. */
  #own(): Writable {
    if (this.#owned !== this.state) {
      this.#owned = { ...this.state }
      this.state = this.#owned
    }
    return this.#owned
  }

  callMaster(call: AgentCall): void {
    if (this.state.isRegistered) this.effects.push({ type: 'call-master', call })
  }

  /** The master counts it no more; one that has not answered a registration yet, which may name it, hears that then. */
  executorOver(executor_terminated: ExecutorEnd): void {
    const { isRegistered, untoldEnds } = this.state
    if (isRegistered) this.callMaster({ type: 'EXECUTOR_TERMINATED', executor_terminated })
    else this.state = { ...this.state, untoldEnds: [...untoldEnds, executor_terminated] }
  }

  /** Keeps what must not be forgotten of a framework that asks for it. */
  record(
    framework: FrameworkInfo | undefined,
    record: CheckpointRecord,
    options: { readonly mayLag?: boolean } = {},
  ): void {
    if (framework?.checkpoint === true)
      this.effects.push({ type: 'checkpoint', record, ...options })
  }

  sendExecutor(executor: ExecutorState, event: ExecutorEvent): void {
    const { connection } = executor
    if (connection !== undefined) this.effects.push({ type: 'send-executor', connection, event })
  }

  destroy(containerId: string): void {
    this.effects.push({ type: 'destroy-container', containerId })
  }

  startTimer(key: string, afterMs: number, event: AgentOccurrence): void {
    this.effects.push({ type: 'start-timer', key, afterMs, event })
  }

  cancelTimer(key: string): void {
    this.effects.push({ type: 'cancel-timer', key })
  }

  note(note: string, fields: Readonly<Record<string, string | number>>): void {
    this.effects.push({ type: 'note', note, fields })
  }

  /** Notes a decision for `explain`. */
  decided(note: DecisionNote | LazyNote, containerId?: string): void {
    const type = 'decided'
    this.effects.push(containerId === undefined ? { type, note } : { type, note, containerId })
  }

  addExecutor(executor: ExecutorState): void {
    const key = agentKey(executor.frameworkId, executor.info.executor_id.value)
    const containers = this.state.containers.with(executor.containerId, key)
    this.#own().containers = containers
    this.setExecutor(executor, key)
  }

  /** What has become of one that was added. */
  setExecutor(
    executor: ExecutorState,
    key: string = agentKey(executor.frameworkId, executor.info.executor_id.value),
  ): void {
    const executors = this.state.executors.with(key, executor)
    this.#own().executors = executors
  }

  removeExecutor(executor: ExecutorState): void {
    const key = agentKey(executor.frameworkId, executor.info.executor_id.value)
    const { executors, peers, containers } = this.state
    const tasks = [...executor.tasks.values()]
    const own = tasks.flatMap(({ container }) => container?.containerId ?? [])
    this.state = {
      ...this.state,
      executors: executors.without(key),
      containers: [executor.containerId, ...own].reduce((left, id) => left.without(id), containers),
      peers: executor.connection === undefined ? peers : peers.without(executor.connection),
    }
  }

  setStream(key: string, stream: UpdateStream | undefined): void {
    const { updates } = this.state
    const next = stream === undefined ? updates.without(key) : updates.with(key, stream)
    this.#own().updates = next
  }

  /** Statuses that are not acknowledged are looked at then. */
  setNextRetry(nextRetryMs: number): void {
    this.#own().nextRetryMs = nextRetryMs
  }

  /** Knows a framework from now on. */
  setFramework(frameworkId: string, info: FrameworkInfo): void {
    const known = this.state.frameworks.get(frameworkId)
    if (known === info) return
    const isNews = info.checkpoint === true && JSON.stringify(known) !== JSON.stringify(info)
    if (isNews) this.record(info, { type: 'framework', frameworkId, info })
    this.state = { ...this.state, frameworks: this.state.frameworks.with(frameworkId, info) }
  }

  /** Its statuses would reach nobody any more. */
  removeFramework(frameworkId: string): void {
    const info = this.state.frameworks.get(frameworkId)
    this.record(info, { type: 'framework-over', frameworkId }, { mayLag: true })
    const { frameworks, history } = this.state
    if (info === undefined) return
    this.effects.push({ type: 'collect', path: frameworkDirectory(this.state, frameworkId) })
    this.state = {
      ...this.state,
      frameworks: frameworks.without(frameworkId),
      history: noteFramework(history, frameworkId, info),
    }
  }

  /** Forgets a framework that has neither executors nor statuses here any more. */
  forgetFramework(frameworkId: string): void {
    const { executors, updates } = this.state
    for (const executor of executors.values()) if (executor.frameworkId === frameworkId) return
    for (const stream of updates.values()) if (stream.frameworkId === frameworkId) return
    this.removeFramework(frameworkId)
  }

  /** The executor, and in it the task, that has this container of its own. */
  taskOf(containerId: string): readonly [ExecutorState, string, AgentTask] | undefined {
    const executor = this.#ownerOf(containerId)
    for (const [taskId, task] of executor?.tasks ?? []) {
      if (executor !== undefined && task.container?.containerId === containerId) {
        return [executor, taskId, task]
      }
    }
    return undefined
  }

  /** A name that no container has had before. */
  newContainerId(): string {
    const { incarnation, nextContainer } = this.state
    this.state = { ...this.state, nextContainer: nextContainer + 1 }
    return `${incarnation.slice(0, 8)}-${nextContainer}`
  }

  setTask(executor: ExecutorState, taskId: string, task: AgentTask): void {
    this.setExecutor({ ...executor, tasks: executor.tasks.with(taskId, task) })
    if (task.container === undefined) return
    const key = agentKey(executor.frameworkId, executor.info.executor_id.value)
    const containers = this.state.containers.with(task.container.containerId, key)
    this.state = { ...this.state, containers }
  }

  /** A task of a group has ended, and with it its container. */
  forgetContainer(containerId: string): void {
    this.state = { ...this.state, containers: this.state.containers.without(containerId) }
  }

  executorOf(containerId: string): ExecutorState | undefined {
    const executor = this.#ownerOf(containerId)
    return executor?.containerId === containerId ? executor : undefined
  }

  #ownerOf(containerId: string): ExecutorState | undefined {
    const key = this.state.containers.get(containerId)
    return key === undefined ? undefined : this.state.executors.get(key)
  }

  /** Remembers a status of a task. */
  noteStatus(frameworkId: string, info: TaskInfo, status: TaskStatus): void {
    const taskId = info.task_id.value
    const executorId = status.executor_id?.value ?? info.executor?.executor_id.value ?? taskId
    const keys = {
      task: agentKey(frameworkId, taskId),
      executor: agentKey(frameworkId, executorId),
    }
    const history = noteStatus(this.state.history, keys, info, status)
    this.#own().history = history
  }

  /** Its directories are in use from now on. */
  keep({ frameworkId, info, containerId }: ExecutorState): void {
    const executorId = info.executor_id.value
    for (const path of [
      frameworkDirectory(this.state, frameworkId),
      executorDirectory(this.state, frameworkId, executorId),
      sandboxOf(this.state, frameworkId, executorId, containerId),
    ]) {
      this.effects.push({ type: 'keep', path })
    }
  }

  /** Its directories are not in use any more. */
  collect({ frameworkId, info, containerId }: ExecutorState): void {
    const executorId = info.executor_id.value
    this.effects.push(
      {
        type: 'collect',
        path: sandboxOf(this.state, frameworkId, executorId, containerId),
      },
      { type: 'collect', path: executorDirectory(this.state, frameworkId, executorId) },
    )
  }

  /** Remembers an executor that is over. */
  noteExecutor(executor: ExecutorState): void {
    const { frameworkId, info, containerId } = executor
    this.collect(executor)
    const { history, options } = this.state
    const executorId = info.executor_id.value
    const directory = sandboxOf(this.state, frameworkId, executorId, containerId)
    const past = { frameworkId, info, containerId, directory }
    const most = options.maxCompletedExecutorsPerFramework
    this.state = {
      ...this.state,
      history: noteExecutor(history, agentKey(frameworkId, executorId), past, most),
    }
  }

  /** Of a status of the agent's own. */
  nextUuid(): Uint8Array {
    const uuid = uuidOf(this.state.incarnation, this.state.nextStatus)
    this.state = { ...this.state, nextStatus: this.state.nextStatus + 1 }
    return uuid
  }

  /** A status of the agent's own making. */
  ownStatus(
    task: TaskInfo,
    state: TaskState,
    reason: TaskStatusReason,
    message: string,
  ): TaskStatus {
    const uuid = this.nextUuid()
    return {
      task_id: task.task_id,
      agent_id: task.agent_id,
      executor_id: task.executor?.executor_id ?? { value: task.task_id.value },
      state,
      source: 'SOURCE_AGENT',
      reason,
      message,
      timestamp: this.moment.unixMs / 1000,
      uuid,
    }
  }
}

/** A UUID that no other status has: those of the incarnation, with a number in the last six. */
function uuidOf(incarnation: string, number: number): Uint8Array {
  const bytes = new Uint8Array(16)
  for (let i = 0; i < 10; i++) bytes[i] = Number.parseInt(incarnation.slice(2 * i, 2 * i + 2), 16)
  const view = new DataView(bytes.buffer)
  view.setUint16(10, Math.floor(number / 2 ** 32))
  view.setUint32(12, number % 2 ** 32)
  return asUuid(bytes)
}
