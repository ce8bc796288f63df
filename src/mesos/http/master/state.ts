import {
  hasCapability,
  pidOf,
  rolesOf,
  type Attribute,
  type TaskInfo,
} from '../../protocol/index.ts'
import { scalarOf } from '../../resources/index.ts'
import {
  amounts,
  bundle,
  Cluster,
  reservedAmounts,
  unreservedAmounts,
  type Agent,
  type Executor,
  type Framework,
  type MasterView,
  type Task,
} from './view.ts'
import { Each, piecesOf } from './each.ts'
import { VERSION } from './version.ts'

/** The text of `/state`, bit by bit. */
export function* statePieces(view: MasterView): Generator<string> {
  const cluster = new Cluster(view)
  for (const _ of cluster.counting()) yield ''
  yield* piecesOf(stateJson(view, cluster))
}

type Json = Readonly<Record<string, unknown>>
type Status = Task['statuses'][number]

/** The answer of `/state`: the cluster with all its tasks. */
export function stateJson(view: MasterView, cluster: Cluster = new Cluster(view)): Json {
  const { snapshot, flags, startedUnixMs } = view
  const { master_info } = snapshot
  const active = snapshot.agents.filter(({ isConnected }) => isConnected).length
  return {
    ...VERSION,
    start_time: startedUnixMs / 1000,
    elected_time: startedUnixMs / 1000,
    id: master_info.id,
    pid: master_info.pid,
    hostname: master_info.hostname,
    capabilities: [],
    activated_slaves: active,
    deactivated_slaves: snapshot.agents.length - active,
    unreachable_slaves: snapshot.unreachableAgents,
    leader: master_info.pid,
    leader_info: {
      id: master_info.id,
      pid: master_info.pid,
      port: master_info.port,
      hostname: master_info.hostname,
    },
    ...(flags !== undefined && { flags }),
    slaves: new Each(snapshot.agents, (agent) => agentJson(cluster, agent)),
    recovered_slaves: snapshot.recoveredAgents,
    frameworks: new Each(snapshot.frameworks, (one) => frameworkJson(cluster, one)),
    completed_frameworks: new Each(snapshot.completedFrameworks, (one) =>
      frameworkJson(cluster, one),
    ),
    orphan_tasks: [],
    unregistered_frameworks: [],
  }
}

/** The answer of `/state-summary`: tasks only counted, those that are over or out of reach as well. */
export function summaryJson(view: MasterView): Json {
  const { snapshot } = view
  const cluster = new Cluster(view)
  const ofFrameworks = new Map<string, readonly Task[]>()
  const ofAgents = new Map<string, Task[]>()
  for (const { id, unreachableTasks, completedTasks } of snapshot.frameworks) {
    const tasks = [...cluster.tasksOf({ frameworkId: id }), ...unreachableTasks, ...completedTasks]
    ofFrameworks.set(id, tasks)
    for (const task of tasks) {
      const there = ofAgents.get(task.agentId)
      if (there === undefined) ofAgents.set(task.agentId, [task])
      else there.push(task)
    }
  }
  return {
    hostname: snapshot.master_info.hostname,
    slaves: snapshot.agents.map((agent) => {
      const tasks = ofAgents.get(agent.id) ?? []
      return {
        ...agentJson(cluster, agent),
        ...counts(tasks),
        framework_ids: [...new Set(tasks.map(({ frameworkId }) => frameworkId))],
      }
    }),
    frameworks: snapshot.frameworks.map((framework) => {
      const tasks = ofFrameworks.get(framework.id) ?? []
      return {
        ...frameworkSummary(cluster, framework),
        ...counts(tasks),
        slave_ids: [...new Set(tasks.map(({ agentId }) => agentId))],
      }
    }),
  }
}

/** The answer of `/slaves`, of one of them if `id` is given. */
export function slavesJson(view: MasterView, id: string | undefined): Json {
  const { snapshot } = view
  const cluster = new Cluster(view)
  const agents = snapshot.agents.filter((agent) => id === undefined || agent.id === id)
  const recovered = snapshot.recoveredAgents.filter(
    (one) => id === undefined || one.id?.value === id,
  )
  return { slaves: agents.map((agent) => agentJson(cluster, agent)), recovered_slaves: recovered }
}

/** The answer of `/frameworks`, of one of them if `id` is given. */
export function frameworksJson(view: MasterView, id: string | undefined): Json {
  const { snapshot } = view
  const cluster = new Cluster(view)
  const shown = (all: readonly Framework[]): readonly Json[] =>
    all
      .filter((one) => id === undefined || one.id === id)
      .map((framework) => frameworkJson(cluster, framework))
  return {
    frameworks: shown(snapshot.frameworks),
    completed_frameworks: shown(snapshot.completedFrameworks),
    unregistered_frameworks: [],
  }
}

export function taskJson(
  task: Pick<Task, 'agentId' | 'frameworkId' | 'id' | 'info' | 'state' | 'statuses'>,
): Json {
  const { info } = task
  return {
    id: task.id,
    name: info.name,
    framework_id: task.frameworkId,
    executor_id: info.executor?.executor_id.value ?? '',
    slave_id: task.agentId,
    state: task.state,
    resources: amounts(bundle(info.resources)),
    role: info.resources.find((one) => one.allocation_info !== undefined)?.allocation_info?.role,
    statuses: task.statuses.map(statusJson),
    ...(info.labels !== undefined && { labels: info.labels.labels }),
    ...passed(info),
  }
}

function statusJson({ state, timestamp, labels, container_status, healthy }: Status): Json {
  return {
    state,
    timestamp,
    ...(labels !== undefined && { labels: labels.labels }),
    ...(container_status !== undefined && { container_status }),
    ...(healthy !== undefined && { healthy }),
  }
}

