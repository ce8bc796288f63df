import { persistenceProblem } from '../operations/index.ts'
import { sameBytes, type ExecutorInfo, type Resource, type TaskInfo } from '../protocol/index.ts'
import {
  describeResources,
  formProblem,
  fromWire,
  idProblem,
  resourcesProblem,
  select,
} from '../resources/index.ts'
import { executorKey, type AgentEntry, type FrameworkEntry } from './state.ts'

/**
 * Why a task can't be launched on an agent, apart from there being too little; the texts, and their order, are those of
 * Mesos. `role` is that of its offers. @see master/validation.cpp of Apache Mesos, `task::validate`
 */
export function taskProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  task: TaskInfo,
  role: string,
): string | undefined {
  const { resources, executor } = task
  const id = task.task_id.value
  const malformed =
    formProblem(resources) ?? formProblem(executor?.resources ?? []) ?? idProblem(id)
  if (malformed !== undefined) return malformed
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`
  if (task.agent_id.value !== agent.id) {
    return `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`
  }
  const wrong = resourcesOfTaskProblem(resources, role)
  if (wrong !== undefined) return wrong
  if ((executor === undefined) === (task.command === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present'
  }
  if (executor === undefined) return undefined
  return executorProblem(framework, agent, executor) ?? bothProblem(resources, executor)
}

function resourcesOfTaskProblem(resources: readonly Resource[], role: string): string | undefined {
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
  return mixed === undefined
    ? undefined
    : `Task mixes revocable and non-revocable resources: ${mixed}`
}

function executorProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  executor: ExecutorInfo,
): string | undefined {
  if (executor.command === undefined) return "'ExecutorInfo.command' must be set"
  const id = executor.executor_id.value
  const wrongId = idProblem(id)
  if (wrongId !== undefined) return wrongId
  if (executor.framework_id !== undefined && executor.framework_id.value !== framework.id) {
    return `ExecutorInfo has an invalid FrameworkID (Actual: ${executor.framework_id.value} vs Expected: ${framework.id})`
  }
  const resources = executor.resources ?? []
  const wrong = resourcesProblem(resources)
  if (wrong !== undefined) return `Executor uses invalid resources: ${wrong}`
  const twice = persistenceProblem(resources)
  if (twice !== undefined) return `Executor uses duplicate persistence ID: ${twice}`
  const running = agent.executors.get(executorKey(framework.id, id))
  if (running !== undefined && !isSameExecutor(running.info, executor)) {
    return `Task has invalid ExecutorInfo: executor '${id}' runs on this agent with another ExecutorInfo`
  }
  const all = fromWire(resources)
  return select(all, (identity) => identity.isShared).size === 0
    ? undefined
    : `Executor resources ${describeResources(all)} should not contain any shared resources`
}

function isSameExecutor(a: ExecutorInfo, b: ExecutorInfo): boolean {
  const { framework_id: _, ...left } = a
  const { framework_id: __, ...right } = b
  return isSame(left, right)
}

/** Whether two pieces of plain data say the same; fields that are undefined are not there. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array && b instanceof Uint8Array) return sameBytes(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  return isWithin(a, b) && isWithin(b, a)
}

function isWithin(a: object, b: object): boolean {
  const fields = a as Readonly<Record<string, unknown>>
  const others = b as Readonly<Record<string, unknown>>
  for (const name of Object.keys(fields)) if (!isSame(fields[name], others[name])) return false
  return true
}

/** What is wrong with what a task and its executor use together. */
function bothProblem(
  resources: readonly Resource[],
  { resources: ofExecutor = [] }: ExecutorInfo,
): string | undefined {
  if (overlap(resources, ofExecutor)) {
    return `There are overlapping resources in the task resources ${JSON.stringify(resources)} and executor resources ${JSON.stringify(ofExecutor)}`
  }
  const all = [...resources, ...ofExecutor]
  const twice = persistenceProblem(all)
  if (twice !== undefined) return `Task and its executor use duplicate persistence ID: ${twice}`
  const mixed = revocableProblem(all)
  return mixed === undefined
    ? undefined
    : `Task and its executor mix revocable and non-revocable resources: ${mixed}`
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
