import { asUuid, pidOf } from '../../protocol/index.ts'
import { toWire } from '../../resources/index.ts'
import type { MessageValue } from '../wire/index.ts'
import { weightsJson } from './roles.ts'
import { VERSION } from './version.ts'
import { Cluster, type Agent, type Framework, type MasterView, type Task } from './view.ts'

const NANOSECONDS = 1e6

export function masterOf({ snapshot, startedUnixMs }: MasterView): MessageValue {
  const seconds = startedUnixMs / 1000
  return { master_info: snapshot.master_info, start_time: seconds, elected_time: seconds }
}

export function stateOf(view: MasterView): MessageValue {
  return {
    get_tasks: tasksOfCluster(view),
    get_executors: executorsOf(view),
    get_frameworks: frameworksOf(view),
    get_agents: agentsOf(view),
  }
}

export function agentsOf(view: MasterView): MessageValue {
  const { snapshot } = view
  const cluster = new Cluster(view)
  return {
    agents: snapshot.agents.map((agent) => agentOf(agent, cluster)),
    recovered_agents: snapshot.recoveredAgents,
  }
}

/** An agent; without a cluster nothing on it is used or offered. */
export function agentOf(agent: Agent, cluster?: Cluster): MessageValue {
  const { id: agentId, info, isConnected, registeredUnixMs, total } = agent
  return {
    agent_info: info,
    active: isConnected,
    version: VERSION.version,
    pid: pidOf(info),
    registered_time: timeOf(registeredUnixMs),
    total_resources: total,
    ...(cluster !== undefined && {
      allocated_resources: toWire(cluster.usedBy({ agentId })),
      offered_resources: toWire(cluster.offeredTo({ agentId })),
    }),
    deactivated: false,
  }
}

export function frameworksOf(view: MasterView): MessageValue {
  const { snapshot } = view
  const cluster = new Cluster(view)
  return {
    frameworks: snapshot.frameworks.map((one) => frameworkOf(one, cluster)),
    completed_frameworks: snapshot.completedFrameworks.map((one) => frameworkOf(one, cluster)),
  }
}

/** A framework; without a cluster it holds nothing and has no offers. */
export function frameworkOf(framework: Framework, cluster?: Cluster): MessageValue {
  const { id: frameworkId, info, isConnected, isRecovered, registeredUnixMs } = framework
  const { reregisteredUnixMs = registeredUnixMs, unregisteredUnixMs } = framework
  return {
    framework_info: info,
    active: isConnected,
    connected: isConnected,
    recovered: isRecovered && !isConnected,
    registered_time: timeOf(registeredUnixMs),
    reregistered_time: timeOf(reregisteredUnixMs),
    ...(unregisteredUnixMs !== undefined && { unregistered_time: timeOf(unregisteredUnixMs) }),
    ...(cluster !== undefined && {
      offers: cluster.snapshot.offers.filter(
        ({ framework_id }) => framework_id.value === frameworkId,
      ),
      allocated_resources: toWire(cluster.usedBy({ frameworkId })),
      offered_resources: toWire(cluster.offeredTo({ frameworkId })),
    }),
  }
}

export function executorsOf({ snapshot }: MasterView): MessageValue {
  return {
    executors: snapshot.agents.flatMap(({ id, executors }) =>
      executors.map(({ frameworkId, info }) => ({
        agent_id: { value: id },
        executor_info: { ...info, framework_id: { value: frameworkId } },
      })),
    ),
  }
}

export function tasksOfCluster({ snapshot }: MasterView): MessageValue {
  const frameworks = [...snapshot.frameworks, ...snapshot.completedFrameworks]
  return {
    tasks: snapshot.tasks.map(taskOf),
    unreachable_tasks: frameworks.flatMap(({ unreachableTasks }) => unreachableTasks.map(taskOf)),
    completed_tasks: frameworks.flatMap(({ completedTasks }) => completedTasks.map(taskOf)),
  }
}

export function taskOf({ frameworkId, agentId, state, info, statuses }: Task): MessageValue {
  const last = statuses.at(-1)
  return {
    ...info,
    framework_id: { value: frameworkId },
    agent_id: { value: agentId },
    ...(info.executor !== undefined && { executor_id: info.executor.executor_id }),
    state,
    statuses,
    ...(last !== undefined && { status_update_state: last.state }),
    ...(last?.uuid !== undefined && { status_update_uuid: last.uuid }),
  }
}

export function rolesOfCluster({ snapshot }: MasterView): MessageValue {
  return {
    roles: snapshot.roles.map(({ role, weight, frameworkIds, held }) => ({
      name: role,
      weight,
      frameworks: frameworkIds.map((value) => ({ value })),
      resources: [...held].map(([name, thousandths]) => ({
        name,
        type: 'SCALAR',
        scalar: { value: thousandths / 1000 },
      })),
    })),
  }
}

/** Nothing where no weight was ever set. */
export function weightsOf(view: MasterView): MessageValue | undefined {
  const weight_infos = weightsJson(view)
  return weight_infos.length === 0 ? undefined : { weight_infos }
}

function timeOf(unixMs: number): { readonly nanoseconds: number } {
  return { nanoseconds: Math.round(unixMs * NANOSECONDS) }
}

export function operationsOf({ snapshot }: MasterView): MessageValue {
  return {
    operations: snapshot.operations.map(({ frameworkId, agentId, operation, status }) => ({
      framework_id: { value: frameworkId },
      agent_id: { value: agentId },
      info: operation,
      latest_status: status,
      statuses: status.state === 'OPERATION_PENDING' ? [] : [status],
      uuid: { value: uuidOf(`${frameworkId}/${operation.id?.value ?? ''}`) },
    })),
  }
}

/** Names an operation: the same bytes for the same text, and others for another as far as 128 bits can tell. */
function uuidOf(text: string): Uint8Array {
  const bytes = new Uint8Array(16)
  const codes = new TextEncoder().encode(text)
  for (let lane = 0; lane < 4; lane++) {
    let hash = 0x811c9dc5 ^ lane
    for (const code of codes) hash = Math.imul(hash ^ code, 0x01000193)
    new DataView(bytes.buffer).setUint32(lane * 4, hash >>> 0)
  }
  return asUuid(bytes)
}
