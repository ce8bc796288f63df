import {
  applyOperation,
  convert,
  unallocatedConversions,
  type Conversion,
  type OperationContext,
  type Refusal,
  type ResourceOperation,
} from '../operations/index.ts'
import { isTerminal, pidOf, type AskedOperation, type InvalidOperation } from '../protocol/index.ts'
import {
  add,
  checkpointedPart,
  noResources,
  toWire,
  unallocated,
  type Resources,
} from '../resources/index.ts'
import { operationProblem } from './authorization.ts'
import type { Change } from './change.ts'
import { expectFeedback } from './feedback.ts'
import { rescindOffers } from './offers.ts'
import type { AgentEntry } from './state.ts'

/**
 * Carries one operation out on `pool`, which is a framework's by its offers: what is there afterwards. Master, allocator
 * and agent know of it from then on. Or answers, and returns, why not.
 */
export function operate(
  change: Change,
  frameworkId: string,
  agentId: string,
  role: string,
  pool: Resources,
  operation: ResourceOperation,
): Resources | string {
  const framework = change.state.frameworks.get(frameworkId)
  const agent = change.state.agents.get(agentId)
  if (framework === undefined || agent === undefined) return 'Framework or agent is gone'
  const { info } = framework
  const unauthorized = operationProblem(change.state.options.acls, info.principal, operation)
  if (unauthorized !== undefined) {
    dropOperation(change, frameworkId, operation, unauthorized)
    return unauthorized
  }
  const context: OperationContext = {
    framework: { id: frameworkId, info, role },
    principal: info.principal,
    checkpointed: checkpointedPart(agent.total),
    inUse: operation.type === 'DESTROY' ? usedOn(change, agent) : [],
  }
  const applied = applyOperation(pool, operation, context)
  if ('kind' in applied) {
    const message = refusalMessage(applied, operation.type, agent)
    dropOperation(change, frameworkId, operation, message)
    return message
  }
  const { conversions, resources } = applied
  if (operation.type === 'DESTROY') {
    // A shared volume may be on offer to others.
    const volumes = unallocated(
      conversions.map(({ consumed }) => consumed).reduce(add, noResources),
    )
    rescindOffers(
      change,
      ({ holding }) =>
        holding.agentId === agentId &&
        [...unallocated(holding.resources).keys()].some((key) => volumes.has(key)),
      'a volume in it is destroyed',
    )
  }
  change.tellAllocator({ type: 'allocation-converted', frameworkId, agentId, conversions })
  const asked =
    operation.id === undefined ? [] : [{ framework_id: { value: frameworkId }, operation }]
  for (const one of asked) expectFeedback(change, agentId, one)
  convertAgent(change, agent, conversions, asked)
  return resources
}

/** Brings what the agent has in line, and has the agent keep it. */
export function convertAgent(
  change: Change,
  agent: AgentEntry,
  conversions: readonly Conversion[],
  asked: readonly AskedOperation[] = [],
): void {
  const total = convert(agent.total, unallocatedConversions(conversions))
  // What was offered or free of an agent is part of what it has.
  if (typeof total === 'string') return
  change.setAgent({ ...agent, total })
  change.sendAgent(agent.id, {
    type: 'CHECKPOINT_RESOURCES',
    checkpoint_resources: {
      resources: toWire(checkpointedPart(total)),
      ...(asked.length > 0 && { operations: asked }),
    },
  })
}

/** What the framework is told, as by the master of Mesos. */
function refusalMessage({ kind, reason }: Refusal, type: string, agent: AgentEntry): string {
  switch (kind) {
    case 'malformed':
      return `Operation attempted with invalid resources: ${reason}`
    case 'invalid':
      return `${reason}; on agent ${describeAgent(agent)}`
    case 'unavailable':
      return type === 'GROW_VOLUME' || type === 'SHRINK_VOLUME'
        ? `Invalid ${type} operation: ${reason}`
        : reason
  }
}

/** How Mesos names an agent in its messages. */
export function describeAgent({ id, info }: AgentEntry): string {
  return `${id} at ${pidOf(info)} (${info.hostname})`
}

/** Answers an operation that came with offers of an agent, and is none. */
export function dropInvalid(
  change: Change,
  frameworkId: string,
  agentId: string,
  operation: InvalidOperation,
): void {
  const agent = change.state.agents.get(agentId)
  if (agent === undefined) return
  const message = refusalMessage(operation, operation.type, agent)
  dropOperation(change, frameworkId, operation, message)
}

/** Tells a framework that an operation was not carried out, if it wants to know; the log is told anyhow. */
export function dropOperation(
  change: Change,
  frameworkId: string,
  { id, type }: Pick<InvalidOperation, 'id' | 'type'>,
  message: string,
): void {
  change.note('operation-dropped', { framework: frameworkId, operation: type, message })
  if (id === undefined) return
  const status = { operation_id: id, state: 'OPERATION_ERROR' as const, message }
  change.sendFramework(frameworkId, {
    type: 'UPDATE_OPERATION_STATUS',
    update_operation_status: { status },
  })
}

/** What tasks and executors use on an agent. */
export function usedOn(change: Change, agent: AgentEntry): readonly Resources[] {
  const ofExecutors = [...agent.executors.values()].map(({ resources }) => resources)
  const ofTasks = [...agent.tasks].flatMap(([key, taskId]) => {
    const frameworkId = key.slice(0, key.length - taskId.length - 1)
    const task = change.state.frameworks.get(frameworkId)?.tasks.get(taskId)
    return task === undefined || isTerminal(task.state) ? [] : [task.resources]
  })
  return [...ofExecutors, ...ofTasks]
}
