import { agentSubject, points } from '../decision-points.ts'
import { sayDuration } from '../duration.ts'
import { MesosError } from '../errors.ts'
import { PersistentMap } from '../persistent-map.ts'
import { hasCapability, isTerminal, type HeldTask, type TaskState } from '../protocol/index.ts'
import type { Change } from './change.ts'
import { loseFeedback } from './feedback.ts'
import { agentNote } from './explain.ts'
import { rescindOffers } from './offers.ts'
import { taskKey, type AgentEntry, type FrameworkEntry, type TaskEntry } from './state.ts'
import { giveUpTask, loseTask, sendKill } from './tasks.ts'

const KEPT_REMOVED = 1000
/** As registry_gc_interval of Mesos. */
const FORGET_EVERY_MS = 900_000

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

/** Its time to come back is over: it is marked unreachable as soon as the rate limit allows. */
export function agentExpired(change: Change, agentId: string): void {
  checkRemovals(change, agentId)
  change.count('slave_unreachable_scheduled')
  const { nowMs } = change.moment
  const { agentRemovalEveryMs } = change.state.options
  const dueMs = Math.max(nowMs, change.state.nextRemovalMs)
  if (agentRemovalEveryMs > 0) {
    change.state = { ...change.state, nextRemovalMs: dueMs + agentRemovalEveryMs }
  }
  if (dueMs === nowMs) {
    recordUnreachable(change, agentId)
    return
  }
  change.startTimer(agentTimer(agentId), dueMs - nowMs, { type: 'agent-removal-due', agentId })
  const waits = `to be removed in ${Math.ceil(dueMs - nowMs)} ms`
  change.decided(points.agent, agentNote(agentId, waits, 'agents are removed at a limited rate'))
}

/** @throws TROUPE_MESOS_TOO_MANY_REMOVALS for an agent of an earlier master, if as many have not come back as may never be given up */
function checkRemovals({ state }: Change, agentId: string): void {
  const { recovered, agents, options } = state
  if (!recovered.has(agentId)) return
  const { recoveryAgentRemovalRatio: most, agentReregisterTimeoutMs } = options
  const ratio = recovered.size / (recovered.size + agents.size)
  if (ratio <= most) return
  throw new MesosError(
    'TROUPE_MESOS_TOO_MANY_REMOVALS',
    `Post-recovery agent removal limit exceeded! After ${sayDuration(agentReregisterTimeoutMs)} there were ${recovered.size} (${ratio * 100}%) agents recovered from the registry that did not reregister: \n{ ${[...recovered.keys()].sort().join(', ')} }\n  The configured removal limit is ${most * 100}%. Please investigate or increase this limit to proceed further`,
    { data: { agents: recovered.size, limit: most } },
  )
}

/** Writes down that an agent is out of reach, if it still is; only then its tasks are. */
export function recordUnreachable(change: Change, agentId: string): void {
  if (!isAway(change, agentId)) return
  const { unixMs } = change.moment
  const then = { type: 'agent-unreachable', agentId, unixMs } as const
  change.count('slave_unreachable_completed')
  change.record([{ type: 'agent-unreachable', id: agentId, unixMs }], then)
}

/** It is written: the tasks are unreachable, or lost to frameworks that know no partitions. The agent may come back. */
export function agentUnreachable(change: Change, agentId: string, unixMs: number): void {
  const agent = change.state.agents.get(agentId)
  if (!isAway(change, agentId)) {
    if (agent === undefined) return
    // It has come back while that was written.
    change.record([{ type: 'agent-admitted', id: agentId, info: agent.info }])
    return
  }
  const why = 'is unreachable: it did not come back in time'
  change.count('slave_removals')
  change.count('slave_removals/reason_unhealthy')
  if (agent === undefined) change.count('recovery_slave_removals')
  if (agent !== undefined) {
    const lost = new Map<string, TaskEntry[]>()
    for (const task of tasksOn(change, agentId)) {
      const { frameworkId } = task
      const framework = change.state.frameworks.get(frameworkId)
      if (framework === undefined) continue
      const isAware = hasCapability(framework.info, 'PARTITION_AWARE')
      const now = loseTask(change, task, {
        state: isAware ? 'TASK_UNREACHABLE' : 'TASK_LOST',
        reason: 'REASON_AGENT_REMOVED',
        message: `Agent ${agent.info.hostname} ${why}`,
        unreachableUnixMs: isAware ? unixMs : undefined,
      })
      if (isTerminal(task.state)) change.completeTask(now)
      else lost.set(frameworkId, [...(lost.get(frameworkId) ?? []), now])
    }
    for (const [frameworkId, tasks] of lost) keepUnreachable(change, frameworkId, tasks, unixMs)
  }
  loseFeedback(change, agentId, 'OPERATION_UNREACHABLE')
  leave(change, agentId, why)
  change.state = {
    ...change.state,
    recovered: change.state.recovered.without(agentId),
    unreachable: change.state.unreachable.with(agentId, unixMs),
  }
  forgetOld(change)
}

