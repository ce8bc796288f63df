import { sandboxOf, type AgentState, type PastExecutor } from '../../agent/index.ts'
import { withCheckpointed } from '../../operations/index.ts'
import {
  isTerminal,
  type FrameworkInfo,
  type Resource,
  type ResourceStatistics,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '../../protocol/index.ts'
import { fromWire, toWire } from '../../resources/index.ts'

export type ExecutorState = ReturnType<AgentState['executors']['get']> & object

/** What answers are made of. */
export interface AgentView {
  readonly state: AgentState
  /** By container. */
  readonly usage: ReadonlyMap<string, ResourceStatistics>
  readonly flags: Readonly<Record<string, string>>
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

/** The frameworks that are here, and those that were. */
export function frameworksOf({ state }: AgentView): {
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
  const shown = (id: string, info: FrameworkInfo): ShownFramework => ({
    id,
    info,
    executors: byFramework.get(id) ?? [],
    completedExecutors:
      history.executors.get(id)?.newest(options.maxCompletedExecutorsPerFramework) ?? [],
  })
  return {
    active: [...frameworks].map(([id, info]) => shown(id, info)),
    completed: history.frameworks
      .filter(({ id }) => !frameworks.has(id))
      .map(({ id, info }) => shown(id, info)),
  }
}

/** The tasks of an executor that runs. */
export function tasksOf({ state }: AgentView, executor: ExecutorState): ShownTasks {
  const { frameworkId, info, tasks } = executor
  const { history, updates } = state
  const agentId = state.agentId ?? ''
  const living = [...tasks].map(([id, task]) => ({
    isQueued: !task.isDelivered,
    id,
    frameworkId,
    agentId,
    state: task.state,
    info: task.info,
    statuses: history.statuses.get(`${frameworkId}/${id}`) ?? [],
  }))
  const key = `${frameworkId}/${info.executor_id.value}`
  const past = (history.tasks.get(key)?.newest(MOST_TASKS) ?? []).map((task) =>
    pastTask(frameworkId, agentId, task),
  )
  const isPending = ({ id }: ShownTask): boolean => {
    const last = updates.get(`${frameworkId}/${id}`)?.waiting.at(-1)
    return last !== undefined && isTerminal(last.state)
  }
  return {
    queued: living.filter(({ isQueued }) => isQueued),
    launched: living.filter(({ isQueued }) => !isQueued),
    terminated: past.filter(isPending),
    completed: past.filter((task) => !isPending(task)),
  }
}

/** As many tasks of an executor are remembered. */
const MOST_TASKS = 200

/** The tasks of an executor that is over. */
export function pastTasks({ state }: AgentView, executor: PastExecutor): readonly ShownTask[] {
  return executor.tasks.map((task) => pastTask(executor.frameworkId, state.agentId ?? '', task))
}

function pastTask(
  frameworkId: string,
  agentId: string,
  { info, state, statuses }: PastExecutor['tasks'][number],
): ShownTask {
  return { id: info.task_id.value, frameworkId, agentId, state, info, statuses }
}
