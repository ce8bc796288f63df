import {
  hasCapability,
  type ExecutorInfo,
  type FrameworkInfo,
  type Resource,
  type TaskInfo,
  type TaskState,
} from '../protocol/index.ts'
import {
  add,
  contains,
  describeResources,
  formProblem,
  fromWire,
  idProblem,
  noResources,
  resourcesProblem,
  select,
  subtract,
  type Resources,
} from '../resources/index.ts'
import { persistenceProblem } from '../operations/index.ts'
import type { Change } from './change.ts'
import { executorKey, type AgentEntry, type FrameworkEntry } from './state.ts'

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
  const refuse = (message: string): string => {
    change.sendStatus(frameworkId, task, 'TASK_ERROR', 'REASON_TASK_INVALID', message)
    return message
  }
  const problem = taskProblem(framework, agent, task) ?? useProblem(task, role)
  if (problem !== undefined) return refuse(problem)
  const executor = task.executor
  const isNewExecutor =
    executor !== undefined &&
    !agent.executors.has(executorKey(frameworkId, executor.executor_id.value))
  const own = readResources(task.resources, role)
  const ofExecutor = isNewExecutor ? readResources(executor.resources ?? [], role) : noResources
  const needed = add(own, ofExecutor)
  if (!contains(pool, needed)) {
    return refuse(
      `Total resources ${describeResources(needed)} required by task and its executor is more than available ${describeResources(pool)}`,
    )
  }
  if (isNewExecutor) addExecutor(change, agent, frameworkId, executor, ofExecutor)
  const info = { ...task, resources: task.resources.map((one) => allocated(one, role)) }
  const entry = { info, frameworkId, agentId, resources: own, terminalUuid: undefined }
  change.setTask({ ...entry, state: 'TASK_STAGING' })
  change.sendAgent(agentId, {
    type: 'LAUNCH',
    launch: {
      framework_id: { value: frameworkId },
      framework_info: framework.info,
      task: info,
    },
  })
  return subtract(pool, needed)
}

function taskProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  task: TaskInfo,
): string | undefined {
  const id = task.task_id.value
  const wrongId = idProblem(id)
  if (wrongId !== undefined) return wrongId
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`
  if (task.agent_id.value !== agent.id) {
    return `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`
  }
  if ((task.executor === undefined) === (task.command === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present'
  }
  const { executor } = task
  if (executor === undefined) return 'Tasks with a command of their own are not supported yet'
  if (executor.command === undefined) return "'ExecutorInfo.command' must be set"
  const executorId = executor.executor_id.value
  const wrongExecutorId = idProblem(executorId)
  if (wrongExecutorId !== undefined) return wrongExecutorId
  if (executor.framework_id !== undefined && executor.framework_id.value !== framework.id) {
    return `ExecutorInfo has an invalid FrameworkID (Actual: ${executor.framework_id.value} vs Expected: ${framework.id})`
  }
  const running = agent.executors.get(executorKey(framework.id, executorId))
  return running !== undefined && !isSameExecutor(running.info, executor)
    ? `Task has invalid ExecutorInfo: executor '${executorId}' runs on this agent with another ExecutorInfo`
    : undefined
}

function isSameExecutor(a: ExecutorInfo, b: ExecutorInfo): boolean {
  return canonical(a) === canonical(b)
}

function canonical(info: ExecutorInfo): string {
  const { framework_id: _, ...rest } = info
  return JSON.stringify(rest, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    if (value instanceof Uint8Array) return [...value]
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** What is wrong with the resources that a task and its executor want to use, in the words of Mesos. */
function useProblem({ resources, executor }: TaskInfo, role: string): string | undefined {
  const malformed = formProblem(resources) ?? formProblem(executor?.resources ?? [])
  if (malformed !== undefined) return malformed
  if (resources.length === 0) return 'Task uses no resources'
  const wrong = resourcesProblem(resources)
  if (wrong !== undefined) return `Task uses invalid resources: ${wrong}`
  const twice = persistenceProblem(resources)
  if (twice !== undefined) return `Task uses duplicate persistence ID: ${twice}`
  const other = resources.find((one) => (one.allocation_info?.role ?? role) !== role)
  if (other !== undefined) {
    return `Invalid task resources: The resources have multiple allocation roles ('${role}' and '${other.allocation_info?.role ?? ''}') but only one allocation role is allowed`
  }
  const mixed = revocableProblem(resources)
  if (mixed !== undefined) return `Task mixes revocable and non-revocable resources: ${mixed}`
  const ofExecutor = executor?.resources ?? []
  const wrongOfExecutor = resourcesProblem(ofExecutor)
  if (wrongOfExecutor !== undefined) {
    return `Executor uses invalid resources: ${wrongOfExecutor}`
  }
  const twiceByExecutor = persistenceProblem(ofExecutor)
  if (twiceByExecutor !== undefined) {
    return `Executor uses duplicate persistence ID: ${twiceByExecutor}`
  }
  const shared = select(fromWire(ofExecutor), (identity) => identity.isShared)
  if (shared.size > 0) {
    return `Executor resources ${describeResources(fromWire(ofExecutor))} should not contain any shared resources`
  }
  if (overlap(resources, ofExecutor)) {
    return `There are overlapping resources in the task resources ${JSON.stringify(resources)} and executor resources ${JSON.stringify(ofExecutor)}`
  }
  const all = [...resources, ...ofExecutor]
  const twiceByBoth = persistenceProblem(all)
  if (twiceByBoth !== undefined) {
    return `Task and its executor use duplicate persistence ID: ${twiceByBoth}`
  }
  const mixedByBoth = revocableProblem(all)
  return mixedByBoth === undefined
    ? undefined
    : `Task and its executor mix revocable and non-revocable resources: ${mixedByBoth}`
}

function revocableProblem(resources: readonly Resource[]): string | undefined {
  const firm = new Set(
    resources.filter((one) => one.revocable === undefined).map(({ name }) => name),
  )
  const both = resources.find((one) => one.revocable !== undefined && firm.has(one.name))
  return both === undefined
    ? undefined
    : `Cannot use both revocable and non-revocable '${both.name}' at the same time`
}

/** Whether ranges or sets of one have something in common with those of the other. */
function overlap(a: readonly Resource[], b: readonly Resource[]): boolean {
  return a.some((one) =>
    b.some((other) => {
      if (one.name !== other.name) return false
      if (one.type === 'RANGES' && other.type === 'RANGES') {
        return one.ranges.range.some((left) =>
          other.ranges.range.some(({ begin, end }) => left.begin <= end && begin <= left.end),
        )
      }
      if (one.type === 'SET' && other.type === 'SET') {
        return one.set.item.some((item) => other.set.item.includes(item))
      }
      return false
    }),
  )
}

/** Resources of a task or an executor, allocated to the role of its offer where they don't say to whom. */
export function readResources(wire: readonly Resource[], role: string): Resources {
  return fromWire(wire.map((one) => allocated(one, role)))
}

function allocated(resource: Resource, role: string): Resource {
  return resource.allocation_info === undefined
    ? { ...resource, allocation_info: { role } }
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
