import type { Subject } from '../../actors/index.ts'
import {
  hasCapability,
  isTerminal,
  sameBytes,
  type AcknowledgeCall,
  type AgentCall,
  type KillCall,
  type ReconcileCall,
  type TaskState,
  type TaskStatus,
} from '../protocol/index.ts'
import { executorSubject, points, taskSubject } from '../decision-points.ts'
import type { Change } from './change.ts'
import { statusNote } from './explain.ts'
import type { FrameworkEntry, TaskEntry } from './state.ts'
import { withStatus } from './statuses.ts'

type UpdateCall = Extract<AgentCall, { readonly type: 'UPDATE' }>

/**
 * A status from an agent: recorded, its resources freed by the first terminal one, and passed on. The framework's
 * acknowledgement goes back the same way; until then the agent keeps it and sends it again.
 */
export function updateStatus(change: Change, agentId: string, call: UpdateCall): void {
  const { framework_id, status } = call.update
  const framework = change.state.frameworks.get(framework_id.value)
  const task = framework?.tasks.get(status.task_id.value)
  const isValid = framework?.connection !== undefined && task?.agentId === agentId
  change.count(isValid ? 'valid_status_updates' : 'invalid_status_updates')
  if (framework === undefined) {
    // Nobody will ever acknowledge it.
    if (status.uuid !== undefined) {
      const acknowledge = { framework_id, task_id: status.task_id, uuid: status.uuid }
      change.sendAgent(agentId, { type: 'ACKNOWLEDGE', acknowledge })
    }
    return
  }
  if (task?.agentId === agentId) {
    if (task.isGivenUp === true) {
      givenUpTaskUpdated(change, task, call)
      return
    }
    if (task.state !== status.state) explainState(change, task, status)
    enterState(change, task, call, isTerminal(status.state) ? status.uuid : undefined)
  }
  change.sendFramework(framework.id, { type: 'UPDATE', update: { status } })
}

/** Its framework has long heard of its loss: its end frees what it held, and is acknowledged here. */
function givenUpTaskUpdated(change: Change, task: TaskEntry, call: UpdateCall): void {
  const { framework_id, status } = call.update
  const { task_id, uuid } = status
  if (uuid !== undefined) {
    const acknowledge = { framework_id, task_id, uuid }
    change.sendAgent(task.agentId, { type: 'ACKNOWLEDGE', acknowledge })
  }
  enterState(change, task, call, undefined)
  if (isTerminal(status.state)) change.removeTask(task)
}

function explainState(
  change: Change,
  task: TaskEntry,
  status: Pick<TaskStatus, 'state' | 'reason' | 'message' | 'source'>,
): void {
  const { frameworkId, agentId, info } = task
  const executor = info.executor?.executor_id.value
  const subjects = (): readonly Subject[] => [
    taskSubject(frameworkId, info.task_id.value),
    ...(executor === undefined ? [] : [executorSubject(frameworkId, executor)]),
  ]
  const note = { toNote: () => statusNote({ frameworkId, agentId, info }, status) }
  change.decided(points.status, note, { subjects, agentId, frameworkId })
}

function enterState(
  change: Change,
  task: TaskEntry,
  { update: { status, latest_state } }: UpdateCall,
  terminalUuid: Uint8Array | undefined,
): void {
  const wasTerminal = isTerminal(task.state)
  const state = wasTerminal ? task.state : latest_state
  if (isTerminal(state) && !wasTerminal) {
    change.recover(task.frameworkId, task.agentId, task.resources)
    if (task.isGivenUp !== true) change.countEnd(task.frameworkId, { ...status, state })
  }
  const statuses = withStatus(task.statuses, status)
  if (state === task.state && terminalUuid === undefined && statuses === task.statuses) return
  change.setTask({ ...task, state, statuses, terminalUuid: terminalUuid ?? task.terminalUuid })
}

/** Passes an acknowledgement on; with that of a terminal status the task leaves the table. */
export function acknowledge(
  change: Change,
  framework: FrameworkEntry,
  call: AcknowledgeCall,
): void {
  const { agent_id, task_id, uuid } = call.acknowledge
  const framework_id = { value: framework.id }
  change.count(
    change.isConnected(agent_id.value)
      ? 'valid_status_update_acknowledgements'
      : 'invalid_status_update_acknowledgements',
  )
  change.sendAgent(agent_id.value, {
    type: 'ACKNOWLEDGE',
    acknowledge: { framework_id, task_id, uuid },
  })
  const task = framework.tasks.get(task_id.value)
  if (task?.terminalUuid !== undefined && sameBytes(task.terminalUuid, uuid)) {
    change.completeTask(task)
  }
}

/** Asks the agent to kill a task, and again when it registers again and still has it; of an unknown task the framework is told what is known. */
export function kill(change: Change, framework: FrameworkEntry, call: KillCall): void {
  const { task_id, agent_id } = call.kill
  const task = framework.tasks.get(task_id.value)
  if (task === undefined) {
    reconcileOne(change, framework, { task_id, ...(agent_id !== undefined && { agent_id }) })
    return
  }
  change.setTask({ ...task, kill: call.kill })
  sendKill(change, task, call.kill)
}

