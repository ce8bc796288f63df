import type { AgentCall, SchedulerCall } from '../protocol/index.ts'
import { accept } from './accept.ts'
import {
  agentExpired,
  agentGone,
  agentUnreachable,
  agentUnregistered,
  disconnectAgent,
  recordUnreachable,
} from './agent-loss.ts'
import { agentAdmitted, executorTerminated, giveUpAdmission, registerAgent } from './agents.ts'
import { Change } from './change.ts'
import {
  disconnectFramework,
  failoverExpired,
  removeFramework,
  subscribe,
  update,
} from './frameworks.ts'
import { acknowledgeOperation, operationUpdated, reconcileOperations } from './feedback.ts'
import { decline, makeOffers, offerExpired } from './offers.ts'
import { updateQuota, updateWeights } from './quota.ts'
import { conversionAnswered, operateAgent } from './operate-agent.ts'
import { recover } from './recover.ts'
import type {
  AgentEntry,
  FrameworkEntry,
  MasterEffect,
  MasterEvent,
  MasterState,
  Moment,
} from './state.ts'
import { acknowledge, kill, reconcile, updateStatus } from './tasks.ts'

/** The master: what an event makes of the state, and what is to be done, in order. Pure. */
export function stepMaster(
  state: MasterState,
  event: MasterEvent,
  moment: Moment,
): readonly [MasterState, readonly MasterEffect[]] {
  const change = new Change(state, moment)
  handle(change, event)
  return [change.state, change.effects]
}

function handle(change: Change, event: MasterEvent): void {
  switch (event.type) {
    case 'scheduler-call':
      schedulerCall(change, event.connection, event.call)
      return
    case 'agent-call':
      agentCall(change, event.connection, event.call)
      return
    case 'disconnected':
      disconnected(change, event.connection, event.isFinal === true)
      return
    case 'teardown': {
      const framework = change.state.frameworks.get(event.frameworkId)
      if (framework !== undefined) removeFramework(change, framework)
      return
    }
    case 'offers-made':
      makeOffers(change, event.offers, event.run)
      return
    case 'operation-asked':
      operateAgent(change, event)
      return
    case 'conversion-answered':
      conversionAnswered(change, event)
      return
    case 'failover-expired':
      failoverExpired(change, event.frameworkId, event.leftMs)
      return
    case 'offer-expired':
      offerExpired(change, event.offerId)
      return
    case 'framework-updated': {
      const framework = change.state.frameworks.get(event.frameworkId)
      if (framework !== undefined) update(change, framework, event.info, event.suppressedRoles)
      return
    }
    case 'agent-expired':
      agentExpired(change, event.agentId)
      return
    case 'agent-removal-due':
      recordUnreachable(change, event.agentId)
      return
    case 'recovered':
      recover(change, event.registry)
      return
    case 'agent-admitted':
      agentAdmitted(change, event.connection)
      return
    case 'agent-unreachable':
      agentUnreachable(change, event.agentId, event.unixMs)
      return
    case 'agent-gone':
      agentGone(change, event.agentId, event.unixMs)
      return
    case 'quotas-set':
      updateQuota(change, event.quota_configs)
      return
    case 'weights-set':
      updateWeights(change, event.weight_infos)
      return
  }
}

function disconnected(change: Change, connection: string, isFinal: boolean): void {
  giveUpAdmission(change, connection)
  const peer = change.state.peers.get(connection)
  if (peer === undefined) return
  change.state = { ...change.state, peers: change.state.peers.without(connection) }
  if (peer.kind === 'framework') {
    const framework = change.state.frameworks.get(peer.id)
    if (framework?.connection === connection) disconnectFramework(change, framework, isFinal)
  } else {
    const agent = change.state.agents.get(peer.id)
    if (agent?.connection === connection) disconnectAgent(change, agent)
  }
}