/** What a task says of itself that only its reader understands. */
function passed(info: TaskInfo): Json {
  const given = info as unknown as Json
  const names = ['discovery', 'container', 'health_check']
  return Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  )
}

function agentJson(cluster: Cluster, agent: Agent): Json {
  const { id, info, isConnected } = agent
  const total = bundle(agent.total)
  const port = info.port ?? 5051
  return {
    id,
    hostname: info.hostname,
    port,
    attributes: attributesJson(info.attributes ?? []),
    pid: pidOf(info),
    registered_time: agent.registeredUnixMs / 1000,
    resources: amounts(total),
    used_resources: amounts(cluster.usedBy({ agentId: id })),
    offered_resources: amounts(cluster.offeredTo({ agentId: id })),
    reserved_resources: reservedAmounts(total),
    unreserved_resources: unreservedAmounts(total),
    active: isConnected,
    deactivated: false,
    version: VERSION.version,
    capabilities: [],
  }
}

/** An agent's attributes by their names. */
export function attributesJson(
  attributes: readonly Attribute[],
): Readonly<Record<string, number | string>> {
  return Object.fromEntries(attributes.map((one) => [one.name, attributeValue(one)]))
}

function attributeValue(attribute: Attribute): number | string {
  switch (attribute.type) {
    case 'SCALAR':
      return attribute.scalar.value
    case 'RANGES':
      return `[${attribute.ranges.range.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`
    case 'TEXT':
      return attribute.text.value
  }
}

function frameworkSummary(cluster: Cluster, framework: Framework): Json {
  const { id, info, isConnected } = framework
  const frameworkId = id
  const used = cluster.usedBy({ frameworkId })
  const offered = cluster.offeredTo({ frameworkId })
  return {
    id,
    name: info.name,
    capabilities: (info.capabilities ?? []).map(({ type }) => type),
    hostname: info.hostname ?? '',
    webui_url: info.webui_url ?? '',
    active: isConnected,
    connected: isConnected,
    recovered: framework.isRecovered && !isConnected,
    resources: summed(amounts(used), amounts(offered)),
    used_resources: amounts(used),
    offered_resources: amounts(offered),
  }
}

function frameworkJson(cluster: Cluster, framework: Framework): Json {
  const { id, info } = framework
  const isMultiRole = hasCapability(info, 'MULTI_ROLE')
  return {
    ...frameworkSummary(cluster, framework),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    ...(info.principal !== undefined && { principal: info.principal }),
    registered_time: framework.registeredUnixMs / 1000,
    unregistered_time: (framework.unregisteredUnixMs ?? 0) / 1000,
    ...(framework.reregisteredUnixMs !== undefined && {
      reregistered_time: framework.reregisteredUnixMs / 1000,
    }),
    ...(isMultiRole ? { roles: rolesOf(info) } : { role: info.role ?? '*' }),
    tasks: new Each(cluster.tasksOf({ frameworkId: id }), taskJson),
    unreachable_tasks: new Each(framework.unreachableTasks, taskJson),
    completed_tasks: new Each(framework.completedTasks, taskJson),
    offers: cluster.snapshot.offers
      .filter(({ framework_id }) => framework_id.value === id)
      .map((offer) => ({
        id: offer.id.value,
        framework_id: id,
        slave_id: offer.agent_id.value,
        allocation_info: offer.allocation_info,
        resources: amounts(bundle(offer.resources)),
      })),
    executors: new Each(
      cluster.snapshot.agents.flatMap((agent) =>
        agent.executors
          .filter(({ frameworkId }) => frameworkId === id)
          .map((executor) => ({ agent, executor })),
      ),
      ({ agent, executor }) => executorJson(agent, executor),
    ),
    ...(info.labels !== undefined && { labels: info.labels.labels }),
  }
}

function executorJson(agent: Agent, { frameworkId, executorId, info }: Executor): Json {
  return {
    executor_id: executorId,
    name: info.name ?? '',
    framework_id: frameworkId,
    slave_id: agent.id,
    source: info.source ?? '',
    resources: amounts(bundle(info.resources ?? [])),
    command: info.command ?? {},
    ...(info.type !== undefined && { type: info.type }),
  }
}

const COUNTED = [
  'STAGING',
  'STARTING',
  'RUNNING',
  'KILLING',
  'FINISHED',
  'KILLED',
  'FAILED',
  'LOST',
  'ERROR',
  'UNREACHABLE',
] as const

/** How many tasks are in each state, as `TASK_RUNNING` and so on. */
function counts(tasks: readonly Task[]): Json {
  return Object.fromEntries(
    COUNTED.map((state) => [
      `TASK_${state}`,
      tasks.filter((task) => task.state === `TASK_${state}`).length,
    ]),
  )
}

function summed(a: Json, b: Json): Json {
  return Object.fromEntries(
    Object.entries(a).map(([name, amount]) => {
      const other = b[name]
      return typeof amount === 'number' && typeof other === 'number'
        ? [name, amount + other]
        : [name, amount]
    }),
  )
}

/** The sums that `/metrics/snapshot` shows of one resource. */
export function scalarTotals(
  cluster: Cluster,
  name: string,
): { readonly total: number; readonly used: number } {
  const { agents } = cluster.snapshot
  const total = agents.reduce((sum, agent) => sum + scalarOf(bundle(agent.total), name), 0)
  const used = agents.reduce(
    (sum, { id }) => sum + scalarOf(cluster.usedBy({ agentId: id }), name),
    0,
  )
  return { total, used }
}
