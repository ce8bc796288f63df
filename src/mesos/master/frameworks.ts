import {
  isTerminal,
  rolesOf,
  type FrameworkInfo,
  type MasterInfo,
  type SubscribeCall,
  type TaskStatus,
} from '../protocol/index.ts'
import { counted } from '../../actors/index.ts'
import type { FrameworkTerms } from '../allocator/index.ts'
import { frameworkSubject, points } from '../decision-points.ts'
import { PersistentMap } from '../persistent-map.ts'
import { Recent } from '../recent.ts'
import type { Change } from './change.ts'
import { frameworkNote } from './explain.ts'
import { forgetFeedback } from './feedback.ts'
import { rescindOffers } from './offers.ts'
import { amountsOf } from './quota.ts'
import type { FrameworkEntry, MasterState, TaskEntry } from './state.ts'
import { withStatus } from './statuses.ts'
import { subscribeProblem } from './subscribe-problem.ts'

const KEPT_REMOVED = 1000
/** Timers take no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Who this master is. */
export function masterInfoOf({ masterId, options }: MasterState): MasterInfo {
  const { hostname, ip, port } = options
  const number = ip.split('.').reduceRight((sum, part) => sum * 256 + Number(part), 0)
  return {
    id: masterId,
    ip: Number.isFinite(number) ? number : 0,
    port,
    pid: `master@${ip}:${port}`,
    hostname,
    version: '1.11.0',
    address: { hostname, ip, port },
  }
}

/** Opens a framework, or lets one that is known go on by this connection. */
export function subscribe(change: Change, connection: string, call: SubscribeCall): void {
  const info = call.subscribe.framework_info
  // An empty one is none.
  const id = (call.framework_id ?? info.id)?.value || undefined
  const { suppressed_roles: suppressedRoles = [] } = call.subscribe
  const problem = subscribeProblem(change.state, info, id, suppressedRoles)
  if (problem !== undefined) {
    change.sendScheduler(connection, { type: 'ERROR', error: { message: problem } })
    change.close(connection)
    return
  }
  const known = id === undefined ? undefined : change.state.frameworks.get(id)
  if (known === undefined) {
    openFramework(change, connection, id, info, suppressedRoles)
  } else {
    takeOver(change, connection, known, info, suppressedRoles)
  }
}

function openFramework(
  change: Change,
  connection: string,
  chosenId: string | undefined,
  info: FrameworkInfo,
  suppressedRoles: readonly string[],
): void {
  const { masterId, nextFramework } = change.state
  const id = chosenId ?? `${masterId}-${String(nextFramework).padStart(4, '0')}`
  change.state = { ...change.state, nextFramework: nextFramework + 1 }
  change.bind(connection, { kind: 'framework', id })
  change.setFramework({
    id,
    info: { ...info, id: { value: id } },
    connection,
    isRecovered: chosenId !== undefined,
    registeredUnixMs: change.moment.unixMs,
    tasks: PersistentMap.empty(),
    unreachable: new Map(),
    completed: Recent.none(),
  })
  const framework = change.state.frameworks.get(id)
  if (framework !== undefined) change.announce({ type: 'framework-added', framework })
  if (chosenId !== undefined) tellAgents(change, id)
  sendSubscribed(change, connection, id)
  explain(
    change,
    id,
    `subscribed as '${info.name}', in ${rolesOf(info).join(', ')}`,
    'it is new here',
  )
  const terms = termsOf(id, info, suppressedRoles)
  change.tellAllocator({ type: 'framework-added', ...terms, isActive: true })
}