/** To the agent, if it is connected. */
export function sendKill(change: Change, task: TaskEntry, asked: KillCall['kill']): void {
  const { task_id, kill_policy } = asked
  change.sendAgent(task.agentId, {
    type: 'KILL',
    kill: {
      framework_id: { value: task.frameworkId },
      task_id,
      ...(kill_policy !== undefined && { kill_policy }),
    },
  })
}

/** Tells the newest state of the tasks asked for; without any, of all that are not terminal. */
export function reconcile(change: Change, framework: FrameworkEntry, call: ReconcileCall): void {
  if (call.reconcile.tasks.length > 0) {
    for (const asked of call.reconcile.tasks) reconcileOne(change, framework, asked)
    return
  }
  for (const task of framework.tasks.values()) {
    if (!isTerminal(task.state) && task.isGivenUp !== true) sendLatest(change, framework, task)
  }
}

/**
 * The answer of the master for each case; none while what is asked for may still turn up.
 * @see Master::reconcileTask in master/master.cpp of Apache Mesos
 */
function reconcileOne(
  change: Change,
  framework: FrameworkEntry,
  asked: ReconcileCall['reconcile']['tasks'][number],
): void {
  const task = framework.tasks.get(asked.task_id.value)
  if (task !== undefined && task.isGivenUp !== true) {
    sendLatest(change, framework, task)
    return
  }
  const isAware = hasCapability(framework.info, 'PARTITION_AWARE')
  const answer = (aware: TaskState, message: string, unreachableMs?: number): void => {
    const state = isAware ? aware : 'TASK_LOST'
    const text = `Reconciliation: ${message}`
    const sinceMs = isAware ? unreachableMs : undefined
    change.sendStatus(framework.id, asked, state, 'REASON_RECONCILIATION', text, sinceMs)
  }
  const { agents, unreachable, gone } = change.state
  const lost = framework.unreachable.get(asked.task_id.value)
  const agentId = asked.agent_id?.value ?? ''
  const agent = agents.get(agentId)
  const sinceMs = lost?.sinceUnixMs ?? unreachable.get(agentId)
  if (lost !== undefined) {
    answer('TASK_UNREACHABLE', 'Task is unreachable', sinceMs)
  } else if (agent?.connection !== undefined) {
    answer('TASK_GONE', 'Task is unknown to the agent')
  } else if (agent !== undefined || isTransitioning(change, framework, asked.agent_id?.value)) {
    return
  } else if (sinceMs !== undefined) {
    answer('TASK_UNREACHABLE', 'Task is unreachable', sinceMs)
  } else if (gone.has(agentId)) {
    answer('TASK_GONE_BY_OPERATOR', 'Task is gone')
  } else {
    answer('TASK_UNKNOWN', 'Task is unknown')
  }
}

/** Whether an agent that is not there, or any where none is named, may yet bring the task. */
function isTransitioning(
  change: Change,
  framework: FrameworkEntry,
  agentId: string | undefined,
): boolean {
  const { startedMs, options, recovered, admissions, agents, unreachable, gone } = change.state
  if (agentId === undefined) {
    const isAway = [...agents.values()].some(({ connection }) => connection === undefined)
    if (recovered.size > 0 || admissions.size > 0 || isAway) return true
  } else {
    if (recovered.has(agentId)) return true
    if ([...admissions.values()].some(({ id }) => id === agentId)) return true
    if (unreachable.has(agentId) || gone.has(agentId)) return false
  }
  // Its agent may have been admitted by a master whose registry this one does not have.
  return framework.isRecovered && change.moment.nowMs < startedMs + options.recoveryMs
}

function sendLatest(change: Change, framework: FrameworkEntry, task: TaskEntry): void {
  const message = 'Reconciliation: Latest task state'
  change.sendStatus(framework.id, task.info, task.state, 'REASON_RECONCILIATION', message)
}

/** Why the master itself ends a task. */
interface Loss {
  readonly state: TaskState
  readonly reason:
    'REASON_AGENT_REMOVED' | 'REASON_AGENT_REMOVED_BY_OPERATOR' | 'REASON_RECONCILIATION'
  readonly message: string
  readonly unreachableUnixMs?: number | undefined
}

/** Ends a task that the master itself gives up: tells its framework and frees what it held. */
export function giveUpTask(change: Change, task: TaskEntry, loss: Loss): void {
  change.completeTask(loseTask(change, task, loss))
}

/** The same, but what is known of it now is left to the caller to keep. */
export function loseTask(change: Change, task: TaskEntry, loss: Loss): TaskEntry {
  const isOver = isTerminal(task.state)
  if (!isOver) change.recover(task.frameworkId, task.agentId, task.resources)
  change.removeTask(task)
  // Its end may be known from `latest_state` only: the framework has heard of none, and nobody else will tell it.
  if (task.isGivenUp === true || (isOver && task.terminalUuid !== undefined)) return task
  const { frameworkId, info } = task
  const { state, reason, message, unreachableUnixMs } = loss
  explainState(change, task, { state, reason, message, source: 'SOURCE_MASTER' })
  const status = change.sendStatus(frameworkId, info, state, reason, message, unreachableUnixMs)
  if (!isOver && isTerminal(state))
    change.countEnd(frameworkId, { state, reason, source: 'SOURCE_MASTER' })
  return { ...task, state, statuses: withStatus(task.statuses, status) }
}
