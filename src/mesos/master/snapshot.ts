import type { Accounts } from '../allocator/index.ts'
import { toWire } from '../resources/index.ts'
import { isAllowed } from '../security/index.ts'
import { masterInfoOf } from './frameworks.ts'
import type { MasterOptions } from './options.ts'
import type { Problem } from './old-quota.ts'
import type {
  AgentSnapshot,
  ClusterNews,
  Figures,
  FrameworkFound,
  FrameworkSnapshot,
  MasterSnapshot,
  TaskSnapshot,
} from './protocol.ts'
import type { AgentEntry, FrameworkEntry, MasterNews, MasterState, TaskEntry } from './state.ts'

/** All that the master knows, in a form that leaves it. */
export function snapshotOf(
  state: MasterState,
  accounts: Accounts,
  measured?: { figures(): Figures },
): MasterSnapshot {
  const frameworks = [...state.frameworks.values()]
  const shares = new Map(accounts.frameworks.map((share) => [share.frameworkId, share]))
  const shown = (framework: FrameworkEntry, unregisteredUnixMs?: number): FrameworkSnapshot =>
    frameworkOf(framework, state.options, { share: shares.get(framework.id), unregisteredUnixMs })
  return {
    type: 'state',
    master_info: masterInfoOf(state),
    epoch: state.options.epoch,
    frameworks: frameworks.map((framework) => shown(framework)),
    completedFrameworks: state.completedFrameworks
      .newest(state.options.maxCompletedFrameworks)
      .map(({ framework, unregisteredUnixMs }) => shown(framework, unregisteredUnixMs)),
    agents: [...state.agents.values()].map(agentOf),
    recoveredAgents: [...state.recovered.values()],
    unreachableAgents: state.unreachable.size,
    tasks: frameworks.flatMap(({ tasks }) => [...tasks.values()].map(taskOf)),
    ...(measured !== undefined &&
      accounts.figures !== undefined && {
        figures: { ...measured.figures(), allocator: accounts.figures },
      }),
    ended: state.ended,
    offers: [...state.offers.values()].map(({ offer }) => offer),
    operations: [...state.feedback.values()],
    roles: accounts.roles,
  }
}

/** What has changed, in a form that leaves the master. */
export function newsOf(news: MasterNews, options: MasterOptions): ClusterNews | undefined {
  switch (news.type) {
    case 'task-added':
      return { type: news.type, task: taskOf(news.task) }
    case 'task-updated': {
      const status = news.task.statuses.at(-1)
      return status && { type: news.type, task: taskOf(news.task), status }
    }
    case 'agent-added':
      return { type: news.type, agent: agentOf(news.agent) }
    case 'agent-removed':
      return news
    case 'framework-added':
    case 'framework-updated':
      return { type: news.type, framework: frameworkOf(news.framework, options) }
    case 'framework-removed':
      return { type: news.type, info: news.framework.info }
  }
}

function frameworkOf(
  framework: FrameworkEntry,
  { maxCompletedTasks }: MasterOptions,
  more: Partial<Pick<FrameworkSnapshot, 'share' | 'unregisteredUnixMs'>> = {},
): FrameworkSnapshot {
  return {
    id: framework.id,
    info: framework.info,
    isConnected: framework.connection !== undefined,
    isRecovered: framework.isRecovered,
    registeredUnixMs: framework.registeredUnixMs,
    reregisteredUnixMs: framework.reregisteredUnixMs,
    unregisteredUnixMs: more.unregisteredUnixMs,
    share: more.share,
    unreachableTasks: [...framework.unreachable.values()].map(({ task }) => taskOf(task)),
    completedTasks: framework.completed.newest(maxCompletedTasks).map(taskOf),
  }
}

function agentOf(agent: AgentEntry): AgentSnapshot {
  return {
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

/** Why that operator can't end a framework, in Mesos' words. */
export function teardownProblem(
  { frameworks, options: { acls } }: MasterState,
  id: string,
  principal: string | undefined,
): Problem | undefined {
  const framework = frameworks.get(id)
  if (framework === undefined) return { problem: 'No framework found with specified ID' }
  const whose = framework.info.principal
  return isAllowed(acls, 'teardown_frameworks', principal, whose)
    ? undefined
    : { problem: '403 Forbidden.', kind: 'forbidden' }
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
