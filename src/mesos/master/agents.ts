import { isTroupeError } from '../../platform/index.ts'
import type { Holding } from '../allocator/index.ts'
import { agentSubject, points } from '../decision-points.ts'
import { PersistentMap } from '../persistent-map.ts'
import {
  hasCapability,
  isTerminal,
  rolesOf,
  type AgentCall,
  type HeldTask,
  type TaskState,
} from '../protocol/index.ts'
import {
  allocateTo,
  formatResources,
  fromWire,
  noResources,
  type Resources,
} from '../resources/index.ts'
import type { Change } from './change.ts'
import { agentNote } from './explain.ts'
import { startFailover } from './frameworks.ts'
import { droppedState } from './launch.ts'
import { rescindOffers } from './offers.ts'
import { executorKey, taskKey, type AgentEntry, type TaskEntry } from './state.ts'
import { giveUpTask, sendKill } from './tasks.ts'

type RegisterCall = Extract<AgentCall, { readonly type: 'REGISTER' }>
type ExecutorTerminatedCall = Extract<AgentCall, { readonly type: 'EXECUTOR_TERMINATED' }>

const KEPT_REMOVED = 1000
/** Of a terminal status that the framework may have heard already: its agent says it again as long as it must. */
const TOLD_BY_ANOTHER = new Uint8Array(0)

/**
 * Takes an agent in: a new one, one that was away, or one that an earlier master knew. What it holds and what the
 * master believes are brought together: tasks that it has lost are given up, tasks unknown here are taken over.
 */
export function registerAgent(change: Change, connection: string, call: RegisterCall): void {
  const { agent_info, incarnation, epoch, tasks, executors, frameworks } = call.register
  outgrow(change, epoch)
  const id = agent_info.id?.value ?? `${change.state.masterId}-S${change.state.nextAgent}`
  const total = readTotal(agent_info.resources)
  if (typeof total === 'string') {
    refuse(change, connection, 'invalid', `Agent has invalid resources: ${total}`)
    return
  }
  if (change.state.removedAgents.includes(id)) {
    const message = `Agent ${id} was removed and its tasks were given up; it must register as a new one`
    refuse(change, connection, 'removed', message)
    return
  }
  const known = change.state.agents.get(id)
  if (known?.connection !== undefined && known.connection !== connection) {
    disconnectAgent(change, known)
    change.close(known.connection)
  }
  if (agent_info.id === undefined) {
    change.state = { ...change.state, nextAgent: change.state.nextAgent + 1 }
  }
  change.cancelTimer(agentTimer(id))
  change.bind(connection, { kind: 'agent', id })
  const info = { ...agent_info, id: { value: id } }
  const before = known ?? { executors: PersistentMap.empty(), tasks: PersistentMap.empty() }
  change.setAgent({ ...before, id, info, incarnation, connection, total })
  const { agentHeartbeatMs, agentLeaseMs } = change.state.options
  change.sendAgent(id, {
    type: 'REGISTERED',
    registered: {
      agent_id: { value: id },
      heartbeat_interval_seconds: agentHeartbeatMs / 1000,
      lease_seconds: agentLeaseMs / 1000,
    },
  })
  for (const held of frameworks) {
    const frameworkId = held.framework_id.value
    if (change.state.frameworks.has(frameworkId)) continue
    if (change.state.removedFrameworks.includes(frameworkId)) {
      const shutdown_framework = { framework_id: held.framework_id }
      change.sendAgent(id, { type: 'SHUTDOWN_FRAMEWORK', shutdown_framework })
      continue
    }
    recoverFramework(change, frameworkId, held.framework_info)
  }
  reconcileExecutors(change, id, executors)
  reconcileTasks(change, id, tasks)
  const held = holdingsOf(change, id)
  change.tellAllocator({ type: 'agent-added', agentId: id, registration: connection, total, held })
  const has = `${formatResources(total)}, ${held.length === 0 ? 'all of it free' : 'some of it in use'}`
  const chosen = `registered as ${info.hostname}, with ${has}`
  const why = known === undefined ? 'it is new here' : 'it has come back'
  const further = { subjects: [agentSubject(id)], agentId: id }
  change.decided(points.agent, agentNote(id, chosen, why), further)
}

