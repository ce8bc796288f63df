import type { Accounts } from '../allocator/index.ts'
import { toWire } from '../resources/index.ts'
import { masterInfoOf } from './frameworks.ts'
import type { Problem } from './old-quota.ts'
import type { FrameworkFound, MasterSnapshot } from './protocol.ts'
import type { MasterState } from './state.ts'

/** All that the master knows, in a form that leaves it. */
export function snapshotOf(state: MasterState, accounts: Accounts): MasterSnapshot {
  const frameworks = [...state.frameworks.values()]
  const shares = new Map(accounts.frameworks.map((share) => [share.frameworkId, share]))
  return {
    type: 'state',
    master_info: masterInfoOf(state),
    epoch: state.options.epoch,
    frameworks: frameworks.map(({ id, info, connection, isRecovered, registeredUnixMs }) => ({
      id,
      info,
      isConnected: connection !== undefined,
      isRecovered,
      registeredUnixMs,
      share: shares.get(id),
    })),
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
    tasks: frameworks.flatMap(({ id: frameworkId, tasks }) =>
      [...tasks].map(([id, { agentId, state: taskState, info }]) => ({
        id,
        frameworkId,
        agentId,
        state: taskState,
        info,
      })),
    ),
    offers: [...state.offers.values()].map(({ offer }) => offer),
    roles: accounts.roles,
  }
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
