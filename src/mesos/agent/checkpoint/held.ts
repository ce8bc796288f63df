import {
  isTerminal,
  sameBytes,
  type AgentInfo,
  type ExecutorInfo,
  type FrameworkInfo,
  type HeldOperation,
  type KillPolicy,
  type Resource,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '../../protocol/index.ts'
import {
  agentKey,
  type BuiltInKind,
  type ContainerProcess,
  type ExecutorEnding,
  type TaskContainer,
} from '../state.ts'
import type { CheckpointRecord } from './record.ts'

/** An executor as its agent has written it down. */
export interface HeldExecutor {
  readonly frameworkId: string
  readonly info: ExecutorInfo
  readonly builtIn: BuiltInKind | undefined
  readonly containerId: string
  readonly process: ContainerProcess | undefined
  readonly ending: ExecutorEnding | undefined
}

/** A task as its agent has written it down: not terminal, or with a status that nobody has acknowledged. */
export interface HeldTask {
  readonly frameworkId: string
  readonly executorId: string
  readonly info: TaskInfo
  readonly group?: readonly string[]
  readonly container?: TaskContainer
  readonly state: TaskState
  readonly waiting: readonly TaskStatus[]
  /** An order to kill it. */
  readonly kill?: { readonly kill_policy?: KillPolicy }
}

/** All that the records of an agent add up to. */
export class Held {
  info: AgentInfo | undefined
  /** Where executors of the house looked for it, if not at the port of its info. */
  linePort: number | undefined
  agentId: string | undefined
  epoch = 0
  resources: readonly Resource[] = []
  readonly frameworks: Map<string, FrameworkInfo> = new Map()
  /** By container id. */
  readonly executors: Map<string, HeldExecutor> = new Map()
  /** By `agentKey(framework, operation)`. */
  readonly operations: Map<string, HeldOperation> = new Map()
  /** By `agentKey(framework, task)`. */
  readonly tasks: Map<string, HeldTask> = new Map()

  apply(record: CheckpointRecord): void {
    switch (record.type) {
      case 'begin':
        this.info = record.info
        this.linePort = record.linePort
        return
      case 'agent':
        this.agentId = record.agentId
        this.epoch = record.epoch
        return
      case 'forget':
        this.agentId = undefined
        return
      case 'resources':
        this.resources = record.resources
        return
      case 'operation': {
        const { framework_id, operation } = record.held
        const key = agentKey(framework_id.value, operation.id?.value ?? '')
        this.operations.set(key, record.held)
        return
      }
      case 'operation-acknowledged':
        this.operations.delete(record.key)
        return
      case 'framework':
        this.frameworks.set(record.frameworkId, record.info)
        return
      case 'framework-over':
        this.frameworks.delete(record.frameworkId)
        for (const [key, task] of this.tasks) {
          if (task.frameworkId === record.frameworkId) this.tasks.delete(key)
        }
        return
      case 'executor': {
        const { frameworkId, info, containerId, builtIn } = record
        const unknown = { process: undefined, ending: undefined }
        this.executors.set(containerId, { frameworkId, info, containerId, builtIn, ...unknown })
        return
      }
      case 'started':
        {
          const { containerId, pid, mark, sinceUnixMs = 0 } = record
          this.#change(containerId, { process: { pid, mark, sinceUnixMs } })
        }
        return
      case 'ending':
        this.#change(record.containerId, { ending: record.ending })
        return
      case 'ended':
        this.executors.delete(record.containerId)
        return
      case 'task': {
        const { frameworkId, executorId, task, group } = record
        this.tasks.set(agentKey(frameworkId, task.task_id.value), {
          frameworkId,
          executorId,
          info: task,
          ...(group !== undefined && { group }),
          state: 'TASK_STAGING',
          waiting: [],
        })
        return
      }
      case 'task-container': {
        const { containerId } = record
        this.#changeTask(record, () => ({ container: { containerId } }))
        return
      }
      case 'task-started': {
        const { pid, mark, sinceUnixMs } = record
        const process = { pid, mark, sinceUnixMs }
        this.#changeTask(record, ({ container }) =>
          container === undefined ? {} : { container: { ...container, process } },
        )
        return
      }
      case 'kill': {
        const { kill_policy } = record
        const kill = { ...(kill_policy !== undefined && { kill_policy }) }
        this.#changeTask(record, () => ({ kill }))
        return
      }
      case 'status': {
        const key = agentKey(record.frameworkId, record.status.task_id.value)
        const task = this.tasks.get(key)
        if (task === undefined) return
        const { state } = record.status
        this.tasks.set(key, { ...task, state, waiting: [...task.waiting, record.status] })
        return
      }
      case 'acknowledged':
        this.#acknowledge(agentKey(record.frameworkId, record.taskId), record.uuid)
        return
    }
  }

  /** All containers of which a process is known: of executors, and of tasks in groups. */
  *containers(): Iterable<{ readonly containerId: string; readonly process: ContainerProcess }> {
    const tasks = [...this.tasks.values()].flatMap(({ container }) => container ?? [])
    for (const { containerId, process } of [...this.executors.values(), ...tasks]) {
      if (process !== undefined) yield { containerId, process }
    }
  }

  /** Records that add up to the same. */
  *records(): Iterable<CheckpointRecord> {
    const { info, linePort, agentId, epoch } = this
    if (info !== undefined) {
      yield { type: 'begin', version: 1, info, ...(linePort !== undefined && { linePort }) }
    }
    if (agentId !== undefined) yield { type: 'agent', agentId, epoch }
    if (this.resources.length > 0) yield { type: 'resources', resources: this.resources }
    for (const held of this.operations.values()) yield { type: 'operation', held }
    for (const [frameworkId, one] of this.frameworks) {
      yield { type: 'framework', frameworkId, info: one }
    }
    for (const {
      frameworkId,
      info: one,
      containerId,
      builtIn,
      process,
      ending,
    } of this.executors.values()) {
      const kind = { ...(builtIn !== undefined && { builtIn }) }
      yield { type: 'executor', frameworkId, info: one, containerId, ...kind }
      if (process !== undefined) yield { type: 'started', containerId, ...process }
      if (ending !== undefined) yield { type: 'ending', containerId, ending }
    }
    for (const held of this.tasks.values()) {
      const { frameworkId, executorId, info: task, state, waiting } = held
      const { group, container, kill } = held
      const id = { frameworkId, taskId: task.task_id.value }
      yield { type: 'task', frameworkId, executorId, task, ...(group !== undefined && { group }) }
      if (container !== undefined) {
        const { containerId, process } = container
        yield { type: 'task-container', ...id, containerId }
        if (process !== undefined) yield { type: 'task-started', ...id, ...process }
      }
      if (kill !== undefined) yield { type: 'kill', ...id, ...kill }
      if (waiting.length === 0 && state !== 'TASK_STAGING') {
        // Acknowledged at once, it leaves only its state.
        const uuid = new Uint8Array(16)
        const taskId = task.task_id.value
        yield { type: 'status', frameworkId, status: { task_id: task.task_id, state, uuid } }
        yield { type: 'acknowledged', frameworkId, taskId, uuid }
      }
      for (const status of waiting) yield { type: 'status', frameworkId, status }
    }
  }

  #change(containerId: string, change: Partial<HeldExecutor>): void {
    const executor = this.executors.get(containerId)
    if (executor !== undefined) this.executors.set(containerId, { ...executor, ...change })
  }

  #changeTask(
    { frameworkId, taskId }: { readonly frameworkId: string; readonly taskId: string },
    change: (task: HeldTask) => Partial<HeldTask>,
  ): void {
    const key = agentKey(frameworkId, taskId)
    const task = this.tasks.get(key)
    if (task !== undefined) this.tasks.set(key, { ...task, ...change(task) })
  }

  #acknowledge(key: string, uuid: Uint8Array): void {
    const task = this.tasks.get(key)
    const first = task?.waiting[0]
    if (task === undefined || first?.uuid === undefined || !sameBytes(first.uuid, uuid)) return
    const waiting = task.waiting.slice(1)
    if (waiting.length === 0 && isTerminal(task.state)) this.tasks.delete(key)
    else this.tasks.set(key, { ...task, waiting })
  }
}