/** Forgets agents that are out of reach for too long, which is looked at now and then, and the oldest of too many. */
function forgetOld(change: Change): void {
  const { unreachable, nextForgetMs, options } = change.state
  const { nowMs, unixMs } = change.moment
  let left = unreachable
  let forgotten: readonly string[] = []
  if (nowMs >= nextForgetMs) {
    const before = unixMs - options.registryMaxAgentAgeMs
    forgotten = [...unreachable].flatMap(([id, sinceMs]) => (sinceMs < before ? [id] : []))
    change.state = { ...change.state, nextForgetMs: nowMs + FORGET_EVERY_MS }
    left = forgotten.reduce((all, id) => all.without(id), left)
  }
  if (left.size > options.registryMaxAgentCount) {
    const [oldest = ''] = oldestOf(left)
    forgotten = [...forgotten, oldest]
    left = left.without(oldest)
  }
  if (forgotten.length === 0) return
  change.record(forgotten.map((id) => ({ type: 'agent-forgotten', id })))
  change.state = { ...change.state, unreachable: left }
}

/** An operator holds an agent for gone, which is written: its tasks are gone, and it may not come back. */
export function agentGone(change: Change, agentId: string, unixMs: number): void {
  const agent = change.state.agents.get(agentId)
  const why = 'was marked gone by an operator'
  for (const task of agent === undefined ? [] : tasksOn(change, agentId)) {
    const info = change.state.frameworks.get(task.frameworkId)?.info
    const isAware = info !== undefined && hasCapability(info, 'PARTITION_AWARE')
    const state: TaskState = isAware ? 'TASK_GONE_BY_OPERATOR' : 'TASK_LOST'
    const message = 'Agent has been marked gone'
    giveUpTask(change, task, { state, reason: 'REASON_AGENT_REMOVED_BY_OPERATOR', message })
  }
  const connection = agent?.connection
  if (connection !== undefined) {
    const message = `Agent ${agentId} was marked gone by an operator; it must register as a new one`
    change.sendSession(connection, { type: 'REFUSED', refused: { reason: 'removed', message } })
    change.close(connection)
  }
  if (agent !== undefined) change.count('slave_removals')
  loseFeedback(change, agentId, 'OPERATION_GONE_BY_OPERATOR')
  leave(change, agentId, why)
  change.state = {
    ...change.state,
    recovered: change.state.recovered.without(agentId),
    unreachable: change.state.unreachable.without(agentId),
    gone: change.state.gone.with(agentId, unixMs),
  }
}

/** The agent leaves by itself, its executors have ended: its tasks are lost, and it comes as a new one if it comes again. */
export function agentUnregistered(change: Change, agent: AgentEntry): void {
  const why = 'has unregistered'
  change.count('slave_removals')
  change.count('slave_removals/reason_unregistered')
  for (const task of tasksOn(change, agent.id)) {
    const info = change.state.frameworks.get(task.frameworkId)?.info
    const isAware = info !== undefined && hasCapability(info, 'PARTITION_AWARE')
    const message = `Agent ${agent.info.hostname} ${why}`
    const state: TaskState = isAware ? 'TASK_GONE' : 'TASK_LOST'
    giveUpTask(change, task, { state, reason: 'REASON_AGENT_REMOVED', message })
  }
  change.record([{ type: 'agent-forgotten', id: agent.id }])
  leave(change, agent.id, why)
  const kept = change.state.removedAgents.slice(-(KEPT_REMOVED - 1))
  change.state = { ...change.state, removedAgents: [...kept, agent.id] }
}

/**
 * A task that was unreachable is there again. A framework that knows partitions is told; to another it is lost for good, so it
 * is killed; whether that was told of the loss only the master knows in whose time it was.
 */
