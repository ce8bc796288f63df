import { isTroupeError } from '../../platform/index.ts'
import type { Holding } from '../allocator/index.ts'
import { agentSubject, points } from '../decision-points.ts'
import { PersistentMap } from '../persistent-map.ts'
import { Recent } from '../recent.ts'
import {
  isTerminal,
  rolesOf,
  type AgentCall,
  type HeldTask,
  type Resource,
} from '../protocol/index.ts'
import { withCheckpointed } from '../operations/index.ts'
import {
  allocateTo,
  checkpointedPart,
  formProblem,
  formatResources,
  fromWire,
  resourcesProblem,
  toWire,
  type Resources,
} from '../resources/index.ts'
import {
  agentTimer,
  disconnectAgent,
  forgetUnreturned,
  taskReturned,
  tasksOn,
} from './agent-loss.ts'
import type { Change } from './change.ts'
import { takeFeedback } from './feedback.ts'
import { agentNote } from './explain.ts'
import { startFailover, termsOf } from './frameworks.ts'
import { droppedState, readResources } from './launch.ts'
import {
  executorKey,
  taskKey,
  type AgentEntry,
  type TaskEntry,
  type UnreachableTask,
} from './state.ts'
import { giveUpTask, sendKill } from './tasks.ts'

type RegisterCall = Extract<AgentCall, { readonly type: 'REGISTER' }>
type ExecutorTerminatedCall = Extract<AgentCall, { readonly type: 'EXECUTOR_TERMINATED' }>

/** What a key of the registry holds with ease. */
const LONGEST_ID_BYTES = 255
/** Of a terminal status that the framework may have heard already: its agent says it again as long as it must. */
const TOLD_BY_ANOTHER = new Uint8Array(0)

/**
 * Takes an agent in: a new one, one that was away, or one that an earlier master knew. One that the registry does not have as
 * admitted is told only when it has. One that comes as new again has not heard of the id that it was given: it keeps that.
 * @see the case "already registered" of Master::_registerSlave in master/master.cpp of Apache Mesos
 */
export function registerAgent(change: Change, connection: string, call: RegisterCall): void {
  const { agent_info, incarnation, epoch } = call.register
  outgrow(change, epoch)
  const { state } = change
  const known = agent_info.id?.value ?? state.givenIds.get(incarnation)
  const id = known ?? `${state.masterId}-S${state.nextAgent}`
  const total = totalOf(change, id, call)
  if (typeof total === 'string') {
    refuse(change, connection, 'invalid', `Agent has invalid resources: ${total}`)
    return
  }
  if (new TextEncoder().encode(id).length > LONGEST_ID_BYTES) {
    const message = `Agent has invalid id: it has more than ${LONGEST_ID_BYTES} bytes`
    refuse(change, connection, 'invalid', message)
    return
  }
  if (state.gone.has(id)) {
    const message = `Agent ${id} was marked gone by an operator; it must register as a new one`
    refuse(change, connection, 'removed', message)
    return
  }
  if (change.state.removedAgents.includes(id)) {
    const message = `Agent ${id} was removed and its tasks were given up; it must register as a new one`
    refuse(change, connection, 'removed', message)
    return
  }
  if (known === undefined) {
    const givenIds = state.givenIds.with(incarnation, id)
    change.state = { ...state, nextAgent: state.nextAgent + 1, givenIds }
  }
  const isAdmitted = state.agents.has(id) || state.recovered.has(id)
  if (isAdmitted) {
    admitAgent(change, connection, id, call)
    return
  }
  if (known !== undefined) forgetAdmission(change, id)
  change.state = {
    ...change.state,
    admissions: change.state.admissions.with(connection, { id, call }),
  }
  const info = { ...agent_info, id: { value: id } }
  change.record([{ type: 'agent-admitted', id, info }], { type: 'agent-admitted', connection })
}

/** The agent asks for it in another session: the end of this one is no end of that. */
function forgetAdmission(change: Change, id: string): void {
  const { admissions } = change.state
  for (const [connection, admission] of admissions) {
    if (admission.id !== id) continue
    change.state = { ...change.state, admissions: admissions.without(connection) }
    change.close(connection)
    return
  }
}

/** The registry has it. An agent that has gone meanwhile never heard of it: a new one is forgotten, another will come again. */
export function agentAdmitted(change: Change, connection: string): void {
  const admission = change.state.admissions.get(connection)
  if (admission === undefined) return
  change.state = { ...change.state, admissions: change.state.admissions.without(connection) }
  admitAgent(change, connection, admission.id, admission.call)
}

/** The session has ended before the agent was told. */
export function giveUpAdmission(change: Change, connection: string): void {
  const admission = change.state.admissions.get(connection)
  if (admission === undefined) return
  const { id, call } = admission
  const { agent_info, incarnation } = call.register
  change.state = { ...change.state, admissions: change.state.admissions.without(connection) }
  if (agent_info.id === undefined) {
    change.forgetGivenId(id, incarnation)
    change.record([{ type: 'agent-forgotten', id }])
    return
  }
  change.state = {
    ...change.state,
    recovered: change.state.recovered.with(id, agent_info),
    unreachable: change.state.unreachable.without(id),
  }
  const afterMs = change.state.options.agentReregisterTimeoutMs
  change.startTimer(agentTimer(id), afterMs, { type: 'agent-expired', agentId: id })
}

/**
 * What it holds and what the master believes are brought together: tasks that it has lost are given up, tasks unknown here
 * are taken over, those of which their frameworks were told that they are lost are killed.
 */
