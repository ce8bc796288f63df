import { persistenceProblem } from '../operations/index.ts'
import { sameBytes, type ExecutorInfo } from '../protocol/index.ts'
import { formProblem, idProblem, resourcesProblem } from '../resources/index.ts'
import { commandProblem, containerProblem } from './command-problem.ts'
import { debugString } from './debug-string.ts'
import { revocableProblem, roleProblem } from './resources-problem.ts'
import { executorKey, type AgentEntry, type FrameworkEntry } from './state.ts'

/**
 * Why an executor can't be used on an agent; the texts, and their order, are those of Mesos. In LAUNCH the master itself
 * says whose executor it is; in LAUNCH_GROUP its info must (`isOwn` false and true). @see `executor::validate` in
 * master/validation.cpp of Apache Mesos
 */
export function executorProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  executor: ExecutorInfo,
  role: string,
  isOwn: boolean,
): string | undefined {
  const malformed = formProblem(executor.resources ?? [])
  if (malformed !== undefined) return malformed
  const id = executor.executor_id.value
  const wrong =
    typeProblem(executor) ??
    idProblem(id) ??
    graceProblem(executor) ??
    prefixed("Executor's `CommandInfo` is invalid: ", commandProblem(executor.command)) ??
    prefixed("Executor's `ContainerInfo` is invalid: ", containerProblem(executor.container))
  if (wrong !== undefined) return wrong
  if (isOwn && executor.framework_id === undefined) {
    return "'ExecutorInfo.framework_id' must be set"
  }
  if (executor.framework_id !== undefined && executor.framework_id.value !== framework.id) {
    return `ExecutorInfo has an invalid FrameworkID (Actual: ${executor.framework_id.value} vs Expected: ${framework.id})`
  }
  const badResources = resourcesOfExecutorProblem(executor, role)
  if (badResources !== undefined) return badResources
  const running = agent.executors.get(executorKey(framework.id, id))
  if (running === undefined || isSameExecutor(running.info, executor)) return undefined
  const line = '------------------------------------------------------------\n'
  return `ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n${line}Existing ExecutorInfo:\n${debugString(running.info)}\n${line}ExecutorInfo:\n${debugString(executor)}\n${line}`
}

function typeProblem({ type, command, container }: ExecutorInfo): string | undefined {
  if (type === 'CUSTOM' && command === undefined) {
    return "'ExecutorInfo.command' must be set for 'CUSTOM' executor"
  }
  if (type !== 'DEFAULT') return undefined
  if (command !== undefined) return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor"
  if (container === undefined) return undefined
  if (container.type !== 'MESOS') {
    return "'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor"
  }
  return container.mesos?.image === undefined
    ? undefined
    : "'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor"
}

function graceProblem({ shutdown_grace_period: grace }: ExecutorInfo): string | undefined {
  return (grace?.nanoseconds ?? 0) < 0
    ? "ExecutorInfo's 'shutdown_grace_period' must be non-negative"
    : undefined
}

function resourcesOfExecutorProblem(executor: ExecutorInfo, role: string): string | undefined {
  const { resources = [] } = executor
  return (
    prefixed('Executor uses invalid resources: ', resourcesProblem(resources)) ??
    prefixed('Executor uses duplicate persistence ID: ', persistenceProblem(resources)) ??
    prefixed('Invalid executor resources: ', roleProblem(resources, role)) ??
    prefixed('Executor mixes revocable and non-revocable resources: ', revocableProblem(resources))
  )
}

/** A problem behind what it is a problem of; none stays none. */
export function prefixed(prefix: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${prefix}${problem}`
}

/** Whether two infos are of the same executor; the framework's id may be left out. */
export function isSameExecutor(a: ExecutorInfo, b: ExecutorInfo): boolean {
  if (a === b) return true
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
