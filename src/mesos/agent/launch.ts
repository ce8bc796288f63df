import { PersistentMap } from '../persistent-map.ts'
import {
  hasCapability,
  type AgentEvent,
  type ExecutorInfo,
  type FrameworkInfo,
  type TaskInfo,
} from '../protocol/index.ts'
import { startBuiltIn } from './built-in.ts'
import type { AgentChange } from './change.ts'
import { commandExecutorInfo } from './command-task.ts'
import { updateBounds } from './bounds.ts'
import { containerSpec } from './container-spec.ts'
import { registrationTimer } from './executor-end.ts'
import { launchNote } from './explain.ts'
import { give, nothingGiven } from './given.ts'
import { agentKey, type BuiltInKind, type ExecutorState } from './state.ts'
import { enqueue, isOver } from './updates.ts'
import { sandboxLinks } from './volumes.ts'

/** Of an executor that the master counts and that is not started. */
const NEVER_STARTED = -1

type LaunchEvent = Extract<AgentEvent, { readonly type: 'LAUNCH' }>
type LaunchGroupEvent = Extract<AgentEvent, { readonly type: 'LAUNCH_GROUP' }>

/** Hands a task to its executor, which is started if it does not run yet. */
export function launchTask(change: AgentChange, { launch }: LaunchEvent): void {
  const { framework_id, framework_info, task, launch_executor } = launch
  const info = task.executor ?? commandExecutorInfo(framework_id.value, task)
  const builtIn = task.executor === undefined ? 'command' : undefined
  const frameworkId = framework_id.value
  const order: Order = {
    frameworkId,
    frameworkInfo: framework_info,
    info,
    builtIn,
    launch_executor,
  }
  const executor = handOver(change, order, [task])
  if (executor !== undefined) change.sendExecutor(executor, { type: 'LAUNCH', launch: { task } })
}

/** Hands tasks to their executor at once; if it is the default one, that is an actor of this agent. */
export function launchGroup(change: AgentChange, { launch_group }: LaunchGroupEvent): void {
  const { framework_id, framework_info, executor: info, task_group } = launch_group
  const { launch_executor } = launch_group
  const builtIn = info.type === 'DEFAULT' ? 'default' : undefined
  const { tasks } = task_group
  const group = tasks.map(({ task_id }) => task_id.value)
  const frameworkId = framework_id.value
  const order: Order = {
    frameworkId,
    frameworkInfo: framework_info,
    info,
    builtIn,
    launch_executor,
  }
  const executor = handOver(change, order, tasks, group)
  if (executor === undefined) return
  change.sendExecutor(executor, { type: 'LAUNCH_GROUP', launch_group: { task_group } })
}

/** For which executor a master has launched tasks. */
interface Order {
  readonly frameworkId: string
  readonly frameworkInfo: FrameworkInfo
  readonly info: ExecutorInfo
  readonly builtIn: BuiltInKind | undefined
  readonly launch_executor: boolean | undefined
}

