import type { Accounts } from '../allocator/index.ts'
import { masterInfoOf } from './frameworks.ts'
import type { MasterSnapshot } from './protocol.ts'
import type { MasterState } from './state.ts'

/** All that the master knows, in a form that leaves it. */
export function snapshotOf(state: MasterState, accounts: Accounts): MasterSnapshot {
  const frameworks = [...state.frameworks.values()]
  const shares = new Map(accounts.frameworks.map((share) => [share.frameworkId, share]))
  return {
    type: 'state',
    master_info: masterInfoOf(state),
    epoch: state.options.epoch,
    frameworks: frameworks.map(({ id, info, connection }) => ({
      id,
      info,
      isConnected: connection !== undefined,
      share: shares.get(id),
    })),
    agents: [...state.agents.values()].map(({ id, info, connection, executors }) => ({
      id,
      info,
      isConnected: connection !== undefined,
      executors: [...executors.values()].map((executor) => ({
        frameworkId: executor.frameworkId,
        executorId: executor.info.executor_id.value,
      })),
    })),
    tasks: frameworks.flatMap(({ id: frameworkId, tasks }) =>
      [...tasks].map(([id, { agentId, state: taskState }]) => ({
        id,
        frameworkId,
        agentId,
        state: taskState,
      })),
    ),
    offers: [...state.offers.values()].map(({ offer }) => offer),
    roles: accounts.roles,
  }
}
