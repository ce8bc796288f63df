import {
  hasCapability,
  type AcceptCall,
  type ExecutorInfo,
  type FrameworkInfo,
  type TaskInfo,
  type TaskState,
} from '../protocol/index.ts'
import {
  add,
  allocateTo,
  contains,
  formatResources,
  fromWire,
  isEmpty,
  noResources,
  subtract,
  unallocated,
  type Resources,
} from '../resources/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import { executorSubject, points, taskSubject } from '../decision-points.ts'
import type { Change } from './change.ts'
import { acceptNote, type AcceptOutcome } from './explain.ts'
import { refuseMsOf, takeOffers } from './offers.ts'
import { executorKey, type AgentEntry, type FrameworkEntry, type OfferEntry } from './state.ts'

/** How a lost task is called, for frameworks that know partitions and for those that don't. */
export function droppedState(info: FrameworkInfo): TaskState {
  return hasCapability(info, 'PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST'
}

/**
 * Uses offers: launches the tasks that are in order, answers the others, and gives back what is left with the
 * framework's filter. If any offer is not valid, none is used and every task is dropped.
 */
export function accept(change: Change, framework: FrameworkEntry, call: AcceptCall): void {
  const { offer_ids, operations, filters } = call.accept
  const offers = takeOffers(change, framework.id, offer_ids)
  const problem = offersProblem(
    offers,
    offer_ids.map(({ value }) => value),
  )
  const [first] = offers
  if (problem !== undefined || first === undefined) {
    for (const { holding } of offers) {
      change.recover(framework.id, holding.agentId, holding.resources)
    }
    const reason = `Task launched with invalid offers: ${problem ?? 'No offers specified'}`
    const refused = tasksOf(call).map((task) => ({ task, reason }))
    for (const { task } of refused) {
      const state = droppedState(framework.info)
      change.sendStatus(framework.id, task, state, 'REASON_INVALID_OFFERS', reason)
    }
    explain(change, framework.id, { offers, call, problem: reason, launched: [], refused })
    return
  }
  const agentId = first.holding.agentId
  let pool = offers.map(({ holding }) => holding.resources).reduce(add, noResources)
  const launched: TaskInfo[] = []
  const refused: { readonly task: TaskInfo; readonly reason: string }[] = []
  for (const operation of operations) {
    if (operation.type === 'LAUNCH') {
      for (const task of operation.launch.task_infos) {
        const left = launch(change, framework.id, agentId, first.role, pool, task)
        if (typeof left === 'string') refused.push({ task, reason: left })
        else {
          launched.push(task)
          pool = left
        }
      }
    } else if (operation.type === 'LAUNCH_GROUP') {
      for (const task of operation.launch_group.task_group.tasks) {
        const message = 'Task groups are not supported by this master'
        refused.push({ task, reason: message })
        change.sendStatus(framework.id, task, 'TASK_ERROR', 'REASON_TASK_GROUP_INVALID', message)
      }
    } else {
      change.note('operation-dropped', { framework: framework.id, operation: operation.type })
    }
  }
  const refuseMs = refuseMsOf(filters)
  change.recover(framework.id, agentId, pool, refuseMs)
  const left = isEmpty(pool) ? '' : formatResources(unallocated(pool))
  explain(change, framework.id, {
    offers,
    call,
    problem: undefined,
    launched,
    refused,
    left,
    refuseMs,
  })
}

function explain(
  change: Change,
  frameworkId: string,
  outcome: Pick<AcceptOutcome, 'problem' | 'launched' | 'refused'> & {
    readonly offers: readonly OfferEntry[]
    readonly call: AcceptCall
    readonly left?: string
    readonly refuseMs?: number
  },
): void {
  const { offers, call, left = '', refuseMs = 0, ...rest } = outcome
  const agentId = offers[0]?.holding.agentId
  const offerIds = call.accept.offer_ids.map(({ value }) => value)
  const note = acceptNote({ frameworkId, agentId, offerIds, left, refuseMs, ...rest })
  const subjects = rest.launched.flatMap(({ task_id, executor }) => [
    taskSubject(frameworkId, task_id.value),
    ...(executor === undefined ? [] : [executorSubject(frameworkId, executor.executor_id.value)]),
  ])
  change.decided(points.launch, note, { subjects, agentId })
}

function tasksOf(call: AcceptCall): readonly TaskInfo[] {
  return call.accept.operations.flatMap((operation) => {
    if (operation.type === 'LAUNCH') return operation.launch.task_infos
    if (operation.type === 'LAUNCH_GROUP') return operation.launch_group.task_group.tasks
    return []
  })
}

/** The texts are those of Mesos. @see master/validation.cpp of Apache Mesos, `offer::validate` */
function offersProblem(
  offers: readonly OfferEntry[],
  asked: readonly string[],
): string | undefined {
  if (asked.length === 0) return 'No offers specified'
  const twice = asked.find((id, at) => asked.indexOf(id) !== at)
  if (twice !== undefined) return `Duplicate offer ${twice} in offer list`
  const gone = asked.find((id) => !offers.some(({ offer }) => offer.id.value === id))
  if (gone !== undefined) return `Offer ${gone} is no longer valid`
  const agents = new Set(offers.map((entry) => entry.holding.agentId))
  if (agents.size > 1) return 'Aggregated offers must belong to one single agent'
  const roles = new Set(offers.map((entry) => entry.role))
  if (roles.size > 1) return 'Aggregated offers must be allocated to the same role'
  return undefined
}

/** Launches one task out of `pool`: what is left of that; or answers, and returns, why not. */
function launch(
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
  const identityProblem = taskProblem(framework, agent, task)
  if (identityProblem !== undefined) return refuse(identityProblem)
  const executor = task.executor
  const isNewExecutor =
    executor !== undefined &&
    !agent.executors.has(executorKey(frameworkId, executor.executor_id.value))
  const own = readResources(task.resources, role)
  const ofExecutor = isNewExecutor ? readResources(executor.resources ?? [], role) : noResources
  if (typeof own === 'string') return refuse(`Task uses invalid resources: ${own}`)
  if (typeof ofExecutor === 'string')
    return refuse(`Executor uses invalid resources: ${ofExecutor}`)
  if (isEmpty(own)) return refuse('Task uses no resources')
  const needed = add(own, ofExecutor)
  if (!contains(pool, needed)) {
    return refuse(
      `Task and its executor use ${formatResources(needed)}, which is more than the ${formatResources(pool)} available`,
    )
  }
  if (isNewExecutor) addExecutor(change, agent, frameworkId, executor, ofExecutor)
  const entry = { info: task, frameworkId, agentId, resources: own, terminalUuid: undefined }
  change.setTask({ ...entry, state: 'TASK_STAGING' })
  change.sendAgent(agentId, {
    type: 'LAUNCH',
    launch: { framework_id: { value: frameworkId }, framework_info: framework.info, task },
  })
  return subtract(pool, needed)
}

function taskProblem(
  framework: FrameworkEntry,
  agent: AgentEntry,
  task: TaskInfo,
): string | undefined {
  const id = task.task_id.value
  if (id === '' || /[/\s]/.test(id)) return `Task id '${id}' is empty or holds '/' or white space`
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
  if (executorId === '' || /[/\s]/.test(executorId)) {
    return `Executor id '${executorId}' is empty or holds '/' or white space`
  }
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

/** Resources of a task, allocated to the role of its offer; or what is wrong with them. */
function readResources(wire: TaskInfo['resources'], role: string): Resources | string {
  try {
    return allocateTo(fromWire(wire), role)
  } catch (error) {
    if (isTroupeError(error)) return error.message
    throw error
  }
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