function takeOver(
  change: Change,
  connection: string,
  framework: FrameworkEntry,
  info: FrameworkInfo,
  suppressedRoles: readonly string[],
): void {
  const { id } = framework
  const old = framework.connection
  if (old === connection) {
    update(change, framework, info, suppressedRoles)
    sendSubscribed(change, connection, id)
    return
  }
  if (old !== undefined) {
    const message = 'Framework failed over'
    change.sendScheduler(old, { type: 'ERROR', error: { message } })
    change.close(old)
  }
  change.cancelTimer(failoverTimer(id))
  // Whoever speaks for the framework now has never seen the offers that are out.
  change.setFramework({ ...framework, connection: undefined })
  rescindOffers(
    change,
    (entry) => entry.holding.frameworkId === id,
    'another scheduler speaks for the framework now',
  )
  change.bind(connection, { kind: 'framework', id })
  const reregisteredUnixMs = change.moment.unixMs
  update(change, { ...framework, connection, reregisteredUnixMs }, info, suppressedRoles)
  sendSubscribed(change, connection, id)
  explain(change, id, 'subscribed again', 'a scheduler came back under its id')
  change.tellAllocator({ type: 'framework-activated', frameworkId: id })
  const roles = rolesOf(info).filter((role) => !suppressedRoles.includes(role))
  change.tellAllocator({ type: 'offers-revived', frameworkId: id, roles })
}

/**
 * What the framework says of itself now counts, but for user and checkpoint, which stay as they were. Offers for roles that
 * it has left come back.
 */
export function update(
  change: Change,
  framework: FrameworkEntry,
  info: FrameworkInfo,
  suppressedRoles: readonly string[],
): void {
  const { id } = framework
  const roles = rolesOf(info)
  const { user, checkpoint } = framework.info
  const kept = { ...info, id: { value: id }, user, ...(checkpoint !== undefined && { checkpoint }) }
  const updated = { ...framework, info: kept }
  change.setFramework(updated)
  change.announce({ type: 'framework-updated', framework: updated })
  tellAgents(change, id)
  rescindOffers(
    change,
    ({ holding, role }) => holding.frameworkId === id && !roles.includes(role),
    'the framework has left its role',
  )
  change.tellAllocator({ type: 'framework-updated', ...termsOf(id, info, suppressedRoles) })
}

/** All of them, since an executor of it may run where no task does. */
function tellAgents(change: Change, frameworkId: string): void {
  const info = change.state.frameworks.get(frameworkId)?.info
  if (info === undefined) return
  const update_framework = { framework_id: { value: frameworkId }, framework_info: info }
  for (const agentId of change.state.agents.keys()) {
    change.sendAgent(agentId, { type: 'UPDATE_FRAMEWORK', update_framework })
  }
}

/** What the allocator must know of a framework. */
export function termsOf(
  frameworkId: string,
  info: FrameworkInfo,
  suppressedRoles: readonly string[],
): FrameworkTerms {
  const minimums = Object.entries(info.offer_filters ?? {}).flatMap(([role, filters]) => {
    const { quantities: all } = filters.min_allocatable_resources ?? {}
    if (filters.min_allocatable_resources === undefined) return []
    return [[role, (all ?? []).map((one) => amountsOf(one.quantities ?? {}))] as const]
  })
  return {
    frameworkId,
    roles: rolesOf(info),
    suppressedRoles,
    capabilities: (info.capabilities ?? []).flatMap(({ type }) => type ?? []),
    minAllocatable: new Map(minimums),
  }
}

function sendSubscribed(change: Change, connection: string, id: string): void {
  change.sendScheduler(connection, {
    type: 'SUBSCRIBED',
    subscribed: {
      framework_id: { value: id },
      heartbeat_interval_seconds: change.state.options.schedulerHeartbeatMs / 1000,
      master_info: masterInfoOf(change.state),
    },
  })
  change.sendScheduler(connection, { type: 'HEARTBEAT' })
}

/**
 * The scheduler is gone: its offers come back and it is offered nothing, but its tasks go on for
 * `failover_timeout`, in case it subscribes again.
 */
export function disconnectFramework(
  change: Change,
  framework: FrameworkEntry,
  isFinal = false,
): void {
  const { id, info } = framework
  change.setFramework({ ...framework, connection: undefined })
  rescindOffers(
    change,
    (entry) => entry.holding.frameworkId === id,
    'the framework is disconnected',
  )
  change.tellAllocator({ type: 'framework-deactivated', frameworkId: id })
  startFailover(change, id, info, isFinal ? 0 : change.state.options.reconnectMs)
}

/** Gives a disconnected framework its time to come back. */
export function startFailover(
  change: Change,
  id: string,
  info: FrameworkInfo,
  leastMs: number = change.state.options.reconnectMs,
): void {
  const afterMs = Math.max(leastMs, (info.failover_timeout ?? 0) * 1000)
  const waits = `not connected; it has ${afterMs} ms to come back before its tasks are killed`
  explain(change, id, waits, 'its session has ended, or it was known to an earlier master')
  startFailoverTimer(change, id, afterMs)
}