/** Takes tasks for an executor, which is started for the first; undefined if there is nothing to hand over. */
function handOver(
  change: AgentChange,
  order: Order,
  tasks: readonly TaskInfo[],
  group?: readonly string[],
): ExecutorState | undefined {
  const { frameworkId, frameworkInfo, info, builtIn, launch_executor } = order
  const executorId = info.executor_id.value
  const known = change.state.executors.get(agentKey(frameworkId, executorId))
  const isHere = ({ task_id }: TaskInfo): boolean =>
    known?.tasks.has(task_id.value) === true || isOver(change, agentKey(frameworkId, task_id.value))
  if (tasks.some(isHere)) {
    const framework_id = { value: frameworkId }
    const { executor_id } = info
    if (known === undefined && launch_executor === true)
      change.executorOver({ framework_id, executor_id, status: NEVER_STARTED })
    return undefined
  }
  change.setFramework(frameworkId, frameworkInfo)
  if (known === undefined && launch_executor === false) {
    drop(change, order, tasks)
    return undefined
  }
  const executor = known ?? newExecutor(change, frameworkId, frameworkInfo, info, builtIn)
  const together = { ...(group !== undefined && { group }) }
  for (const task of tasks) {
    change.record(frameworkInfo, { type: 'task', frameworkId, executorId, task, ...together })
  }
  for (const { task_id } of tasks) {
    const note = launchNote(task_id.value, executor, known === undefined)
    change.decided(note, executor.containerId)
  }
  if (executor.ending !== undefined) {
    const { state, reason, message } = executor.ending
    for (const task of tasks) {
      enqueue(change, frameworkId, task, change.ownStatus(task, state, reason, message))
    }
    return undefined
  }
  const isDelivered = executor.connection !== undefined
  let { given, tasks: all } = executor
  for (const task of tasks) {
    const entry = { info: task, state: 'TASK_STAGING', isDelivered, ...together } as const
    all = all.with(task.task_id.value, entry)
    given = give(given, task.resources)
  }
  const next: ExecutorState = { ...executor, given, tasks: all }
  change.setExecutor(next)
  if (known === undefined) start(change, next)
  else {
    updateBounds(change, next)
    linkVolumes(change, next, tasks)
  }
  return next
}

/**
 * The executor that tasks are for has ended, which the master had not heard: it will not count another one that is started.
 * @see Slave::__run in slave/slave.cpp of Apache Mesos
 */
function drop(
  change: AgentChange,
  { frameworkId, frameworkInfo }: Order,
  tasks: readonly TaskInfo[],
): void {
  const state = hasCapability(frameworkInfo, 'PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST'
  const message = 'No executor is expected to launch and there is none running'
  for (const task of tasks) {
    const status = change.ownStatus(task, state, 'REASON_EXECUTOR_TERMINATED', message)
    enqueue(change, frameworkId, task, status)
  }
}

/** The volumes of tasks that come to an executor that runs are to be in its sandbox when it hears of them. */
function linkVolumes(
  change: AgentChange,
  executor: ExecutorState,
  tasks: readonly TaskInfo[],
): void {
  // The others have sandboxes of their own.
  if (executor.builtIn !== undefined) return
  // The specification goes through all tasks: not for each that comes.
  const isWithout = tasks.every((task) =>
    task.resources.every(({ disk }) => disk?.persistence === undefined),
  )
  if (isWithout) return
  const resources = tasks.flatMap((task) => task.resources)
  const { sandbox, user } = containerSpec(change.state, executor)
  const work = sandboxLinks(change.state.options.workDir, sandbox, resources)
  if (work === undefined) return
  const whose = { ...(user !== undefined && { user }) }
  change.effects.push({ type: 'volumes', work: { ...work, ...whose } })
}

function newExecutor(
  change: AgentChange,
  frameworkId: string,
  frameworkInfo: FrameworkInfo,
  info: ExecutorInfo,
  builtIn: BuiltInKind | undefined,
): ExecutorState {
  const executor: ExecutorState = {
    frameworkId,
    frameworkInfo,
    info: { ...info, framework_id: { value: frameworkId } },
    ...(builtIn !== undefined && { builtIn }),
    containerId: change.newContainerId(),
    process: undefined,
    connection: undefined,
    ending: undefined,
    given: give(nothingGiven, info.resources ?? []),
    tasks: PersistentMap.empty(),
  }
  change.addExecutor(executor)
  change.keep(executor)
  return executor
}

function start(change: AgentChange, executor: ExecutorState): void {
  const { containerId, frameworkId, frameworkInfo, info, builtIn } = executor
  const { options } = change.state
  const kind = { ...(builtIn !== undefined && { builtIn }) }
  change.record(frameworkInfo, { type: 'executor', frameworkId, info, containerId, ...kind })
  if (builtIn === 'default') startBuiltIn(change, executor, 'default')
  else {
    const spec = containerSpec(change.state, executor)
    change.effects.push({ type: 'start-container', spec })
  }
  change.startTimer(registrationTimer(containerId), options.executorRegistrationTimeoutMs, {
    type: 'registration-overdue',
    containerId,
  })
}
