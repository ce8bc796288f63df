import { persistenceProblem } from '../operations/index.ts'
import type { ExecutorInfo, Resource, TaskInfo } from '../protocol/index.ts'
import {
  describeResources,
  formProblem,
  fromWire,
  idProblem,
  resourcesProblem,
  scalarOf,
} from '../resources/index.ts'
import {
  checkProblem,
  commandProblem,
  containerProblem,
  healthCheckProblem,
} from './command-problem.ts'
import { executorProblem, prefixed } from './executor-problem.ts'
import { jsonResources, overlap, revocableProblem, roleProblem } from './resources-problem.ts'
import type { AgentEntry, FrameworkEntry } from './state.ts'

/**
 * Why a task can't be launched on an agent, apart from there being too little; the texts, and their order, are those of
 * Mesos. `role` is that of its offers. @see `task::validate` in master/validation.cpp of Apache Mesos
 */
export function taskProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  task: TaskInfo,
  role: string,
): string | undefined {
  const { resources, executor } = task
  const wrong = anyTaskProblem(framework, agent, task, role)
  if (wrong !== undefined) return wrong
  if ((executor === undefined) === (task.command === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present'
  }
  const ofExecutor =
    executor === undefined
      ? undefined
      : (executorProblem(framework, agent, executor, role, false) ?? ownExecutorProblem(executor))
  return ofExecutor ?? bothProblem(resources, executor) ?? shareProblem(task)
}

/** What is wrong with a task however it is launched. */
export function anyTaskProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  task: TaskInfo,
  role: string,
): string | undefined {
  const { resources, kill_policy, max_completion_time } = task
  const id = task.task_id.value
  const malformed = formProblem(resources) ?? idProblem(id)
  if (malformed !== undefined) return malformed
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`
  if (framework.unreachable.has(id)) return `Task reuses the ID of an unreachable task: ${id}`
  if (task.agent_id.value !== agent.id) {
    return `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`
  }
  if ((kill_policy?.grace_period?.nanoseconds ?? 0) < 0) {
    return "Task's 'kill_policy.grace_period' must be non-negative"
  }
  if ((max_completion_time?.nanoseconds ?? 0) < 0) {
    return "Task's `max_completion_time` must be non-negative"
  }
  return (
    prefixed('Task uses invalid check: ', checkProblem(task.check)) ??
    prefixed('Task uses invalid health check: ', healthCheckProblem(task.health_check)) ??
    resourcesOfTaskProblem(resources, role) ??
    prefixed("Task's `CommandInfo` is invalid: ", commandProblem(task.command)) ??
    prefixed("Task's `ContainerInfo` is invalid: ", containerProblem(task.container)) ??
    limitsProblem(task)
  )
}

function resourcesOfTaskProblem(resources: readonly Resource[], role: string): string | undefined {
  if (resources.length === 0) return 'Task uses no resources'
  return (
    prefixed('Task uses invalid resources: ', resourcesProblem(resources)) ??
    prefixed('Task uses duplicate persistence ID: ', persistenceProblem(resources)) ??
    prefixed('Invalid task resources: ', roleProblem(resources, role)) ??
    prefixed('Task mixes revocable and non-revocable resources: ', revocableProblem(resources))
  )
}

function limitsProblem({ limits, resources }: TaskInfo): string | undefined {
  if (limits === undefined) return undefined
  if (Object.keys(limits).some((name) => name !== 'cpus' && name !== 'mem')) {
    return "Only cpus and mem may be included in a task's resource limits"
  }
  const has = (name: string): boolean => resources.some((one) => one.name === name)
  const given = fromWire(resources)
  const { cpus, mem } = limits
  if (cpus !== undefined) {
    if (!has('cpus')) return 'When a CPU limit is specified, a CPU request must also be specified'
    if (cpus.value < scalarOf(given, 'cpus')) {
      return 'The cpu limit must be greater than or equal to the cpu request'
    }
  }
  if (mem !== undefined) {
    if (!has('mem')) {
      return 'When a memory limit is specified, a memory request must also be specified'
    }
    if (mem.value < scalarOf(given, 'mem')) {
      return 'The memory limit must be greater than or equal to the memory request'
    }
  }
  return undefined
}

const noneOfIt: readonly Resource[] = []

/** What is wrong with an executor that a task brings with it. */
function ownExecutorProblem(executor: ExecutorInfo): string | undefined {
  if (executor.type !== undefined && executor.type !== 'CUSTOM') {
    return "'ExecutorInfo.type' must be 'CUSTOM'"
  }
  if (executor.command === undefined) return "'ExecutorInfo.command' must be set"
  const { resources = noneOfIt } = executor
  if (resources.some(({ shared }) => shared !== undefined)) {
    return `Executor resources ${describeResources(fromWire(resources))} should not contain any shared resources`
  }
  return executorShareProblem(executor)
}

/** @see MesosContainerizer: what executors have is for them alone. */
export function executorShareProblem({ container }: ExecutorInfo): string | undefined {
  return container?.linux_info?.share_cgroups === true
    ? "The 'share_cgroups' field cannot be set to 'true' on executor containers"
    : undefined
}

function shareProblem({ container }: TaskInfo): string | undefined {
  return container?.linux_info?.share_cgroups === false
    ? "Only tasks in a task group may have 'share_cgroups' set to 'false'"
    : undefined
}

/** What is wrong with what a task and its executor use together. */
function bothProblem(
  resources: readonly Resource[],
  executor: ExecutorInfo | undefined,
): string | undefined {
  const ofExecutor = executor?.resources ?? noneOfIt
  if (overlap(resources, ofExecutor)) {
    return `There are overlapping resources in the task resources ${jsonResources(resources)} and executor resources ${jsonResources(ofExecutor)}`
  }
  // Each by itself was looked at before.
  if (ofExecutor.length === 0) return undefined
  const all = [...resources, ...ofExecutor]
  return (
    prefixed('Task and its executor use duplicate persistence ID: ', persistenceProblem(all)) ??
    prefixed(
      'Task and its executor mix revocable and non-revocable resources: ',
      revocableProblem(all),
    )
  )
}
