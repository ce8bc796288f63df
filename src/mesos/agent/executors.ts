import { PersistentMap } from '../persistent-map.ts'
import {
  isTerminal,
  type AgentEvent,
  type ExecutorCall,
  type ExecutorInfo,
  type FrameworkInfo,
  type TaskInfo,
  type TaskStatus,
} from '../protocol/index.ts'
import type { AgentChange } from './change.ts'
import { commandExecutorInfo } from './command-task.ts'
import { containerSpec } from './container-spec.ts'
import { endExecutor, graceMsOf, registrationTimer } from './executor-end.ts'
import { launchNote } from './explain.ts'
import { agentKey, type AgentOccurrence, type ExecutorState } from './state.ts'
import { enqueue, isOver } from './updates.ts'

type LaunchEvent = Extract<AgentEvent, { readonly type: 'LAUNCH' }>
type KillEvent = Extract<AgentEvent, { readonly type: 'KILL' }>
type SubscribeCall = Extract<ExecutorCall, { readonly type: 'SUBSCRIBE' }>
type UpdateCall = Extract<ExecutorCall, { readonly type: 'UPDATE' }>

/** Hands a task to its executor, which is started if it does not run yet. */
export function launchTask(change: AgentChange, event: LaunchEvent): void {
  const { framework_id, framework_info, task } = event.launch
  const frameworkId = framework_id.value
  const taskId = task.task_id.value
  change.setFramework(frameworkId, framework_info)
  const info = task.executor ?? commandExecutorInfo(frameworkId, task)
  const executorId = info.executor_id.value
  const key = agentKey(frameworkId, executorId)
  const known = change.state.executors.get(key)
  const builtIn = task.executor === undefined ? 'command' : undefined
  const executor = known ?? newExecutor(change, frameworkId, framework_info, info, builtIn)
  if (executor.tasks.has(taskId) || isOver(change, agentKey(frameworkId, taskId))) return
  change.record(framework_info, { type: 'task', frameworkId, executorId, task })
  if (known === undefined) start(change, executor, task)
  change.decided(launchNote(taskId, executor, known === undefined), executor.containerId)
  if (executor.ending !== undefined) {
    const { state, reason, message } = executor.ending
    enqueue(change, frameworkId, task, change.ownStatus(task, state, reason, message))
    return
  }
  const isDelivered = executor.connection !== undefined
  change.setExecutor({
    ...executor,
    tasks: executor.tasks.with(taskId, { info: task, state: 'TASK_STAGING', isDelivered }),
  })
  change.sendExecutor(executor, { type: 'LAUNCH', launch: { task } })
}

function newExecutor(
  change: AgentChange,
  frameworkId: string,
  frameworkInfo: FrameworkInfo,
  info: ExecutorInfo,
  builtIn: ExecutorState['builtIn'],
): ExecutorState {
  const { incarnation, nextContainer } = change.state
  const containerId = `${incarnation.slice(0, 8)}-${nextContainer}`
  change.state = { ...change.state, nextContainer: nextContainer + 1 }
  const executor: ExecutorState = {
    frameworkId,
    frameworkInfo,
    info: { ...info, framework_id: { value: frameworkId } },
    ...(builtIn !== undefined && { builtIn }),
    containerId,
    process: undefined,
    connection: undefined,
    ending: undefined,
    tasks: PersistentMap.empty(),
  }
  change.setExecutor(executor)
  return executor
}

function start(change: AgentChange, executor: ExecutorState, first: TaskInfo): void {
  const { containerId, frameworkId, frameworkInfo, info, builtIn } = executor
  const { options } = change.state
  const kind = { ...(builtIn !== undefined && { builtIn }) }
  change.record(frameworkInfo, { type: 'executor', frameworkId, info, containerId, ...kind })
  const spec = containerSpec(change.state, executor, first)
  change.effects.push({ type: 'start-container', spec })
  change.startTimer(registrationTimer(containerId), options.executorRegistrationTimeoutMs, {
    type: 'registration-overdue',
    containerId,
  })
}