export function taskReturned(
  change: Change,
  framework: FrameworkEntry,
  task: TaskEntry,
  isTold: boolean,
): void {
  const unreachable = new Map(framework.unreachable)
  const taskId = task.info.task_id.value
  const isAware = hasCapability(framework.info, 'PARTITION_AWARE')
  if (isAware) {
    unreachable.delete(taskId)
    change.setFramework({ ...framework, unreachable })
    change.setTask(task)
    const message = 'Unreachable agent re-registered'
    change.sendStatus(framework.id, task.info, task.state, 'REASON_AGENT_REREGISTERED', message)
    return
  }
  if (!isTold && !isTerminal(task.state)) {
    const message = 'Agent was unreachable; it has re-registered, and the task is killed'
    change.sendStatus(framework.id, task.info, 'TASK_LOST', 'REASON_AGENT_REMOVED', message)
  }
  const kill = { task_id: task.info.task_id }
  change.setTask({ ...task, kill, isGivenUp: true })
  sendKill(change, task, kill)
}

/** Of tasks that went out of reach with an agent that is back without them, frameworks that wait for them are told. */
export function forgetUnreturned(change: Change, agentId: string, held: readonly HeldTask[]): void {
  const there = new Set(
    held.map(({ framework_id, task }) => taskKey(framework_id.value, task.task_id.value)),
  )
  for (const { id, info, unreachable } of [...change.state.frameworks.values()]) {
    if (!hasCapability(info, 'PARTITION_AWARE')) continue
    const gone = [...unreachable].filter(
      ([taskId, { task }]) => task.agentId === agentId && !there.has(taskKey(id, taskId)),
    )
    if (gone.length === 0) continue
    const left = new Map(unreachable)
    for (const [taskId] of gone) left.delete(taskId)
    const framework = change.state.frameworks.get(id)
    if (framework !== undefined) change.setFramework({ ...framework, unreachable: left })
    for (const [, { task }] of gone) {
      const hasRun = task.statuses.some(({ source }) => source !== 'SOURCE_MASTER')
      giveUpTask(change, task, {
        state: hasRun ? 'TASK_GONE' : 'TASK_DROPPED',
        reason: 'REASON_RECONCILIATION',
        message: 'Task is unknown to the agent that registered again',
      })
    }
  }
}

/** Tasks on an agent. */
export function tasksOn(change: Change, agentId: string): readonly TaskEntry[] {
  const keys = change.state.agents.get(agentId)?.tasks ?? PersistentMap.empty<string>()
  return [...keys].flatMap(([key, taskId]) => {
    const frameworkId = key.slice(0, key.length - taskId.length - 1)
    const task = change.state.frameworks.get(frameworkId)?.tasks.get(taskId)
    return task === undefined ? [] : [task]
  })
}

/** Of the time that an agent has to come back. */
export function agentTimer(agentId: string): string {
  return `agent ${agentId}`
}

function isAway(change: Change, agentId: string): boolean {
  const agent = change.state.agents.get(agentId)
  return agent === undefined ? change.state.recovered.has(agentId) : agent.connection === undefined
}

function keepUnreachable(
  change: Change,
  frameworkId: string,
  tasks: readonly TaskEntry[],
  sinceUnixMs: number,
): void {
  const framework = change.state.frameworks.get(frameworkId)
  if (framework === undefined) return
  const unreachable = new Map(framework.unreachable)
  for (const task of tasks) unreachable.set(task.info.task_id.value, { task, sinceUnixMs })
  for (const oldest of unreachable.keys()) {
    if (unreachable.size <= change.state.options.maxUnreachableTasks) break
    unreachable.delete(oldest)
  }
  change.setFramework({ ...framework, unreachable })
}

/** The agent is out of the cluster: offers, resources and its entry go, frameworks hear of it. */
function leave(change: Change, agentId: string, why: string): void {
  change.cancelTimer(agentTimer(agentId))
  rescindOffers(change, (entry) => entry.holding.agentId === agentId, `its agent ${why}`)
  change.tellAllocator({ type: 'agent-removed', agentId })
  const incarnation = change.state.agents.get(agentId)?.incarnation
  if (incarnation !== undefined) change.forgetGivenId(agentId, incarnation)
  for (const framework of change.state.frameworks.values()) {
    const failure = { agent_id: { value: agentId } }
    change.sendFramework(framework.id, { type: 'FAILURE', failure })
  }
  change.note('agent-removed', { agent: agentId, why })
  const lost = 'removed; its tasks are lost, its resources gone'
  const further = { subjects: [agentSubject(agentId)] }
  change.decided(points.agent, agentNote(agentId, lost, `it ${why}`), further)
  change.state = { ...change.state, agents: change.state.agents.without(agentId) }
  change.announce({ type: 'agent-removed', agentId })
}

function oldestOf(unreachable: PersistentMap<number>): readonly string[] {
  const [first, ...rest] = unreachable
  if (first === undefined) return []
  return [rest.reduce((oldest, one) => (one[1] < oldest[1] ? one : oldest), first)[0]]
}
