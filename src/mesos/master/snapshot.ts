import type { Accounts } from '../allocator/index.ts'
import { toWire } from '../resources/index.ts'
import { masterInfoOf } from './frameworks.ts'
import type { Problem } from './old-quota.ts'
import type { FrameworkFound, FrameworkSnapshot, MasterSnapshot, TaskSnapshot } from './protocol.ts'
import type { FrameworkEntry, MasterState, TaskEntry } from './state.ts'

/** All that the master knows, in a form that leaves it. */
export function snapshotOf(state: MasterState, accounts: Accounts): MasterSnapshot {
  const frameworks = [...state.frameworks.values()]
  const { maxCompletedFrameworks, maxCompletedTasks } = state.options
  const shares = new Map(accounts.frameworks.map((share) => [share.frameworkId, share]))
  const shown = (framework: FrameworkEntry, unregisteredUnixMs?: number): FrameworkSnapshot => ({
    id: framework.id,
    info: framework.info,
    isConnected: framework.connection !== undefined,
    isRecovered: framework.isRecovered,
    registeredUnixMs: framework.registeredUnixMs,
    reregisteredUnixMs: framework.reregisteredUnixMs,
    unregisteredUnixMs,
    share: shares.get(framework.id),
    unreachableTasks: [...framework.unreachable.values()].map(({ task }) => taskOf(task)),
    completedTasks: framework.completed.newest(maxCompletedTasks).map(taskOf),
  })
  return {
    type: 'state',
    master_info: masterInfoOf(state),
    epoch: state.options.epoch,
    frameworks: frameworks.map((framework) => shown(framework)),
    completedFrameworks: state.completedFrameworks
      .newest(maxCompletedFrameworks)
      .map(({ framework, unregisteredUnixMs }) => shown(framework, unregisteredUnixMs)),
    agents: [...state.agents.values()].map((agent) => ({
      id: agent.id,
      info: agent.info,
      isConnected: agent.connection !== undefined,
      registeredUnixMs: agent.registeredUnixMs,
      total: toWire(agent.total),
      executors: [...agent.executors.values()].map((executor) => ({
        frameworkId: executor.frameworkId,
        executorId: executor.info.executor_id.value,
        info: executor.info,
      })),
    })),
    recoveredAgents: [...state.recovered.values()],
    unreachableAgents: state.unreachable.size,
    tasks: frameworks.flatMap(({ tasks }) => [...tasks.values()].map(taskOf)),
    ended: state.ended,
    offers: [...state.offers.values()].map(({ offer }) => offer),
    roles: accounts.roles,
  }
}

function taskOf({ info, frameworkId, agentId, state, statuses }: TaskEntry): TaskSnapshot {
  return { id: info.task_id.value, frameworkId, agentId, state, info, statuses }
}

/** How a framework stands with the master. */
export function standingOf({ frameworks }: MasterState, id: string): FrameworkFound {
  const framework = frameworks.get(id)
  const isConnected = framework?.connection !== undefined
  const standing = framework === undefined ? 'unknown' : isConnected ? 'connected' : 'disconnected'
  return { type: 'framework-found', standing }
}

/** Why an operator can't end a framework, in Mesos' words. */
export function teardownProblem({ frameworks }: MasterState, id: string): string | undefined {
  return frameworks.has(id) ? undefined : 'No framework found with specified ID'
}

/** Why an agent can't be marked gone; undefined when it can. */
export function goneProblem(state: MasterState, id: string): Problem | undefined {
  const { agents, recovered, unreachable, gone } = state
  if (gone.has(id)) return undefined
  if (recovered.has(id)) {
    return { problem: 'Agent has not yet re-registered with the master', kind: 'conflict' }
  }
  if (agents.has(id) || unreachable.has(id)) return undefined
  return { problem: `Agent '${id}' not found`, kind: 'not-found' }
}
