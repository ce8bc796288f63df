import type { ClusterFigures, FrameworkSnapshot, MasterSnapshot } from '../../master/index.ts'
import { isTerminal, TASK_STATES, type TaskState } from '../../protocol/index.ts'
import { under, type Metrics } from '../metric-values.ts'

const ACTIVE = (Object.keys(TASK_STATES) as readonly TaskState[]).filter(
  (state) => !isTerminal(state),
)

/** Of each framework that may be seen, those that have ended among them: what it has asked for and was told. */
export function frameworkMetrics(snapshot: MasterSnapshot, figures: ClusterFigures): Metrics {
  const { frameworks, completedFrameworks, tasks } = snapshot
  const active = new Map<string, Map<TaskState, number>>()
  for (const { frameworkId, state } of tasks) {
    const own = active.get(frameworkId) ?? new Map<TaskState, number>()
    active.set(frameworkId, own.set(state, (own.get(state) ?? 0) + 1))
  }
  const metrics: Record<string, number> = {}
  for (const framework of [...frameworks, ...completedFrameworks]) {
    const { id, info, isConnected, share, unreachableTasks } = framework
    const own = active.get(id) ?? new Map<TaskState, number>()
    const unreachable = unreachableTasks.filter(({ state }) => state === 'TASK_UNREACHABLE').length
    const shown: Record<string, number> = {
      subscribed: isConnected && frameworks.includes(framework) ? 1 : 0,
      ...figures.frameworks.get(id),
    }
    for (const state of ACTIVE) {
      shown[`tasks/active/${state.toLowerCase()}`] =
        state === 'TASK_UNREACHABLE' ? unreachable : (own.get(state) ?? 0)
    }
    for (const role of share?.roles ?? []) {
      shown[`roles/${role}/suppressed`] = share?.suppressedRoles.includes(role) === true ? 1 : 0
    }
    Object.assign(metrics, under(prefixOf(id, info), shown))
  }
  return metrics
}

/** @see getFrameworkMetricPrefix in master/metrics.cpp of Apache Mesos */
function prefixOf(id: string, { name }: FrameworkSnapshot['info']): string {
  return `master/frameworks/${encodeURIComponent(name)}/${id}`
}
