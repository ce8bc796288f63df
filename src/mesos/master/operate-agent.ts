import type { ConversionAnswered } from '../allocator/index.ts'
import { planOperation } from '../operations/index.ts'
import {
  add,
  checkpointedPart,
  equals,
  noResources,
  unallocated,
  without,
  type Resources,
} from '../resources/index.ts'
import { operationProblem } from './authorization.ts'
import type { Change } from './change.ts'
import { rescindOffers } from './offers.ts'
import { convertAgent, describeAgent, usedOn } from './operate.ts'
import type { AgentOperated } from './protocol.ts'
import type { MasterEvent } from './state.ts'

type OperationAsked = Extract<MasterEvent, { readonly type: 'operation-asked' }>
type Refused = NonNullable<AgentOperated['refusal']>

/**
 * An operator's operation on what is free on an agent. What offers have of it is taken back; whether it is there then only
 * the allocator knows, and is asked.
 */
export function operateAgent(change: Change, event: OperationAsked): void {
  const { request, agentId, operation, principal } = event
  const refuse = (kind: Refused['kind'], reason: string): void => {
    change.answerOperation(request, { kind, reason })
  }
  const agent = change.state.agents.get(agentId)
  if (agent?.connection === undefined) {
    refuse('unknown-agent', 'No agent found with specified ID')
    return
  }
  const inUse = operation.type === 'DESTROY' ? usedOn(change, agent) : []
  const planned = planOperation(operation, {
    principal,
    checkpointed: checkpointedPart(agent.total),
    inUse,
  })
  if ('kind' in planned) {
    const { kind, reason } = planned
    const where = operation.type === 'DESTROY' ? '' : ` on agent ${describeAgent(agent)}`
    const why = `Invalid ${operation.type} operation${where}: ${reason}`
    refuse(kind, kind === 'invalid' ? why : reason)
    return
  }
  const unauthorized = operationProblem(change.state.options.acls, principal, operation)
  if (unauthorized !== undefined) {
    refuse('forbidden', unauthorized)
    return
  }
  const { conversions } = planned
  freeFor(change, agentId, conversions.map(({ consumed }) => consumed).reduce(add, noResources))
  const { type } = operation
  const asked = { agentId, registration: agent.connection, operation: type, conversions }
  const operations = change.state.operations.with(request, asked)
  change.state = { ...change.state, operations }
  change.tellAllocator({ type: 'available-converted', agentId, conversions, request })
}

/** Rescinds the offers of an agent that have something of what is required. */
function freeFor(change: Change, agentId: string, required: Resources): void {
  let missing = required
  const why = 'an operator makes something else of what it offers'
  rescindOffers(
    change,
    ({ holding }) => {
      if (holding.agentId !== agentId) return false
      const left = without(missing, unallocated(holding.resources))
      const isUseful = !equals(left, missing)
      missing = left
      return isUseful
    },
    why,
  )
}

/** The allocator has converted what was free on an agent, or could not. */
export function conversionAnswered(change: Change, { request, problem }: ConversionAnswered): void {
  const asked = change.state.operations.get(request)
  if (asked === undefined) return
  change.state = { ...change.state, operations: change.state.operations.without(request) }
  const agent = change.state.agents.get(asked.agentId)
  // Another registration of the agent came with what it had before.
  const isSame = agent?.connection === asked.registration
  const reason = problem ?? (isSame ? undefined : 'The agent has disconnected')
  if (reason !== undefined || agent === undefined) {
    change.answerOperation(request, { kind: 'unavailable', reason: reason ?? '' })
    return
  }
  convertAgent(change, agent, asked.conversions)
  change.note('operation-applied', { agent: asked.agentId, operation: asked.operation })
  change.answerOperation(request)
}
