import { PersistentMap } from '../persistent-map.ts'
import {
  isTerminal,
  type ExecutorInfo,
  type FrameworkInfo,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '../protocol/index.ts'
import { Recent } from '../recent.ts'

/** A task that is over. */
export interface PastTask {
  readonly info: TaskInfo
  readonly state: TaskState
  readonly statuses: readonly TaskStatus[]
}

/** An executor that is over. */
export interface PastExecutor {
  readonly frameworkId: string
  readonly info: ExecutorInfo
  readonly containerId: string
  /** Its sandbox. */
  readonly directory: string
  /** The newest, the oldest of them first. */
  readonly tasks: readonly PastTask[]
}

/** What an agent remembers of what is over, and the statuses of what is not. Bounded, but for the latter. Immutable. */
export interface AgentHistory {
  /** By `agentKey(framework, task)`: of tasks that are not over. */
  readonly statuses: PersistentMap<readonly TaskStatus[]>
  /** By `agentKey(framework, executor)`: tasks that are over of executors that are not. */
  readonly tasks: PersistentMap<Recent<PastTask>>
  /** By framework. */
  readonly executors: PersistentMap<Recent<PastExecutor>>
  /** Frameworks that had nothing here any more at some time, the newest last. Those of them that are back count as well. */
  readonly frameworks: readonly { readonly id: string; readonly info: FrameworkInfo }[]
  /** How many tasks have ended so since the agent's process began, and how many executors are over. */
  readonly finished: number
  readonly failed: number
  readonly killed: number
  readonly lost: number
  readonly gone: number
  readonly executorsOver: number
}

/** Tasks of one executor that are remembered. */
export const MOST_TASKS = 200
/** Frameworks that are remembered. */
const MOST_FRAMEWORKS = 50

export const noHistory: AgentHistory = {
  statuses: PersistentMap.empty(),
  tasks: PersistentMap.empty(),
  executors: PersistentMap.empty(),
  frameworks: [],
  finished: 0,
  failed: 0,
  killed: 0,
  lost: 0,
  gone: 0,
  executorsOver: 0,
}

/** A status of a task, by its keys in the agent's tables. Of several of one state in a row only the last is kept. */
export function noteStatus(
  history: AgentHistory,
  keys: { readonly task: string; readonly executor: string },
  info: TaskInfo,
  status: TaskStatus,
): AgentHistory {
  // What only its receivers read is not kept.
  const { data: _, uuid: __, ...kept } = status
  const before = history.statuses.get(keys.task) ?? []
  const others = before.at(-1)?.state === status.state ? before.slice(0, -1) : before
  const statuses = [...others, kept]
  if (!isTerminal(status.state)) {
    return { ...history, statuses: history.statuses.with(keys.task, statuses) }
  }
  const past: PastTask = { info, state: status.state, statuses }
  const tasks = history.tasks.get(keys.executor) ?? Recent.none<PastTask>()
  return {
    ...history,
    statuses: history.statuses.without(keys.task),
    tasks: history.tasks.with(keys.executor, tasks.with(past, MOST_TASKS)),
    finished: history.finished + (status.state === 'TASK_FINISHED' ? 1 : 0),
    failed: history.failed + (status.state === 'TASK_FAILED' ? 1 : 0),
    killed: history.killed + (status.state === 'TASK_KILLED' ? 1 : 0),
    lost: history.lost + (isLost(status.state) ? 1 : 0),
    gone: history.gone + (status.state === 'TASK_GONE' ? 1 : 0),
  }
}

/** Who tells them apart is the framework: its agent counts them as one. */
function isLost(state: TaskState): boolean {
  return state === 'TASK_LOST' || state === 'TASK_DROPPED'
}

/** An executor is over, and the last statuses of its tasks are noted. */
export function noteExecutor(
  history: AgentHistory,
  key: string,
  executor: Omit<PastExecutor, 'tasks'>,
  most: number,
): AgentHistory {
  const { frameworkId } = executor
  const tasks = history.tasks.get(key)?.newest(MOST_TASKS) ?? []
  const before = history.executors.get(frameworkId) ?? Recent.none<PastExecutor>()
  return {
    ...history,
    tasks: history.tasks.without(key),
    executors: history.executors.with(frameworkId, before.with({ ...executor, tasks }, most)),
    executorsOver: history.executorsOver + 1,
  }
}

/** A framework has nothing here any more. */
export function noteFramework(
  history: AgentHistory,
  id: string,
  info: FrameworkInfo,
): AgentHistory {
  const all = [...history.frameworks.filter((one) => one.id !== id), { id, info }]
  const [oldest] = all
  let { tasks } = history
  // Of tasks that no executor has ever had nobody else is told the end.
  for (const key of tasks.keys()) if (key.startsWith(`${id}/`)) tasks = tasks.without(key)
  if (all.length <= MOST_FRAMEWORKS || oldest === undefined) {
    return { ...history, tasks, frameworks: all }
  }
  const executors = history.executors.without(oldest.id)
  return { ...history, tasks, executors, frameworks: all.slice(1) }
}