/** An executor is here: it is told who it is, and gets the tasks that wait for it. */
export function subscribeExecutor(
  change: AgentChange,
  connection: string,
  call: SubscribeCall,
): void {
  const key = agentKey(call.framework_id.value, call.executor_id.value)
  const known = change.state.executors.get(key)
  const agentId = change.state.agentId
  const { container_id } = call.subscribe
  // One that an agent before had started, which was killed before it could write down that it runs.
  const isAnother = container_id !== undefined && container_id.value !== known?.containerId
  const isMine = known !== undefined && !isAnother
  if (!isMine || known.ending !== undefined || agentId === undefined) {
    const message = !isMine
      ? `Executor ${call.executor_id.value} of framework ${call.framework_id.value} is not one of this agent's`
      : 'The executor is being shut down'
    change.effects.push(
      { type: 'send-executor', connection, event: { type: 'ERROR', error: { message } } },
      { type: 'send-executor', connection, event: { type: 'SHUTDOWN' } },
      { type: 'close-executor', connection },
    )
    return
  }
  if (known.connection !== undefined && known.connection !== connection) {
    change.state = { ...change.state, peers: change.state.peers.without(known.connection) }
    change.effects.push({ type: 'close-executor', connection: known.connection })
  }
  change.cancelTimer(registrationTimer(known.containerId))
  change.state = { ...change.state, peers: change.state.peers.with(connection, key) }
  const executor: ExecutorState = { ...known, connection }
  change.setExecutor(executor)
  change.sendExecutor(executor, {
    type: 'SUBSCRIBED',
    subscribed: {
      executor_info: executor.info,
      framework_info: executor.frameworkInfo,
      agent_info: { ...change.state.options.info, id: { value: agentId } },
      container_id: { value: executor.containerId },
    },
  })
  for (const { status } of call.subscribe.unacknowledged_updates) {
    executorUpdate(change, connection, { ...call, type: 'UPDATE', update: { status } })
  }
  const has = new Set(call.subscribe.unacknowledged_tasks.map((task) => task.task_id.value))
  deliverTasks(change, key, has)
}

/** Sends LAUNCH for every task in staging that the executor does not have. */
function deliverTasks(change: AgentChange, key: string, has: ReadonlySet<string>): void {
  const executor = change.state.executors.get(key)
  if (executor === undefined) return
  let { tasks } = executor
  for (const [taskId, task] of executor.tasks) {
    if (task.state !== 'TASK_STAGING' || has.has(taskId)) continue
    change.sendExecutor(executor, { type: 'LAUNCH', launch: { task: task.info } })
    tasks = tasks.with(taskId, { ...task, isDelivered: true })
  }
  for (const [taskId, { kill, ...task }] of tasks) {
    if (kill === undefined) continue
    sendKill(change, executor, kill)
    tasks = tasks.with(taskId, task)
  }
  change.setExecutor({ ...executor, tasks })
}

function sendKill(change: AgentChange, executor: ExecutorState, order: KillEvent['kill']): void {
  const { task_id, kill_policy } = order
  if (executor.builtIn !== undefined) {
    const { frameworkId, frameworkInfo } = executor
    const policy = { ...(kill_policy !== undefined && { kill_policy }) }
    const taskId = task_id.value
    change.record(frameworkInfo, { type: 'kill', frameworkId, taskId, ...policy })
  }
  const kill = { task_id, ...(kill_policy !== undefined && { kill_policy }) }
  change.sendExecutor(executor, { type: 'KILL', kill })
}

/** A status from an executor: kept, acknowledged to it, and on its way to the framework. */
export function executorUpdate(change: AgentChange, connection: string, call: UpdateCall): void {
  const executor = subscribedBy(change, connection)
  const { status } = call.update
  if (executor === undefined || status.uuid === undefined) return
  const task_id = status.task_id
  const acknowledged = { task_id, uuid: status.uuid }
  const task = executor.tasks.get(task_id.value)
  if (task === undefined) {
    change.sendExecutor(executor, { type: 'ACKNOWLEDGED', acknowledged })
    return
  }
  const tasks = isTerminal(status.state)
    ? executor.tasks.without(task_id.value)
    : executor.tasks.with(task_id.value, { ...task, state: status.state, isDelivered: true })
  change.setExecutor({ ...executor, tasks })
  enqueue(change, executor.frameworkId, task.info, {
    ...status,
    source: 'SOURCE_EXECUTOR',
    agent_id: task.info.agent_id,
    executor_id: executor.info.executor_id,
    container_status: containerStatus(change, executor, status),
    timestamp: status.timestamp ?? change.moment.unixMs / 1000,
  })
  // Only now: what the executor forgets upon it must be kept here.
  change.sendExecutor(executor, { type: 'ACKNOWLEDGED', acknowledged })
}

