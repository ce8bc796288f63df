import type { MessageValue } from '../wire/index.ts'
import {
  containersIn,
  frameworksOf,
  pastTasks,
  tasksOf,
  totalOf,
  type AgentView,
  type ShownFramework,
  type ShownTask,
  type ShownTasks,
} from './view.ts'

export function agentOf(view: AgentView): MessageValue {
  const { agentId, options } = view.state
  return {
    agent_info: {
      ...options.info,
      resources: totalOf(view),
      ...(agentId !== undefined && { id: { value: agentId } }),
    },
  }
}

export function stateOf(view: AgentView): MessageValue {
  return {
    get_tasks: tasksOfAgent(view),
    get_executors: executorsOf(view),
    get_frameworks: frameworksOfAgent(view),
  }
}

/** Nothing where nothing runs. */
export function containersOf(view: AgentView): MessageValue | undefined {
  const running = containersIn(view)
  if (running.length === 0) return undefined
  return {
    containers: running.map((executor) => {
      const { frameworkId, info, containerId, process } = executor
      const statistics = view.usage.get(containerId)
      return {
        framework_id: { value: frameworkId },
        executor_id: info.executor_id,
        executor_name: info.name ?? '',
        container_id: { value: containerId },
        container_status: {
          container_id: { value: containerId },
          ...(process !== undefined && { executor_pid: process.pid }),
        },
        ...(statistics !== undefined && { resource_statistics: statistics }),
      }
    }),
  }
}

export function frameworksOfAgent(view: AgentView): MessageValue {
  const { active, completed } = frameworksOf(view)
  const shown = ({ id, info }: ShownFramework): MessageValue => ({
    framework_info: { ...info, id: { value: id } },
  })
  return { frameworks: active.map(shown), completed_frameworks: completed.map(shown) }
}

export function executorsOf(view: AgentView): MessageValue {
  const { active, completed } = frameworksOf(view)
  const all = [...active, ...completed]
  const shown = ({ info }: { readonly info: object }): MessageValue => ({
    executor_info: info,
  })
  return {
    executors: all.flatMap(({ executors }) => executors.map(shown)),
    completed_executors: all.flatMap(({ completedExecutors }) => completedExecutors.map(shown)),
  }
}

export function tasksOfAgent(view: AgentView): MessageValue {
  const { active, completed } = frameworksOf(view)
  const all = [...active, ...completed]
  const of = all.flatMap(({ executors }) => executors.map((one) => tasksOf(view, one)))
  const past = all.flatMap(({ completedExecutors }) =>
    completedExecutors.flatMap((one) => pastTasks(view, one)),
  )
  const among = (name: keyof ShownTasks): readonly MessageValue[] =>
    of.flatMap((tasks) => tasks[name].map(taskOf))
  return {
    pending_tasks: [],
    queued_tasks: among('queued'),
    launched_tasks: among('launched'),
    terminated_tasks: among('terminated'),
    completed_tasks: [...among('completed'), ...past.map(taskOf)],
  }
}

function taskOf({ frameworkId, agentId, state, info, statuses }: ShownTask): MessageValue {
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