function admitAgent(change: Change, connection: string, id: string, call: RegisterCall): void {
  const { agent_info, incarnation, tasks, executors, frameworks } = call.register
  const known = change.state.agents.get(id)
  const kept = keptOf(known, incarnation)
  const total = totalOf(change, id, call)
  if (typeof total === 'string') return
  if (known?.connection !== undefined && known.connection !== connection) {
    disconnectAgent(change, known)
    change.close(known.connection)
  }
  if (known !== undefined && known.incarnation !== incarnation) {
    change.forgetGivenId(id, known.incarnation)
  }
  change.cancelTimer(agentTimer(id))
  change.bind(connection, { kind: 'agent', id })
  const info = { ...agent_info, id: { value: id } }
  const before = known ?? { executors: PersistentMap.empty(), tasks: PersistentMap.empty() }
  const registeredUnixMs = change.moment.unixMs
  const wasUnreachable = change.state.unreachable.has(id)
  const agent = { ...before, id, info, incarnation, connection, total, registeredUnixMs }
  change.setAgent(agent)
  if (known === undefined) change.announce({ type: 'agent-added', agent })
  change.count(agent_info.id === undefined ? 'slave_registrations' : 'slave_reregistrations')
  change.state = {
    ...change.state,
    recovered: change.state.recovered.without(id),
    unreachable: change.state.unreachable.without(id),
  }
  const { agentHeartbeatMs, agentLeaseMs } = change.state.options
  change.sendAgent(id, {
    type: 'REGISTERED',
    registered: {
      agent_id: { value: id },
      heartbeat_interval_seconds: agentHeartbeatMs / 1000,
      lease_seconds: agentLeaseMs / 1000,
    },
  })
  const { checkpointed_resources = [], operations: heldOperations = [] } = call.register
  const operations = takeFeedback(change, id, heldOperations, kept !== undefined)
  if (kept !== undefined && kept.size + checkpointed_resources.length > 0) {
    const checkpoint_resources = {
      resources: toWire(kept),
      ...(operations.length > 0 && { operations }),
    }
    change.sendAgent(id, { type: 'CHECKPOINT_RESOURCES', checkpoint_resources })
  }
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
  reconcileTasks(change, id, tasks, wasUnreachable)
  if (wasUnreachable) forgetUnreturned(change, id, tasks)
  const held = holdingsOf(change, id)
  const { hostname } = info
  change.tellAllocator({
    type: 'agent-added',
    agentId: id,
    registration: connection,
    hostname,
    total,
    held,
  })
  const has = `${formatResources(total)}, ${held.length === 0 ? 'all of it free' : 'some of it in use'}`
  const chosen = `registered as ${info.hostname}, with ${has}`
  const why = known === undefined && !wasUnreachable ? 'it is new here' : 'it has come back'
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
  const registeredUnixMs = change.moment.unixMs
  const unreachable = new Map<string, UnreachableTask>()
  const entry = { id, info, connection: undefined, registeredUnixMs, tasks, unreachable }
  change.setFramework({ ...entry, isRecovered: true, completed: Recent.none() })
  change.tellAllocator({ type: 'framework-added', ...termsOf(id, info, []), isActive: false })
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

function reconcileTasks(
  change: Change,
  agentId: string,
  held: readonly HeldTask[],
  wasUnreachable: boolean,
): void {
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
      const state = droppedState(framework.info)
      giveUpTask(change, task, { state, reason: 'REASON_RECONCILIATION', message })
    } else if (!isTerminal(task.state)) {
      change.setTask({ ...task, state: one.state })
      if (task.kill !== undefined && !isTerminal(one.state)) sendKill(change, task, task.kill)
    }
  }
  for (const { framework_id, task, state } of there.values()) {
    const frameworkId = framework_id.value
    const framework = change.state.frameworks.get(frameworkId)
    if (framework === undefined) continue
    const role = roleOfFramework(change, frameworkId)
    const resources = readResources(task.resources, role)
    const terminalUuid = isTerminal(state) ? TOLD_BY_ANOTHER : undefined
    const lost = framework.unreachable.get(task.task_id.value)
    const statuses = lost?.task.statuses ?? []
    const { data: _, ...info } = task
    const entry = { info, frameworkId, agentId, resources, terminalUuid, state, statuses }
    // Also one of an earlier master's time, or that was asked after: it counted as out of reach.
    if (lost !== undefined || wasUnreachable) {
      taskReturned(change, framework, entry, lost !== undefined)
    } else {
      change.setTask(entry)
    }
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

/** Of what this master has made of its resources, the same agent may not have heard yet; else it knows best. */
function keptOf(known: AgentEntry | undefined, incarnation: string): Resources | undefined {
  return known?.incarnation === incarnation ? checkpointedPart(known.total) : undefined
}

/** All that an agent has that registers, or what is wrong with it. */
function totalOf(change: Change, id: string, { register }: RegisterCall): Resources | string {
  const { agent_info, incarnation, checkpointed_resources = [] } = register
  const kept = keptOf(change.state.agents.get(id), incarnation)
  return readTotal(agent_info.resources, kept ?? checkpointed_resources)
}

/** What an agent has, with what was made of it since its flags; or what is wrong with that. */
function readTotal(
  wire: readonly Resource[],
  checkpointed: readonly Resource[] | Resources,
): Resources | string {
  const wrong = formProblem(wire) ?? resourcesProblem(wire)
  if (wrong !== undefined) return wrong
  try {
    const kept = isWire(checkpointed) ? fromWire(checkpointed) : checkpointed
    return withCheckpointed(fromWire(wire), kept)
  } catch (error) {
    if (isTroupeError(error)) return error.message
    throw error
  }
}

function isWire(resources: readonly Resource[] | Resources): resources is readonly Resource[] {
  return Array.isArray(resources)
}