/** Has the executor kill a task; one that it never got ends at once. */
export function killTask(change: AgentChange, event: KillEvent): void {
  const { framework_id, task_id } = event.kill
  const frameworkId = framework_id.value
  const executor = [...change.state.executors.values()].find(
    (one) => one.frameworkId === frameworkId && one.tasks.has(task_id.value),
  )
  const task = executor?.tasks.get(task_id.value)
  // Unknown, or over and its status is on its way.
  if (executor === undefined || task === undefined) return
  if (executor.connection !== undefined) {
    sendKill(change, executor, event.kill)
    return
  }
  if (task.isDelivered) {
    const waiting = { ...task, kill: event.kill }
    change.setExecutor({ ...executor, tasks: executor.tasks.with(task_id.value, waiting) })
    return
  }
  const tasks = executor.tasks.without(task_id.value)
  change.setExecutor({ ...executor, tasks })
  const reason = 'REASON_TASK_KILLED_DURING_LAUNCH'
  const message = 'Killed before delivery to the executor'
  const status = change.ownStatus(task.info, 'TASK_KILLED', reason, message)
  enqueue(change, frameworkId, task.info, status)
  if (tasks.size === 0) {
    endExecutor(change, { ...executor, tasks }, { state: 'TASK_KILLED', reason, message })
  }
}

/** An executor's process runs: whoever comes after this agent can find it. */
export function containerStarted(
  change: AgentChange,
  { containerId, pid, mark }: Extract<AgentOccurrence, { readonly type: 'container-started' }>,
): void {
  const executor = change.executorOf(containerId)
  if (executor === undefined) return
  const sinceUnixMs = executor.process?.sinceUnixMs ?? change.moment.unixMs
  const process = { pid, mark, sinceUnixMs }
  change.setExecutor({ ...executor, process })
  change.record(executor.frameworkInfo, { type: 'started', containerId, ...process })
  if (executor.builtIn !== undefined) startBuiltIn(change, executor, sinceUnixMs)
}

/** Its command runs, and what is known of its task goes on. */
function startBuiltIn(change: AgentChange, executor: ExecutorState, sinceUnixMs: number): void {
  const { containerId, frameworkId, frameworkInfo, info } = executor
  const ranMs = Math.max(0, change.moment.unixMs - sinceUnixMs)
  change.effects.push({
    type: 'start-built-in',
    options: {
      ids: { framework_id: { value: frameworkId }, executor_id: info.executor_id },
      framework: frameworkInfo,
      containerId,
      shutdownGraceMs: graceMsOf(change, executor),
      found: [...executor.tasks.values()].map((task) => ({
        info: task.info,
        state: task.state,
        ...(task.kill !== undefined && { kill: task.kill }),
        ranMs,
      })),
    },
  })
}

/** Where a task runs, for its status. */
function containerStatus(
  change: AgentChange,
  { containerId, process }: ExecutorState,
  { container_status }: TaskStatus,
): NonNullable<TaskStatus['container_status']> {
  const ip_address = change.state.options.endpoint.host
  return {
    container_id: { value: containerId },
    ...(process !== undefined && { executor_pid: process.pid }),
    network_infos: [{ ip_addresses: [{ ip_address }] }],
    ...container_status,
  }
}

/** The executor that is subscribed by this connection. */
export function subscribedBy(change: AgentChange, connection: string): ExecutorState | undefined {
  const key = change.state.peers.get(connection)
  return key === undefined ? undefined : change.state.executors.get(key)
}
