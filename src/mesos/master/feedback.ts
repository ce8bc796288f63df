import {
  sameBytes,
  type AgentCall,
  type AskedOperation,
  type HeldOperation,
  type OperationState,
  type OperationStatus,
  type SchedulerCall,
} from '../protocol/index.ts'
import type { Change } from './change.ts'
import type { AgentEntry, FeedbackEntry, FrameworkEntry } from './state.ts'

type AcknowledgeCall = Extract<SchedulerCall, { readonly type: 'ACKNOWLEDGE_OPERATION_STATUS' }>
type ReconcileCall = Extract<SchedulerCall, { readonly type: 'RECONCILE_OPERATIONS' }>
type UpdateCall = Extract<AgentCall, { readonly type: 'UPDATE_OPERATION_STATUS' }>

/** Expects the agent to say what became of an operation that its framework wants to hear of. */
export function expectFeedback(change: Change, agentId: string, asked: AskedOperation): void {
  const { framework_id, operation } = asked
  if (operation.id === undefined) return
  const status = { operation_id: operation.id, state: 'OPERATION_PENDING' } as const
  setFeedback(change, { frameworkId: framework_id.value, agentId, operation, status })
}

/** An agent says what became of an operation; its framework hears it, as often as it is said. */
export function operationUpdated(change: Change, agentId: string, call: UpdateCall): void {
  const { framework_id, status } = call.update_operation_status
  const said = { ...status, agent_id: { value: agentId } }
  const known = change.state.feedback.get(keyOf(framework_id.value, status.operation_id?.value))
  if (known !== undefined) setFeedback(change, { ...known, status: said })
  change.count(
    known === undefined ? 'invalid_operation_status_updates' : 'valid_operation_status_updates',
  )
  send(change, framework_id.value, said)
}

/** The framework has heard it: the agent need not say it again. */
export function acknowledgeOperation(
  change: Change,
  { id }: FrameworkEntry,
  call: AcknowledgeCall,
): void {
  const { agent_id, operation_id, uuid } = call.acknowledge_operation_status
  const key = keyOf(id, operation_id.value)
  const known = change.state.feedback.get(key)
  const agentId = agent_id?.value ?? known?.agentId
  const isValid = known !== undefined && change.isConnected(known.agentId)
  change.count(
    isValid
      ? 'valid_operation_status_update_acknowledgements'
      : 'invalid_operation_status_update_acknowledgements',
  )
  if (agentId === undefined) return
  const last = known?.status.uuid?.value
  if (last !== undefined && sameBytes(last, uuid)) dropFeedback(change, key)
  change.sendAgent(agentId, {
    type: 'ACKNOWLEDGE_OPERATION',
    acknowledge_operation: { framework_id: { value: id }, operation_id, uuid },
  })
}

/**
 * Says how operations stand: those asked after, or all that are known. The texts are those of Mesos.
 * @see Master::reconcileOperations in master/master.cpp of Apache Mesos
 */
export function reconcileOperations(
  change: Change,
  { id }: FrameworkEntry,
  call: ReconcileCall,
): void {
  const { operations = [] } = call.reconcile_operations
  if (operations.length === 0) {
    for (const { frameworkId, status } of change.state.feedback.values()) {
      if (frameworkId === id) send(change, id, once(status))
    }
    return
  }
  for (const { operation_id, agent_id } of operations) {
    const known = change.state.feedback.get(keyOf(id, operation_id.value))
    if (known !== undefined) {
      send(change, id, once(known.status))
      continue
    }
    const [state, why] = standingOf(change, agent_id?.value)
    const message = `Reconciliation: ${why}`
    send(change, id, { operation_id, state, message, ...(agent_id !== undefined && { agent_id }) })
  }
}

/**
 * What an agent that registers brings of operations whose frameworks have not acknowledged them. Those that were under way to it
 * are returned if `isSame`, to be told anew; to an agent that was started anew they are lost.
 */
