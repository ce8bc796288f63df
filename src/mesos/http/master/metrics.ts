import { isTerminal, TASK_STATES, type TaskState } from '../../protocol/index.ts'
import type { ClusterFigures } from '../../master/index.ts'
import { seriesMetrics, systemMetrics, under, type Metrics } from '../metric-values.ts'
import { allocatorMetrics } from './allocator-metrics.ts'
import { frameworkMetrics } from './framework-metrics.ts'
import { scalarTotals } from './state.ts'
import { Cluster, type MasterView } from './view.ts'

/** What of Mesos' can't happen here: messages wait for a master that recovers, who calls by HTTP authenticates with each request. */
const NEVER = [
  'dropped_messages',
  'messages_authenticate',
  'messages_deactivate_framework',
  'slave_shutdowns_scheduled',
  'slave_shutdowns_completed',
  'slave_shutdowns_canceled',
  'messages_update_slave',
  'http_cache_hits',
  // There is no oversubscription.
  ...['cpus', 'gpus', 'mem', 'disk'].flatMap((name) =>
    ['total', 'used', 'percent'].map((what) => `${name}_revocable_${what}`),
  ),
]

/** The metrics by the names of Mesos: those whose values this master has. */
export function metricsJson(view: MasterView): Readonly<Record<string, number>> {
  const { snapshot, startedUnixMs, nowUnixMs } = view
  const cluster = new Cluster(view)
  const { agents, frameworks, tasks, offers, figures } = snapshot
  const active = agents.filter(({ isConnected }) => isConnected).length
  const unreachable = frameworks.flatMap(({ unreachableTasks }) => unreachableTasks)
  const connected = frameworks.filter(({ isConnected }) => isConnected).length
  const metrics: Record<string, number> = {
    'master/elected': 1,
    'master/uptime_secs': (nowUnixMs - startedUnixMs) / 1000,
    'master/slaves_active': active,
    'master/slaves_connected': active,
    'master/slaves_disconnected': agents.length - active,
    'master/slaves_inactive': agents.length - active,
    'master/frameworks_active': connected,
    'master/frameworks_connected': connected,
    'master/frameworks_disconnected': frameworks.length - connected,
    'master/frameworks_inactive': frameworks.length - connected,
    'master/slaves_unreachable': snapshot.unreachableAgents,
    'master/outstanding_offers': offers.length,
    'master/operator_event_stream_subscribers': view.operatorStreams,
  }
  for (const state of Object.keys(TASK_STATES) as readonly TaskState[]) {
    // No task is ever in it: it is an answer.
    if (state === 'TASK_UNKNOWN') continue
    const name = `master/tasks_${state.slice('TASK_'.length).toLowerCase()}`
    metrics[name] = isTerminal(state)
      ? (snapshot.ended[state] ?? 0)
      : [...tasks, ...unreachable].filter((task) => task.state === state).length
  }
  for (const name of ['cpus', 'gpus', 'mem', 'disk']) {
    const { total, used } = scalarTotals(cluster, name)
    metrics[`master/${name}_total`] = total
    metrics[`master/${name}_used`] = used
    metrics[`master/${name}_percent`] = total === 0 ? 0 : used / total
  }
  return {
    ...metrics,
    ...Object.fromEntries(NEVER.map((name) => [`master/${name}`, 0])),
    ...(figures !== undefined && {
      ...under('master', figures.counts),
      ...frameworkMetrics(snapshot, figures),
      ...allocatorMetrics(snapshot, view.whole, figures),
      ...registrarMetrics(figures.registrar),
    }),
    ...systemMetrics(view.machine),
  }
}

function registrarMetrics({ fetchMs, storeMs }: ClusterFigures['registrar']): Metrics {
  return {
    ...(fetchMs !== undefined && { 'registrar/state_fetch_ms': fetchMs }),
    ...seriesMetrics('registrar/state_store_ms', storeMs),
  }
}
