import { containerSpec } from './container-spec.ts'
import type { AgentSnapshot } from './protocol.ts'
import type { AgentState } from './state.ts'

/** All that the agent knows, in a form that leaves it. */
export function snapshotOf(state: AgentState): AgentSnapshot {
  return {
    type: 'state',
    id: state.agentId,
    info: state.options.info,
    checkpointed: state.checkpointed,
    isRegistered: state.isRegistered,
    epoch: state.epoch,
    executors: [...state.executors.values()].map((executor) => ({
      frameworkId: executor.frameworkId,
      executorId: executor.info.executor_id.value,
      containerId: executor.containerId,
      pid: executor.process?.pid,
      sandbox: containerSpec(state, executor).sandbox,
      isSubscribed: executor.connection !== undefined,
      tasks: [...executor.tasks].map(([id, task]) => ({ id, state: task.state })),
    })),
    pendingUpdates: [...state.updates.values()].reduce((sum, one) => sum + one.waiting.length, 0),
  }
}