function startFailoverTimer(change: Change, id: string, afterMs: number): void {
  const leftMs = Math.max(0, afterMs - LONGEST_TIMER_MS)
  const event = { type: 'failover-expired', frameworkId: id, leftMs } as const
  change.startTimer(failoverTimer(id), Math.min(afterMs, LONGEST_TIMER_MS), event)
}

/** Its time to come back is over, if nothing is left of it. */
export function failoverExpired(change: Change, frameworkId: string, leftMs = 0): void {
  const framework = change.state.frameworks.get(frameworkId)
  if (framework === undefined || framework.connection !== undefined) return
  if (leftMs > 0) startFailoverTimer(change, frameworkId, leftMs)
  else removeFramework(change, framework)
}

/** Ends a framework: agents shut its executors down, its tasks are forgotten, all it held is free. */
export function removeFramework(change: Change, framework: FrameworkEntry): void {
  const { id, connection } = framework
  change.cancelTimer(failoverTimer(id))
  rescindOffers(change, (entry) => entry.holding.frameworkId === id, 'the framework is over')
  for (const agent of change.state.agents.values()) {
    const executors = [...agent.executors].filter(([, one]) => one.frameworkId === id)
    const tasks = [...framework.tasks.values()].filter((task) => task.agentId === agent.id)
    const hasFeedback = forgetFeedback(change, id, agent)
    if (executors.length === 0 && tasks.length === 0 && !hasFeedback) continue
    const shutdown_framework = { framework_id: { value: id } }
    change.sendAgent(agent.id, { type: 'SHUTDOWN_FRAMEWORK', shutdown_framework })
    for (const task of tasks) change.completeTask(killedTask(change, task))
    const rest = executors.reduce((left, [key]) => left.without(key), agent.executors)
    const current = change.state.agents.get(agent.id)
    if (current !== undefined) change.setAgent({ ...current, executors: rest })
  }
  change.tellAllocator({ type: 'framework-removed', frameworkId: id })
  if (connection !== undefined) change.close(connection)
  const running = [...framework.tasks.values()].filter((task) => !isTerminal(task.state)).length
  const why = connection === undefined ? 'it did not come back in time' : 'it asked for its end'
  explain(change, id, `removed, and ${counted(running, 'task')} killed`, why)
  change.note('framework-removed', { framework: id, tasksKilled: running })
  const ended = { ...(change.state.frameworks.get(id) ?? framework), connection: undefined }
  change.announce({ type: 'framework-removed', framework: ended })
  const { completedFrameworks, removedFrameworks, options } = change.state
  const completed = { framework: ended, unregisteredUnixMs: change.moment.unixMs }
  change.state = {
    ...change.state,
    frameworks: change.state.frameworks.without(id),
    removedFrameworks: [...removedFrameworks.slice(-(KEPT_REMOVED - 1)), id],
    completedFrameworks: completedFrameworks.with(completed, options.maxCompletedFrameworks),
  }
}

/** As what is left of a framework's tasks is remembered: the framework itself is told of none. */
function killedTask(change: Change, task: TaskEntry): TaskEntry {
  if (isTerminal(task.state)) return task
  const { frameworkId, info, agentId } = task
  const status: TaskStatus = {
    task_id: info.task_id,
    state: 'TASK_KILLED',
    source: 'SOURCE_MASTER',
    reason: 'REASON_FRAMEWORK_REMOVED',
    message: `Framework ${frameworkId} removed`,
    timestamp: change.moment.unixMs / 1000,
    agent_id: { value: agentId },
  }
  change.countEnd(frameworkId, status)
  return { ...task, state: 'TASK_KILLED', statuses: withStatus(task.statuses, status) }
}

function explain(change: Change, frameworkId: string, chosen: string, why: string): void {
  const note = frameworkNote(frameworkId, chosen, why)
  const further = { subjects: [frameworkSubject(frameworkId)], frameworkId }
  change.decided(points.framework, note, further)
}

function failoverTimer(frameworkId: string): string {
  return `failover ${frameworkId}`
}
