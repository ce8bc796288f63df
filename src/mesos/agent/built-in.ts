import type { FoundTask } from '../built-in/index.ts'
import type { AgentChange } from './change.ts'
import { containerSpec, taskContainerSpec } from './container-spec.ts'
import { graceMsOf } from './grace.ts'
import type {
  AgentOccurrence,
  AgentTask,
  BuiltInKind,
  ContainerEnd,
  ContainerProcess,
  ExecutorState,
} from './state.ts'

type Request = Extract<AgentOccurrence, { readonly type: 'built-in-request' }>
type Started = Extract<AgentOccurrence, { readonly type: 'container-started' }>

/** Starts an executor that is an actor of this agent; what is known of its tasks goes on. */
export function startBuiltIn(
  change: AgentChange,
  executor: ExecutorState,
  kind: BuiltInKind,
): void {
  const { containerId, frameworkId, frameworkInfo, info } = executor
  const { sandbox, latest = '' } = containerSpec(change.state, executor)
  change.effects.push({
    type: 'start-built-in',
    kind,
    options: {
      ids: { framework_id: { value: frameworkId }, executor_id: info.executor_id },
      framework: frameworkInfo,
      containerId,
      sandbox,
      latest,
      shutdownGraceMs: graceMsOf(change, executor),
      // What nobody was handed yet it gets like any executor, when it subscribes.
      found: [...executor.tasks.values()]
        .filter(({ isDelivered }) => isDelivered)
        .map((task) => found(change, executor, task)),
    },
  })
}

function found(
  change: AgentChange,
  { containerId, process }: ExecutorState,
  task: AgentTask,
): FoundTask {
  const { info, state, group, kill } = task
  // The command of a command executor runs in that one's own container.
  const container = task.container ?? (process && { containerId, process })
  return {
    info,
    state,
    ...(group !== undefined && { group }),
    ...(kill !== undefined && { kill }),
    ...(container !== undefined && {
      container: { containerId: container.containerId, ...ranMs(change, container.process) },
    }),
  }
}

function ranMs(
  { moment }: AgentChange,
  process: ContainerProcess | undefined,
): { readonly ranMs?: number } {
  return process === undefined ? {} : { ranMs: Math.max(0, moment.unixMs - process.sinceUnixMs) }
}

/** Does what an executor of this agent asks for. */
export function builtInRequest(change: AgentChange, { containerId, request }: Request): void {
  const executor = change.executorOf(containerId)
  const { taskId } = request
  const task = executor?.tasks.get(taskId)
  if (executor === undefined || task === undefined) return
  const { frameworkId, frameworkInfo } = executor
  switch (request.type) {
    case 'launch': {
      const own = change.newContainerId()
      const next: AgentTask = { ...task, container: { containerId: own } }
      change.setTask(executor, taskId, next)
      const record = { type: 'task-container', frameworkId, taskId, containerId: own } as const
      change.record(frameworkInfo, record)
      const spec = taskContainerSpec(change.state, executor, own, task.info)
      change.effects.push({ type: 'start-container', spec })
      return
    }
    case 'signal': {
      const { signal } = request
      const id = task.container?.containerId ?? containerId
      change.effects.push({ type: 'signal-container', containerId: id, signal })
      return
    }
    case 'start-checks': {
      const own = task.container?.containerId ?? containerId
      const checks = { executorContainerId: containerId, containerId: own, task: task.info }
      change.effects.push({ type: 'start-checks', ...checks })
      return
    }
    case 'stop-checks': {
      const own = task.container?.containerId ?? containerId
      change.effects.push({ type: 'stop-checks', containerId: own })
      return
    }
    case 'note-kill':
      change.record(frameworkInfo, { type: 'kill', frameworkId, taskId })
      return
  }
}

/** The command of a task in a group runs: whoever comes after this agent can find it. */
export function taskContainerStarted(change: AgentChange, event: Started): void {
  const { containerId, pid, mark } = event
  const owner = change.taskOf(containerId)
  if (owner === undefined) return
  const [executor, taskId, task] = owner
  const { frameworkId, frameworkInfo } = executor
  const sinceUnixMs = task.container?.process?.sinceUnixMs ?? change.moment.unixMs
  const process = { pid, mark, sinceUnixMs }
  change.setTask(executor, taskId, { ...task, container: { containerId, process } })
  change.record(frameworkInfo, { type: 'task-started', frameworkId, taskId, ...process })
  tell(change, executor, { type: 'container-running', taskId, containerId })
}

/** The command of a task in a group has ended, or could not be started. */
export function taskContainerEnded(change: AgentChange, event: ContainerEnd): void {
  const owner = change.taskOf(event.containerId)
  if (owner === undefined) return
  const [executor, taskId] = owner
  const { exit, failure, limitation } = event
  tell(change, executor, {
    type: 'container-over',
    taskId,
    exit,
    ...(failure !== undefined && { failure }),
    ...(limitation !== undefined && { limitation }),
  })
}

/** Finds the default executor of an agent before, and the commands of its tasks. */
export function findDefault(change: AgentChange, executor: ExecutorState): void {
  startBuiltIn(change, executor, 'default')
  for (const [taskId, { info, container }] of executor.tasks) {
    if (container === undefined) continue
    const { containerId, process } = container
    if (process === undefined) {
      tell(change, executor, { type: 'container-over', taskId, exit: undefined })
      continue
    }
    const spec = taskContainerSpec(change.state, executor, containerId, info)
    change.effects.push({ type: 'start-container', spec: { ...spec, running: process } })
  }
}

function tell(
  change: AgentChange,
  { containerId }: ExecutorState,
  message: Extract<AgentChange['effects'][number], { readonly type: 'tell-built-in' }>['message'],
): void {
  change.effects.push({ type: 'tell-built-in', containerId, message })
}
