import type { TaskState } from '../../protocol/index.ts'
import { add, noResources, scalarOf } from '../../resources/index.ts'
import { bundle } from '../master/view.ts'
import { systemMetrics, type Metrics } from '../metric-values.ts'
import { totalOf, type AgentView } from './view.ts'

/** What of Mesos' can't happen here: nothing is revocable, nobody is preempted, an agent that can't recover does not start. */
const NEVER = [
  ...['cpus', 'gpus', 'mem', 'disk'].flatMap((name) =>
    ['total', 'used', 'percent'].map((what) => `slave/${name}_revocable_${what}`),
  ),
  'slave/executors_preempted',
  'slave/recovery_errors',
]
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
  return {
    ...metrics,
    ...Object.fromEntries(NEVER.map((name) => [name, 0])),
    ...pastMetrics(view),
    ...systemMetrics(view.machine),
  }
}

/** What is over, and what was done meanwhile, since the agent began. */
function pastMetrics({ state, figures }: AgentView): Metrics {
  const { finished, failed, killed, lost, gone, executorsOver } = state.history
  const { launchErrors, statusUpdates, collector, fetcher } = figures
  return {
    'slave/tasks_finished': finished,
    'slave/tasks_failed': failed,
    'slave/tasks_killed': killed,
    'slave/tasks_lost': lost,
    'slave/tasks_gone': gone,
    'slave/executors_terminated': executorsOver,
    'slave/container_launch_errors': launchErrors,
    'slave/valid_status_updates': statusUpdates,
    'gc/path_removals_pending': collector.pending,
    'gc/path_removals_succeeded': collector.succeeded,
    'gc/path_removals_failed': collector.failed,
    'containerizer/fetcher/task_fetches_succeeded': fetcher.succeeded,
    'containerizer/fetcher/task_fetches_failed': fetcher.failed,
    'containerizer/fetcher/cache_size_total_bytes': fetcher.cacheTotalBytes,
    'containerizer/fetcher/cache_size_used_bytes': fetcher.cacheUsedBytes,
  }
}
