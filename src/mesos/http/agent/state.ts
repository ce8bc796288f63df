import { hasCapability, rolesOf, type ExecutorInfo, type Resource } from '../../protocol/index.ts'
import { add, noResources, type Resources } from '../../resources/index.ts'
import { attributesJson, taskJson } from '../master/state.ts'
import { amounts, bundle, reservedAmounts, unreservedAmounts } from '../master/view.ts'
import { VERSION } from '../master/version.ts'
import {
  containersIn,
  directoryOf,
  frameworksOf,
  pastTasks,
  tasksOf,
  totalOf,
  type AgentView,
  type ExecutorState,
  type ShownFramework,
} from './view.ts'

type Json = Readonly<Record<string, unknown>>

/** The answer of `/state`: the agent with all its frameworks, executors and tasks. */
export function stateJson(view: AgentView): Json {
  const { state, flags, allows, startedUnixMs } = view
  const { info, endpoint } = state.options
  const wire = totalOf(view)
  const total = bundle(wire)
  const { active, completed } = frameworksOf(view)
  const used = [...state.executors.values()].reduce(
    (sum, executor) => add(sum, usedBy(executor)),
    noResources,
  )
  return {
    ...VERSION,
    start_time: startedUnixMs / 1000,
    id: state.agentId ?? '',
    pid: `slave(1)@${endpoint.host}:${endpoint.port}`,
    hostname: info.hostname,
    capabilities: ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT', 'RESIZE_VOLUME'],
    resources: amounts(total),
    reserved_resources: reservedAmounts(total),
    unreserved_resources: unreservedAmounts(total),
    reserved_resources_full: reservedFull(wire),
    unreserved_resources_full: wire
      .filter((one) => roleOf(one) === undefined)
      .map((one) => ({ ...one, role: '*' })),
    reserved_resources_allocated: reservedAmounts(used),
    unreserved_resources_allocated: unreservedAmounts(used),
    resource_providers: [],
    attributes: attributesJson(info.attributes ?? []),
    ...(flags['master'] !== undefined && { master_hostname: hostOf(flags['master']) }),
    ...(allows('view_flags') && { flags }),
    frameworks: active.map((framework) => frameworkJson(view, framework)),
    completed_frameworks: completed.map((framework) => frameworkJson(view, framework)),
  }
}

/** What is reserved, by role. */
function reservedFull(wire: readonly Resource[]): Json {
  const roles = new Set(wire.map(roleOf).filter((role) => role !== undefined))
  return Object.fromEntries(
    [...roles].sort().map((role) => [role, wire.filter((one) => roleOf(one) === role)]),
  )
}

function roleOf({ reservations, role }: Resource): string | undefined {
  return reservations?.at(-1)?.role ?? (role === '*' ? undefined : role)
}

/** `host:port` or `http://host:port` → the host. */
function hostOf(address: string): string {
  return address.replace(/^http:\/\//, '').replace(/:\d+(\/.*)?$/, '')
}

/** The answer of `/containers`. */
export function containersJson(view: AgentView): readonly Json[] {
  return containersIn(view).map((executor) => {
    const { containerId, process } = executor
    return {
      container_id: containerId,
      ...containerJson(view, executor),
      status: {
        container_id: { value: containerId },
        ...(process !== undefined && { executor_pid: process.pid }),
      },
    }
  })
}

/** The answer of `/monitor/statistics`: of those containers that can say what they use. */
export function statisticsJson(view: AgentView): readonly Json[] {
  return [...view.state.executors.values()]
    .filter(({ containerId }) => view.usage.has(containerId))
    .map((executor) => containerJson(view, executor))
}

function containerJson(view: AgentView, { containerId, frameworkId, info }: ExecutorState): Json {
  const statistics = view.usage.get(containerId)
  return {
    executor_id: info.executor_id.value,
    executor_name: info.name ?? '',
    framework_id: frameworkId,
    source: info.source ?? '',
    ...(statistics !== undefined && { statistics }),
  }
}

function frameworkJson(view: AgentView, framework: ShownFramework): Json {
  const { id, info, executors, completedExecutors } = framework
  const isMultiRole = hasCapability(info, 'MULTI_ROLE')
  return {
    id,
    name: info.name,
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    hostname: info.hostname ?? '',
    ...(info.principal !== undefined && { principal: info.principal }),
    ...(isMultiRole ? { roles: rolesOf(info) } : { role: info.role ?? '*' }),
    executors: executors.map((executor) => {
      const { queued, launched, terminated, completed } = tasksOf(view, executor)
      return {
        ...executorJson(executor.info, {
          containerId: executor.containerId,
          directory: directoryOf(view, executor),
          used: usedBy(executor),
        }),
        tasks: launched.map(taskJson),
        queued_tasks: queued.map(taskJson),
        completed_tasks: [...terminated, ...completed].map(taskJson),
      }
    }),
    completed_executors: completedExecutors.map((executor) => ({
      ...executorJson(executor.info, {
        containerId: executor.containerId,
        directory: executor.directory,
        used: bundle(executor.info.resources ?? []),
      }),
      tasks: [],
      queued_tasks: [],
      completed_tasks: pastTasks(view, executor).map(taskJson),
    })),
  }
}

interface Run {
  readonly containerId: string
  readonly directory: string
  readonly used: Resources
}

function executorJson(info: ExecutorInfo, { containerId, directory, used }: Run): Json {
  const role = info.resources?.find((one) => one.allocation_info !== undefined)?.allocation_info
  return {
    id: info.executor_id.value,
    name: info.name ?? '',
    source: info.source ?? '',
    container: containerId,
    directory,
    resources: amounts(used),
    ...(role !== undefined && { role: role.role }),
    ...(info.labels !== undefined && { labels: info.labels.labels }),
    ...(info.type !== undefined && { type: info.type }),
  }
}

/** What an executor and its tasks were given. */
function usedBy({ info, tasks }: ExecutorState): Resources {
  return [...tasks.values()].reduce(
    (sum, task) => add(sum, bundle(task.info.resources)),
    bundle(info.resources ?? []),
  )
}