function schedulerCall(change: Change, connection: string, call: SchedulerCall): void {
  if (call.type === 'SUBSCRIBE') {
    subscribe(change, connection, call)
    return
  }
  const framework = frameworkOf(change, connection)
  if (framework === undefined) {
    const message = `Framework is not subscribed: ${call.type} needs a SUBSCRIBE before it`
    change.sendScheduler(connection, { type: 'ERROR', error: { message } })
    change.close(connection)
    return
  }
  const frameworkId = framework.id
  switch (call.type) {
    case 'TEARDOWN':
      removeFramework(change, framework)
      return
    case 'ACCEPT':
      accept(change, framework, call)
      return
    case 'DECLINE':
      decline(change, frameworkId, call)
      return
    case 'REVIVE':
      change.tellAllocator({
        type: 'offers-revived',
        frameworkId,
        ...rolesGiven(call.revive?.roles),
      })
      return
    case 'SUPPRESS':
      change.tellAllocator({
        type: 'offers-suppressed',
        frameworkId,
        ...rolesGiven(call.suppress?.roles),
      })
      return
    case 'KILL':
      kill(change, framework, call)
      return
    case 'SHUTDOWN': {
      const { agent_id, executor_id } = call.shutdown
      const shutdown_executor = { framework_id: { value: frameworkId }, executor_id }
      change.sendAgent(agent_id.value, { type: 'SHUTDOWN_EXECUTOR', shutdown_executor })
      return
    }
    case 'ACKNOWLEDGE':
      acknowledge(change, framework, call)
      return
    case 'ACKNOWLEDGE_OPERATION_STATUS':
      acknowledgeOperation(change, framework, call)
      return
    case 'RECONCILE_OPERATIONS':
      reconcileOperations(change, framework, call)
      return
    case 'RECONCILE':
      reconcile(change, framework, call)
      return
    case 'MESSAGE': {
      const { agent_id, executor_id, data } = call.message
      const message = { framework_id: { value: frameworkId }, executor_id, data }
      change.count(
        change.isConnected(agent_id.value)
          ? 'valid_framework_to_executor_messages'
          : 'invalid_framework_to_executor_messages',
      )
      change.sendAgent(agent_id.value, { type: 'MESSAGE', message })
      return
    }
  }
}

function agentCall(change: Change, connection: string, call: AgentCall): void {
  if (call.type === 'REGISTER') {
    registerAgent(change, connection, call)
    return
  }
  const agent = agentOf(change, connection)
  // It has not been told yet that it is in; what it must not lose it says again.
  if (agent === undefined && change.state.admissions.has(connection)) return
  if (agent === undefined) {
    const message = `Agent is not registered: ${call.type} needs a REGISTER before it`
    change.sendSession(connection, {
      type: 'REFUSED',
      refused: { reason: 'not-registered', message },
    })
    change.close(connection)
    return
  }
  switch (call.type) {
    case 'UPDATE':
      updateStatus(change, agent.id, call)
      return
    case 'UPDATE_OPERATION_STATUS':
      operationUpdated(change, agent.id, call)
      return
    case 'EXECUTOR_TERMINATED':
      executorTerminated(change, agent.id, call)
      return
    case 'MESSAGE': {
      const { framework_id, executor_id, data } = call.message
      const message = { agent_id: { value: agent.id }, executor_id, data }
      const isThere = change.state.frameworks.get(framework_id.value)?.connection !== undefined
      change.count(
        isThere ? 'valid_executor_to_framework_messages' : 'invalid_executor_to_framework_messages',
      )
      change.sendFramework(framework_id.value, { type: 'MESSAGE', message })
      return
    }
    case 'UNREGISTER':
      agentUnregistered(change, agent)
      change.close(connection)
      return
  }
}

function frameworkOf(change: Change, connection: string): FrameworkEntry | undefined {
  const peer = change.state.peers.get(connection)
  return peer?.kind === 'framework' ? change.state.frameworks.get(peer.id) : undefined
}

function agentOf(change: Change, connection: string): AgentEntry | undefined {
  const peer = change.state.peers.get(connection)
  return peer?.kind === 'agent' ? change.state.agents.get(peer.id) : undefined
}

function rolesGiven(
  roles: readonly string[] | undefined,
): { readonly roles: readonly string[] } | undefined {
  return roles === undefined || roles.length === 0 ? undefined : { roles }
}