export function takeFeedback(
  change: Change,
  agentId: string,
  held: readonly HeldOperation[],
  isSame: boolean,
): readonly AskedOperation[] {
  const brought = new Set<string>()
  for (const { framework_id, operation, status } of held) {
    const frameworkId = framework_id.value
    if (change.state.removedFrameworks.includes(frameworkId)) continue
    brought.add(keyOf(frameworkId, operation.id?.value))
    const said = { ...status, agent_id: { value: agentId } }
    setFeedback(change, { frameworkId, agentId, operation, status: said })
  }
  const pending: AskedOperation[] = []
  for (const [key, entry] of change.state.feedback) {
    const { frameworkId, operation, status } = entry
    if (entry.agentId !== agentId || brought.has(key)) continue
    const isPending = status.state === 'OPERATION_PENDING'
    if (isPending && isSame) {
      pending.push({ framework_id: { value: frameworkId }, operation })
      continue
    }
    dropFeedback(change, key)
    if (!isPending) continue
    const message = 'The agent was started anew before it knew of the operation'
    const agent_id = { value: agentId }
    send(change, frameworkId, { ...status, state: 'OPERATION_DROPPED', message, agent_id })
  }
  return pending
}

/** The agent is out of reach, or gone: so are its operations. */
export function loseFeedback(
  change: Change,
  agentId: string,
  state: 'OPERATION_UNREACHABLE' | 'OPERATION_GONE_BY_OPERATOR',
): void {
  for (const [key, entry] of change.state.feedback) {
    if (entry.agentId !== agentId) continue
    dropFeedback(change, key)
    const status = once(entry.status)
    send(change, entry.frameworkId, { ...status, state, agent_id: { value: agentId } })
  }
}

/** Nobody waits for the word any more; true if that agent would have given it. */
export function forgetFeedback(change: Change, frameworkId: string, agent: AgentEntry): boolean {
  let hadAny = false
  for (const [key, entry] of change.state.feedback) {
    if (entry.frameworkId !== frameworkId || entry.agentId !== agent.id) continue
    dropFeedback(change, key)
    hadAny = true
  }
  return hadAny
}

function standingOf(
  change: Change,
  agentId: string | undefined,
): readonly [OperationState, string] {
  const { agents, recovered, unreachable, gone } = change.state
  if (agentId === undefined) {
    return ['OPERATION_UNKNOWN', "Operation is unknown and no 'agent_id' was provided"]
  }
  if (agents.has(agentId)) return ['OPERATION_UNKNOWN', 'Operation is unknown']
  if (recovered.has(agentId)) {
    return ['OPERATION_RECOVERING', 'Agent is recovered but has not re-registered']
  }
  if (unreachable.has(agentId)) return ['OPERATION_UNREACHABLE', 'Agent is unreachable']
  if (gone.has(agentId)) return ['OPERATION_GONE_BY_OPERATOR', 'Agent marked gone by operator']
  return ['OPERATION_UNKNOWN', 'Both operation and agent are unknown']
}

/** As the master says it of itself: not to be acknowledged. */
function once({ uuid: _, ...status }: OperationStatus): OperationStatus {
  return status
}

function send(change: Change, frameworkId: string, status: OperationStatus): void {
  change.sendFramework(frameworkId, {
    type: 'UPDATE_OPERATION_STATUS',
    update_operation_status: { status },
  })
}

function setFeedback(change: Change, entry: FeedbackEntry): void {
  const key = keyOf(entry.frameworkId, entry.operation.id?.value)
  change.state = { ...change.state, feedback: change.state.feedback.with(key, entry) }
}

function dropFeedback(change: Change, key: string): void {
  change.state = { ...change.state, feedback: change.state.feedback.without(key) }
}

function keyOf(frameworkId: string, operationId = ''): string {
  return `${frameworkId}/${operationId}`
}
