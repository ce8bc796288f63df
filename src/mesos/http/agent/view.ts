import {
  sandboxOf,
  type AgentFigures,
  type AgentState,
  type PastExecutor,
} from '../../agent/index.ts'
import type { SeesSandboxes } from '../../files/index.ts'
import { withCheckpointed } from '../../operations/index.ts'
import {
  isTerminal,
  type ExecutorInfo,
  type FrameworkInfo,
  type Resource,
  type ResourceStatistics,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '../../protocol/index.ts'
import { fromWire, toWire } from '../../resources/index.ts'
import type { Action } from '../../security/index.ts'
import type { Machine } from '../metric-values.ts'

export type ExecutorState = ReturnType<AgentState['executors']['get']> & object

/** What answers are made of. */
export interface AgentView {
  readonly state: AgentState
  readonly figures: AgentFigures
  /** By container. */
  readonly usage: ReadonlyMap<string, ResourceStatistics>
  readonly flags: Readonly<Record<string, string>>
  /** Whether whoever asks may do or see that. */
  readonly allows: (action: Action, object?: string) => boolean
  /** That the agent is on. */
  readonly machine: Machine
  readonly startedUnixMs: number
  readonly nowUnixMs: number
}

/** A task as answers show it. */
export interface ShownTask {
  readonly id: string
  readonly frameworkId: string
  readonly agentId: string
  readonly state: TaskState
  readonly info: TaskInfo
  readonly statuses: readonly TaskStatus[]
}

/** A framework that has something here, or had. */
export interface ShownFramework {
  readonly id: string
  readonly info: FrameworkInfo
  readonly executors: readonly ExecutorState[]
  readonly completedExecutors: readonly PastExecutor[]
}

/** The tasks of one executor by how far they are. */
export interface ShownTasks {
  /** Not handed to it yet. */
  readonly queued: readonly ShownTask[]
  readonly launched: readonly ShownTask[]
  /** Over, but their frameworks have not acknowledged that. */
  readonly terminated: readonly ShownTask[]
  readonly completed: readonly ShownTask[]
}

/** All that the agent has, with the reservations and volumes that were made of it. */
export function totalOf({ state }: AgentView): readonly Resource[] {
  const { resources } = state.options.info
  if (state.checkpointed.length === 0) return resources
  const total = withCheckpointed(fromWire(resources), fromWire(state.checkpointed))
  return typeof total === 'string' ? resources : toWire(total)
}

/** The sandbox of an executor that runs. */
export function directoryOf({ state }: AgentView, executor: ExecutorState): string {
  const { frameworkId, info, containerId } = executor
  return sandboxOf(state, frameworkId, info.executor_id.value, containerId)
}

/** The frameworks that are here, and those that were, as far as they are to be seen. */
export function frameworksOf({ state, allows }: AgentView): {
  readonly active: readonly ShownFramework[]
  readonly completed: readonly ShownFramework[]
} {
  const { frameworks, executors, history, options } = state
  const byFramework = new Map<string, ExecutorState[]>()
  for (const executor of executors.values()) {
    const among = byFramework.get(executor.frameworkId)
    if (among === undefined) byFramework.set(executor.frameworkId, [executor])
    else among.push(executor)
  }
  const most = options.maxCompletedExecutorsPerFramework
  const shown = (id: string, framework: FrameworkInfo): ShownFramework => {
    const isSeen = ({ info }: { readonly info: ExecutorInfo }): boolean =>
      allows('view_executors', info.command?.user ?? framework.user)
    return {
      id,
      info: framework,
      executors: (byFramework.get(id) ?? []).filter(isSeen),
      completedExecutors: (history.executors.get(id)?.newest(most) ?? []).filter(isSeen),
    }
  }
  const isSeen = ({ user }: FrameworkInfo): boolean => allows('view_frameworks', user)
  return {
    active: [...frameworks].filter(([, info]) => isSeen(info)).map(([id, info]) => shown(id, info)),
    completed: history.frameworks
      .filter(({ id, info }) => !frameworks.has(id) && isSeen(info))
      .map(({ id, info }) => shown(id, info)),
  }
}

/** The tasks of an executor that runs, as far as they are to be seen. */
export function tasksOf(view: AgentView, executor: ExecutorState): ShownTasks {
  const { state } = view
  const { frameworkId, info, tasks } = executor
  const { history, updates } = state
  const agentId = state.agentId ?? ''
  const isSeen = taskSight(view, frameworkId)
  const living = [...tasks].map(([id, task]) => ({
    isQueued: !task.isDelivered,
    id,
    frameworkId,
    agentId,
    state: task.state,
    info: task.info,
    statuses: history.statuses.get(`${frameworkId}/${id}`) ?? [],
  }))
  const seen = living.filter(isSeen)
  const key = `${frameworkId}/${info.executor_id.value}`
  const past = (history.tasks.get(key)?.newest(MOST_TASKS) ?? [])
    .filter(isSeen)
    .map((task) => pastTask(frameworkId, agentId, task))
  const isPending = ({ id }: ShownTask): boolean => {
    const last = updates.get(`${frameworkId}/${id}`)?.waiting.at(-1)
    return last !== undefined && isTerminal(last.state)
  }
  return {
    queued: seen.filter(({ isQueued }) => isQueued),
    launched: seen.filter(({ isQueued }) => !isQueued),
    terminated: past.filter(isPending),
    completed: past.filter((task) => !isPending(task)),
  }
}

/** As many tasks of an executor are remembered. */
const MOST_TASKS = 200

/** The tasks of an executor that is over. */
export function pastTasks(view: AgentView, executor: PastExecutor): readonly ShownTask[] {
  return executor.tasks
    .filter(taskSight(view, executor.frameworkId))
    .map((task) => pastTask(executor.frameworkId, view.state.agentId ?? '', task))
}

/** The executors whose containers are to be seen. */
export function containersIn({ state, allows }: AgentView): readonly ExecutorState[] {
  return [...state.executors.values()].filter(({ frameworkId, info }) =>
    allows('view_containers', info.command?.user ?? userOf(state, frameworkId)),
  )
}

/** Whether the sandboxes of an executor may be seen: of each user that one of that name has had. */
export function seesSandboxes({
  state,
  allows,
}: Pick<AgentView, 'state' | 'allows'>): SeesSandboxes {
  return (frameworkId, executorId) => {
    const most = state.options.maxCompletedExecutorsPerFramework
    const known = [
      ...[...state.executors.values()].filter((one) => one.frameworkId === frameworkId),
      ...(state.history.executors.get(frameworkId)?.newest(most) ?? []),
    ].filter(({ info }) => info.executor_id.value === executorId)
    const ofFramework = userOf(state, frameworkId)
    const users = known.map(({ info }) => info.command?.user ?? ofFramework)
    const all = users.length === 0 ? [ofFramework] : users
    return all.every((user) => allows('access_sandboxes', user))
  }
}

/** Whether a task of that framework is to be seen. */
function taskSight(
  { state, allows }: AgentView,
  frameworkId: string,
): (task: { readonly info: TaskInfo }) => boolean {
  const ofFramework = userOf(state, frameworkId)
  return ({ info: { command, executor } }) =>
    allows('view_tasks', command?.user ?? executor?.command?.user ?? ofFramework)
}

/** The user that a framework runs as, as long as it is known. */
function userOf({ frameworks, history }: AgentState, frameworkId: string): string | undefined {
  const known = frameworks.get(frameworkId)
  return known?.user ?? history.frameworks.find(({ id }) => id === frameworkId)?.info.user
}

function pastTask(
  frameworkId: string,
  agentId: string,
  { info, state, statuses }: PastExecutor['tasks'][number],
): ShownTask {
  return { id: info.task_id.value, frameworkId, agentId, state, info, statuses }
}
