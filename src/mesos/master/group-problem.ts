import { persistenceProblem } from '../operations/index.ts'
import type { ExecutorInfo, Resource, TaskInfo } from '../protocol/index.ts'
import { describeResources, fromWire, scalarOf } from '../resources/index.ts'
import { executorProblem, isSameExecutor, prefixed } from './executor-problem.ts'
import { jsonResources, overlap, revocableProblem } from './resources-problem.ts'
import type { AgentEntry, FrameworkEntry } from './state.ts'
import { anyTaskProblem, executorShareProblem } from './task-problem.ts'

/** What the executor of a group needs itself. */
const MIN_CPUS = 0.01
const MIN_MEM = 32

/**
 * Why a group of tasks can't be launched on an agent, apart from there being too little; the texts, and their order, are those
 * of Mesos. Each task has the executor in its info. @see `task::group::validate` in master/validation.cpp of Apache Mesos
 */
export function groupProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
  role: string,
): string | undefined {
  for (const [at, task] of tasks.entries()) {
    const id = task.task_id.value
    const isTwice = tasks.findIndex((one) => one.task_id.value === id) !== at
    const wrong =
      anyTaskProblem(framework, agent, task, role) ??
      (isTwice ? `Task has duplicate ID: ${id}` : memberProblem(task))
    if (wrong !== undefined) return `Task '${id}' is invalid: ${wrong}`
  }
  return (
    executorProblem(framework, agent, executor, role, true) ??
    groupExecutorProblem(executor, tasks) ??
    togetherProblem(executor, tasks) ??
    executorShareProblem(executor) ??
    sharesProblem(framework, agent, executor, tasks)
  )
}

function memberProblem({ container, health_check, limits = {} }: TaskInfo): string | undefined {
  const isNetwork = health_check?.type === 'HTTP' || health_check?.type === 'TCP'
  if ((container?.network_infos ?? []).length > 0 && isNetwork) {
    return "HTTP and TCP health checks are not supported for nested containers not joining parent's network"
  }
  if (container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the task'
  return Object.keys(limits).length > 0 && sharesCgroups(container)
    ? "Resource limits may only be set for tasks within a task group when the 'share_cgroups' field is set to 'false'."
    : undefined
}

function groupExecutorProblem(
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
): string | undefined {
  const { type, container, resources = [] } = executor
  const id = executor.executor_id.value
  if (type === undefined) return "'ExecutorInfo.type' must be set"
  if (type === 'UNKNOWN') return 'Unknown executor type'
  if (container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the executor'
  const other = tasks.find((task) => task.executor && !isSameExecutor(task.executor, executor))
  if (other !== undefined) {
    return `The \`ExecutorInfo\` of task '${other.task_id.value}' is different from executor '${id}'`
  }
  const own = fromWire(resources)
  const amount = (name: string): number | undefined =>
    resources.some((one) => one.name === name) ? scalarOf(own, name) : undefined
  const [cpus, mem] = [amount('cpus'), amount('mem')]
  if (cpus === undefined || cpus < MIN_CPUS) {
    return `Executor '${id}' uses less CPUs (${cpus ?? 'None'}) than the minimum required (${MIN_CPUS})`
  }
  if (mem === undefined || mem < MIN_MEM) {
    const has = mem === undefined ? 'None' : `${mem}MB`
    return `Executor '${id}' uses less memory (${has}) than the minimum required (${MIN_MEM}MB)`
  }
  return amount('disk') === undefined ? `Executor '${id}' uses no disk` : undefined
}

/** What is wrong with what a group and its executor use together. */
function togetherProblem(executor: ExecutorInfo, tasks: readonly TaskInfo[]): string | undefined {
  const { resources = [] } = executor
  const each = [...tasks.map((task) => task.resources), resources]
  const all = each.flat()
  const wrong =
    prefixed('Task group and executor use duplicate persistence ID: ', persistenceProblem(all)) ??
    prefixed(
      'Task group and executor mix revocable and non-revocable resources: ',
      revocableProblem(all),
    )
  if (wrong !== undefined) return wrong
  if (!each.some((one, at) => each.slice(at + 1).some((other) => overlap(one, other)))) {
    return undefined
  }
  const describe = (wire: readonly Resource[]): string => describeResources(fromWire(wire))
  const ofTasks = tasks.map((task) => describe(task.resources)).join(', ')
  return `There are overlapping resources in the task group's task resources [ ${ofTasks} ] and/or executor resources ${jsonResources(resources)}`
}

function sharesCgroups(container: TaskInfo['container']): boolean {
  return container?.linux_info?.share_cgroups ?? true
}

/** Of one executor all tasks share its bounds, or none does. */
function sharesProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
): string | undefined {
  const id = executor.executor_id.value
  const before = [...framework.tasks.values()].filter(
    ({ agentId, info }) => agentId === agent.id && info.executor?.executor_id.value === id,
  )
  const all = [...tasks, ...before.map(({ info }) => info)]
  return new Set(all.map(({ container }) => sharesCgroups(container))).size > 1
    ? "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a single executor"
    : undefined
}
