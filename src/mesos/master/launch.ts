import {
  hasCapability,
  type ExecutorInfo,
  type FrameworkInfo,
  type Resource,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
  type TaskStatusReason,
} from '../protocol/index.ts'
import {
  add,
  contains,
  describeResources,
  exclusivePart,
  fromWire,
  noResources,
  sharedOnce,
  subtract,
  type Resources,
} from '../resources/index.ts'
import { runProblem } from './authorization.ts'
import type { Change } from './change.ts'
import { groupProblem } from './group-problem.ts'
import { executorKey, type AgentEntry } from './state.ts'
import { taskProblem } from './task-problem.ts'

/** How a lost task is called, for frameworks that know partitions and for those that don't. */
export function droppedState(info: FrameworkInfo): TaskState {
  return hasCapability(info, 'PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST'
}

/** Launches one task out of `pool`: what is left of that; or answers, and returns, why not. */
export function launch(
  change: Change,
  frameworkId: string,
  agentId: string,
  role: string,
  pool: Resources,
  task: TaskInfo,
): Resources | string {
  const framework = change.state.frameworks.get(frameworkId)
  const agent = change.state.agents.get(agentId)
  if (framework === undefined || agent === undefined) return 'Framework or agent is gone'
  const refuse = (message: string, reason: TaskStatusReason = 'REASON_TASK_INVALID'): string => {
    change.refuseTask(frameworkId, task, 'TASK_ERROR', reason, message)
    return message
  }
  const unauthorized = runProblem(change.state.options.acls, framework.info, frameworkId, task)
  if (unauthorized !== undefined) return refuse(unauthorized, 'REASON_TASK_UNAUTHORIZED')
  const problem = taskProblem(framework, agent, task, role)
  if (problem !== undefined) return refuse(problem)
  const executor = task.executor
  const isNewExecutor =
    executor !== undefined &&
    !agent.executors.has(executorKey(frameworkId, executor.executor_id.value))
  const info = allocatedTask(task, role)
  const own = fromWire(info.resources)
  const ofExecutor = isNewExecutor ? readResources(executor.resources ?? [], role) : noResources
  const needed = sharedOnce(add(own, ofExecutor))
  if (!contains(pool, needed)) {
    return refuse(
      `Total resources ${describeResources(needed)} required by task and its executor is more than available ${describeResources(pool)}`,
    )
  }
  if (isNewExecutor) addExecutor(change, agent, frameworkId, executor, ofExecutor)
  addTask(change, frameworkId, agentId, info, own)
  change.sendAgent(agentId, {
    type: 'LAUNCH',
    launch: {
      framework_id: { value: frameworkId },
      framework_info: framework.info,
      task: info,
      ...(executor !== undefined && { launch_executor: isNewExecutor }),
    },
  })
  // Shared volumes are there for the next as well.
  return subtract(pool, exclusivePart(needed))
}

/** Launches a group of tasks out of `pool`, all of them or none: what is left of that; or answers, and returns, why not. */
export function launchGroup(
  change: Change,
  frameworkId: string,
  agentId: string,
  role: string,
  pool: Resources,
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
): Resources | string {
  const framework = change.state.frameworks.get(frameworkId)
  const agent = change.state.agents.get(agentId)
  if (framework === undefined || agent === undefined) return 'Framework or agent is gone'
  const refuse = (
    message: string,
    reason: TaskStatusReason = 'REASON_TASK_GROUP_INVALID',
  ): string => {
    for (const task of tasks) change.refuseTask(frameworkId, task, 'TASK_ERROR', reason, message)
    return message
  }
  // From here on each names its executor, like any task.
  const members = tasks.map((task) => ({ executor, ...task }))
  const { acls } = change.state.options
  for (const task of members) {
    const unauthorized = runProblem(acls, framework.info, frameworkId, task)
    if (unauthorized !== undefined) return refuse(unauthorized, 'REASON_TASK_GROUP_UNAUTHORIZED')
  }
  const problem = groupProblem(framework, agent, executor, members, role)
  if (problem !== undefined) return refuse(problem)
  const key = executorKey(frameworkId, executor.executor_id.value)
  const isNewExecutor = !agent.executors.has(key)
  const infos = members.map((task) => allocatedTask(task, role))
  const each = infos.map(({ resources }) => fromWire(resources))
  const own = each.reduce(add, noResources)
  const ofExecutor = isNewExecutor ? readResources(executor.resources ?? [], role) : noResources
  const needed = sharedOnce(add(own, ofExecutor))
  if (!contains(pool, needed)) {
    return refuse(
      `Total resources ${describeResources(needed)} required by task group and its executor are more than available ${describeResources(pool)}`,
    )
  }
  if (isNewExecutor) addExecutor(change, agent, frameworkId, executor, ofExecutor)
  infos.forEach((info, i) => {
    addTask(change, frameworkId, agentId, info, each[i] ?? noResources)
  })
  change.sendAgent(agentId, {
    type: 'LAUNCH_GROUP',
    launch_group: {
      framework_id: { value: frameworkId },
      framework_info: framework.info,
      executor,
      task_group: { tasks: infos },
      launch_executor: isNewExecutor,
    },
  })
  return subtract(pool, exclusivePart(needed))
}

/** A task as its agent gets it. */
function allocatedTask(task: TaskInfo, role: string): TaskInfo {
  return { ...task, resources: task.resources.map((one) => allocated(one, role)) }
}

/** Enters a task in the table. */
function addTask(
  change: Change,
  frameworkId: string,
  agentId: string,
  info: TaskInfo,
  resources: Resources,
): void {
  change.setTask({
    info: withoutData(info),
    frameworkId,
    agentId,
    resources,
    terminalUuid: undefined,
    state: 'TASK_STAGING',
    statuses: noStatuses,
  })
}

const noStatuses: readonly TaskStatus[] = []

/** What only its executor reads is not kept. */
function withoutData(info: TaskInfo): TaskInfo {
  if (info.data === undefined) return info
  const { data: _, ...kept } = info
  return kept
}

/** Resources of a task or an executor, allocated to the role of its offer where they don't say to whom. */
export function readResources(wire: readonly Resource[], role: string): Resources {
  return fromWire(wire.map((one) => allocated(one, role)))
}

function allocated(resource: Resource, role: string): Resource {
  return resource.allocation_info === undefined
    ? { allocation_info: { role }, ...resource }
    : resource
}

function addExecutor(
  change: Change,
  agent: AgentEntry,
  frameworkId: string,
  info: ExecutorInfo,
  resources: Resources,
): void {
  const key = executorKey(frameworkId, info.executor_id.value)
  const executors = agent.executors.with(key, { frameworkId, info, resources })
  change.setAgent({ ...agent, executors })
}
