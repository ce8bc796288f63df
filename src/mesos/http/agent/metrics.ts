import type { TaskState } from '../../protocol/index.ts'
import { add, noResources, scalarOf } from '../../resources/index.ts'
import { bundle } from '../master/view.ts'
import { systemMetrics } from '../metric-values.ts'
import { totalOf, type AgentView } from './view.ts'

const SHOWN_STATES = ['STAGING', 'STARTING', 'RUNNING', 'KILLING'] as const

/** The metrics by the names of Mesos: those whose values this agent has. */
export function metricsJson(view: AgentView): Readonly<Record<string, number>> {
  const { state, startedUnixMs, nowUnixMs } = view
  const executors = [...state.executors.values()]
  const tasks = executors.flatMap((executor) => [...executor.tasks.values()])
  const inState = (name: TaskState): number => tasks.filter((task) => task.state === name).length
  const ending = executors.filter((one) => one.ending !== undefined).length
  const subscribed = executors.filter((one) => one.connection !== undefined).length
  const metrics: Record<string, number> = {
    'slave/uptime_secs': (nowUnixMs - startedUnixMs) / 1000,
    'slave/registered': state.isRegistered ? 1 : 0,
    'slave/frameworks_active': state.frameworks.size,
    'slave/executors_registering': executors.length - subscribed,
    'slave/executors_running': subscribed - Math.min(subscribed, ending),
    'slave/executors_terminating': ending,
  }
  for (const name of SHOWN_STATES) {
    metrics[`slave/tasks_${name.toLowerCase()}`] = inState(`TASK_${name}`)
  }
  const total = bundle(totalOf(view))
  const used = executors.reduce(
    (sum, { info }) => add(sum, bundle(info.resources ?? [])),
    tasks.reduce((sum, { info }) => add(sum, bundle(info.resources)), noResources),
  )
  for (const name of ['cpus', 'gpus', 'mem', 'disk']) {
    const has = scalarOf(total, name)
    const uses = scalarOf(used, name)
    metrics[`slave/${name}_total`] = has
    metrics[`slave/${name}_used`] = uses
    metrics[`slave/${name}_percent`] = has === 0 ? 0 : uses / has
  }
  return { ...metrics, ...systemMetrics(view.machine) }
}