/**
 * The agent may have seen a newer epoch than this master's, which began by a clock that was set back: without a larger one
 * it would obey this master in nothing.
 */
function outgrow(change: Change, seen: number): void {
  const { options } = change.state
  if (!options.isEpochGuessed || seen <= options.epoch) return
  change.note('epoch-raised', { from: options.epoch, seen })
  change.state = { ...change.state, options: { ...options, epoch: seen + 1 } }
}

function refuse(
  change: Change,
  connection: string,
  reason: 'removed' | 'invalid',
  message: string,
): void {
  change.sendSession(connection, { type: 'REFUSED', refused: { reason, message } })
  change.close(connection)
}

/** A framework that an earlier master had: known again, disconnected, with its time to come back. */
function recoverFramework(
  change: Change,
  id: string,
  info: RegisterCall['register']['frameworks'][number]['framework_info'],
): void {
  const tasks = PersistentMap.empty<TaskEntry>()
  change.setFramework({ id, info, connection: undefined, isRecovered: true, tasks })
  const roles = rolesOf(info)
  const added = { frameworkId: id, roles, suppressedRoles: [], isActive: false }
  change.tellAllocator({ type: 'framework-added', ...added })
  startFailover(change, id, info)
}

function reconcileExecutors(
  change: Change,
  agentId: string,
  held: RegisterCall['register']['executors'],
): void {
  const agent = change.state.agents.get(agentId)
  if (agent === undefined) return
  const entries = held
    .filter(({ framework_id }) => change.state.frameworks.has(framework_id.value))
    .map(({ framework_id, executor }) => {
      const frameworkId = framework_id.value
      const key = executorKey(frameworkId, executor.executor_id.value)
      const role = roleOfFramework(change, frameworkId)
      const resources =
        agent.executors.get(key)?.resources ?? allocateTo(fromWire(executor.resources ?? []), role)
      return [key, { frameworkId, info: executor, resources }] as const
    })
  change.setAgent({ ...agent, executors: PersistentMap.of(entries) })
}

function reconcileTasks(change: Change, agentId: string, held: readonly HeldTask[]): void {
  const there = new Map(
    held.map((one) => [taskKey(one.framework_id.value, one.task.task_id.value), one]),
  )
  for (const task of tasksOn(change, agentId)) {
    const key = taskKey(task.frameworkId, task.info.task_id.value)
    const one = there.get(key)
    there.delete(key)
    const framework = change.state.frameworks.get(task.frameworkId)
    if (framework === undefined) continue
    if (one === undefined) {
      const message = 'Task is unknown to the agent that registered again'
      giveUpTask(change, task, droppedState(framework.info), 'REASON_RECONCILIATION', message)
    } else if (!isTerminal(task.state)) {
      change.setTask({ ...task, state: one.state })
      if (task.kill !== undefined && !isTerminal(one.state)) sendKill(change, task, task.kill)
    }
  }
  for (const { framework_id, task, state } of there.values()) {
    const frameworkId = framework_id.value
    if (!change.state.frameworks.has(frameworkId)) continue
    const role = roleOfFramework(change, frameworkId)
    const resources = allocateTo(fromWire(task.resources), role)
    const terminalUuid = isTerminal(state) ? TOLD_BY_ANOTHER : undefined
    const entry = { info: task, frameworkId, agentId, resources, terminalUuid }
    change.setTask({ ...entry, state })
  }
}

/** The session has ended: its offers are rescinded; the agent has a while to come back before its tasks are lost. */
export function disconnectAgent(change: Change, agent: AgentEntry): void {
  change.setAgent({ ...agent, connection: undefined })
  rescindOffers(change, (entry) => entry.holding.agentId === agent.id, 'its agent is disconnected')
  change.tellAllocator({ type: 'agent-removed', agentId: agent.id })
  const { agentPingTimeoutMs, maxAgentPingTimeouts } = change.state.options
  const afterMs = agentPingTimeoutMs * maxAgentPingTimeouts
  change.startTimer(agentTimer(agent.id), afterMs, { type: 'agent-expired', agentId: agent.id })
  const chosen = `disconnected; it has ${afterMs} ms to come back before its tasks are lost`
  change.decided(points.agent, agentNote(agent.id, chosen, 'its session has ended'))
}

