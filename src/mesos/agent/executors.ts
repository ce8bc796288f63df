import {
  isTerminal,
  type AgentEvent,
  type ExecutorCall,
  type TaskStatus,
} from '../protocol/index.ts'
import { startBuiltIn, taskContainerStarted } from './built-in.ts'
import type { AgentChange } from './change.ts'
import { updateBounds } from './bounds.ts'
import { taskContainerSpec } from './container-spec.ts'
import { endExecutor, registrationTimer } from './executor-end.ts'
import { give } from './given.ts'
import {
  agentKey,
  type AgentOccurrence,
  type AgentTask,
  type ContainerProcess,
  type ExecutorState,
} from './state.ts'
import { enqueue } from './updates.ts'

type KillEvent = Extract<AgentEvent, { readonly type: 'KILL' }>
type SubscribeCall = Extract<ExecutorCall, { readonly type: 'SUBSCRIBE' }>
type UpdateCall = Extract<ExecutorCall, { readonly type: 'UPDATE' }>

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

/** Sends LAUNCH for every task in staging that the executor does not have, and LAUNCH_GROUP for those that go together. */
function deliverTasks(change: AgentChange, key: string, has: ReadonlySet<string>): void {
  const executor = change.state.executors.get(key)
  if (executor === undefined) return
  let { tasks } = executor
  const lacks = ([taskId, { state }]: readonly [string, AgentTask]): boolean =>
    state === 'TASK_STAGING' && !has.has(taskId)
  const sent = new Set<string>()
  for (const [taskId, task] of [...executor.tasks].filter(lacks)) {
    tasks = tasks.with(taskId, { ...task, isDelivered: true })
    if (sent.has(taskId)) continue
    if (task.group === undefined) {
      change.sendExecutor(executor, { type: 'LAUNCH', launch: { task: task.info } })
      continue
    }
    for (const one of task.group) sent.add(one)
    const group = task.group.flatMap((id) => executor.tasks.get(id)?.info ?? [])
    const launch_group = { task_group: { tasks: group } }
    change.sendExecutor(executor, { type: 'LAUNCH_GROUP', launch_group })
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
  const isOver = isTerminal(status.state)
  const tasks = isOver
    ? executor.tasks.without(task_id.value)
    : executor.tasks.with(task_id.value, { ...task, state: status.state, isDelivered: true })
  const given = isOver ? give(executor.given, task.info.resources, -1) : executor.given
  const next: ExecutorState = { ...executor, given, tasks }
  change.setExecutor(next)
  enqueue(change, executor.frameworkId, task.info, ownStatus(change, executor, task, status))
  if (isOver) {
    removeExitFile(change, executor, task)
    if (tasks.size > 0) updateBounds(change, next)
  }
  // Only now: what the executor forgets upon it must be kept here.
  change.sendExecutor(executor, { type: 'ACKNOWLEDGED', acknowledged })
}

/** What an executor says of a task, with what the agent knows better. */
function ownStatus(
  change: AgentChange,
  executor: ExecutorState,
  task: AgentTask,
  status: TaskStatus,
): TaskStatus {
  const { agent_id } = task.info
  const { executor_id } = executor.info
  const container_status = containerStatus(change, executor, task, status)
  const timestamp = status.timestamp ?? change.moment.unixMs / 1000
  const source = 'SOURCE_EXECUTOR' as const
  // Twice: in front for the sake of speed (see CONTRIBUTING.md), behind because it holds.
  const ours = { source, agent_id, executor_id, container_status, timestamp, ...status }
  return Object.assign(ours, { source, agent_id, executor_id, container_status, timestamp })
}

/** The word of its command's end is not needed any more. */
function removeExitFile(change: AgentChange, executor: ExecutorState, task: AgentTask): void {
  if (task.container === undefined) return
  const { containerId } = task.container
  change.forgetContainer(containerId)
  const { exitFile } = taskContainerSpec(change.state, executor, containerId, task.info)
  if (exitFile !== undefined) change.effects.push({ type: 'remove-file', path: exitFile })
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
  // Those that go together end together.
  const group = task.group ?? [task_id.value]
  const doomed = group.flatMap((id) => executor.tasks.get(id) ?? [])
  const tasks = group.reduce((left, id) => left.without(id), executor.tasks)
  const given = doomed.reduce((left, { info }) => give(left, info.resources, -1), executor.given)
  const next: ExecutorState = { ...executor, given, tasks }
  change.setExecutor(next)
  const reason = 'REASON_TASK_KILLED_DURING_LAUNCH'
  const message =
    task.group === undefined
      ? 'Killed before delivery to the executor'
      : 'A task within the task group was killed before delivery to the executor'
  for (const one of doomed) {
    const status = change.ownStatus(one.info, 'TASK_KILLED', reason, message)
    enqueue(change, frameworkId, one.info, status)
  }
  if (tasks.size === 0) {
    endExecutor(change, next, { state: 'TASK_KILLED', reason, message })
  }
}

/** An executor's process runs: whoever comes after this agent can find it. */
export function containerStarted(
  change: AgentChange,
  event: Extract<AgentOccurrence, { readonly type: 'container-started' }>,
): void {
  const { containerId, pid, mark } = event
  const executor = change.executorOf(containerId)
  if (executor === undefined) {
    taskContainerStarted(change, event)
    return
  }
  const sinceUnixMs = executor.process?.sinceUnixMs ?? change.moment.unixMs
  const process = { pid, mark, sinceUnixMs }
  const running: ExecutorState = { ...executor, process }
  change.setExecutor(running)
  change.record(executor.frameworkInfo, { type: 'started', containerId, ...process })
  if (executor.builtIn === 'command') startBuiltIn(change, running, 'command')
}

/** Where a task runs, for its status. */
function containerStatus(
  change: AgentChange,
  { containerId, process: ofExecutor }: ExecutorState,
  { container }: AgentTask,
  { container_status }: TaskStatus,
): NonNullable<TaskStatus['container_status']> {
  const process = container === undefined ? ofExecutor : container.process
  const known = process === undefined ? undefined : placeOf.get(process)
  const ip_address = change.state.options.endpoint.host
  const place = known ?? {
    container_id: { value: containerId },
    ...(process !== undefined && { executor_pid: process.pid }),
    network_infos: [{ ip_addresses: [{ ip_address }] }],
  }
  if (process !== undefined && known === undefined) placeOf.set(process, place)
  return container_status === undefined ? place : { ...place, ...container_status }
}

/** What statuses say of a process: one object for all of them, as many are remembered. */
const placeOf = new WeakMap<ContainerProcess, NonNullable<TaskStatus['container_status']>>()

/** The executor that is subscribed by this connection. */
export function subscribedBy(change: AgentChange, connection: string): ExecutorState | undefined {
  const key = change.state.peers.get(connection)
  return key === undefined ? undefined : change.state.executors.get(key)
}