/** The agent is gone for good: its tasks are lost (or unreachable, to frameworks that know partitions). */
export function removeAgent(change: Change, agent: AgentEntry, why: string): void {
  change.cancelTimer(agentTimer(agent.id))
  rescindOffers(change, (entry) => entry.holding.agentId === agent.id, `its agent ${why}`)
  for (const task of tasksOn(change, agent.id)) {
    const info = change.state.frameworks.get(task.frameworkId)?.info
    const isAware = info !== undefined && hasCapability(info, 'PARTITION_AWARE')
    const state: TaskState = isAware ? 'TASK_UNREACHABLE' : 'TASK_LOST'
    giveUpTask(change, task, state, 'REASON_AGENT_REMOVED', `Agent ${agent.info.hostname} ${why}`)
  }
  change.tellAllocator({ type: 'agent-removed', agentId: agent.id })
  for (const framework of change.state.frameworks.values()) {
    const failure = { agent_id: { value: agent.id } }
    change.sendFramework(framework.id, { type: 'FAILURE', failure })
  }
  change.note('agent-removed', { agent: agent.id, why })
  const lost = 'removed; its tasks are lost, its resources gone'
  change.decided(points.agent, agentNote(agent.id, lost, `it ${why}`))
  change.state = {
    ...change.state,
    agents: change.state.agents.without(agent.id),
    removedAgents: [...change.state.removedAgents.slice(-(KEPT_REMOVED - 1)), agent.id],
  }
}

/** An executor has ended: its own resources are free, its framework is told. Its tasks' statuses come apart. */
export function executorTerminated(
  change: Change,
  agentId: string,
  call: ExecutorTerminatedCall,
): void {
  const { framework_id, executor_id, status } = call.executor_terminated
  const agent = change.state.agents.get(agentId)
  const key = executorKey(framework_id.value, executor_id.value)
  const executor = agent?.executors.get(key)
  if (agent === undefined || executor === undefined) return
  change.recover(framework_id.value, agentId, executor.resources)
  change.setAgent({ ...agent, executors: agent.executors.without(key) })
  const failure = { agent_id: { value: agentId }, executor_id, status }
  change.sendFramework(framework_id.value, { type: 'FAILURE', failure })
}

function tasksOn(change: Change, agentId: string): readonly TaskEntry[] {
  const keys = change.state.agents.get(agentId)?.tasks ?? PersistentMap.empty<string>()
  return [...keys].flatMap(([key, taskId]) => {
    const frameworkId = key.slice(0, key.length - taskId.length - 1)
    const task = change.state.frameworks.get(frameworkId)?.tasks.get(taskId)
    return task === undefined ? [] : [task]
  })
}

/** What runs on an agent, as the allocator counts it. */
function holdingsOf(change: Change, agentId: string): readonly Holding[] {
  const ofTasks = tasksOn(change, agentId)
    .filter((task) => !isTerminal(task.state))
    .map(({ frameworkId, resources }) => ({ frameworkId, agentId, resources }))
  const executors = change.state.agents.get(agentId)?.executors.values() ?? []
  const ofExecutors = [...executors].map(({ frameworkId, resources }) => ({
    frameworkId,
    agentId,
    resources,
  }))
  return [...ofTasks, ...ofExecutors]
}

function roleOfFramework(change: Change, frameworkId: string): string {
  const info = change.state.frameworks.get(frameworkId)?.info
  return (info && rolesOf(info)[0]) ?? '*'
}

function readTotal(wire: RegisterCall['register']['agent_info']['resources']): Resources | string {
  try {
    return wire.length === 0 ? noResources : fromWire(wire)
  } catch (error) {
    if (isTroupeError(error)) return error.message
    throw error
  }
}

function agentTimer(agentId: string): string {
  return `agent ${agentId}`
}
