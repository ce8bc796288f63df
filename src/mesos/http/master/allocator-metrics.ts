import type { ClusterFigures, MasterSnapshot } from '../../master/index.ts'
import { seriesMetrics, under, type Metrics } from '../metric-values.ts'

const THOUSANDTHS = 1000

/** What the allocator has done, and how resources are shared. Of the roles those that may be seen. */
export function allocatorMetrics(
  { roles }: MasterSnapshot,
  whole: MasterSnapshot,
  { allocator }: ClusterFigures,
): Metrics {
  const { runs, runMs, total, filters } = allocator
  const metrics: Record<string, number> = {
    allocation_runs: runs,
    ...seriesMetrics('allocation_run_ms', runMs),
  }
  for (const [name, amount] of total) {
    const held = whole.roles.reduce((sum, role) => sum + (role.held.get(name) ?? 0), 0)
    metrics[`resources/${name}/total`] = amount / THOUSANDTHS
    metrics[`resources/${name}/offered_or_allocated`] = held / THOUSANDTHS
  }
  for (const { role, frameworkIds, dominantShareRatio, quota, consumed } of roles) {
    if (frameworkIds.length > 0) metrics[`roles/${role}/shares/dominant`] = dominantShareRatio
    const stand = filters.get(role)
    if (stand !== undefined) metrics[`offer_filters/roles/${role}/active`] = stand
    if (quota === undefined) continue
    const { guarantees, limits } = quota
    for (const name of new Set([...guarantees.keys(), ...limits.keys()])) {
      const prefix = `quota/roles/${role}/resources/${name}`
      const [guarantee, limit] = [guarantees.get(name), limits.get(name)]
      if (guarantee !== undefined) metrics[`${prefix}/guarantee`] = guarantee / THOUSANDTHS
      if (limit !== undefined) metrics[`${prefix}/limit`] = limit / THOUSANDTHS
      metrics[`${prefix}/offered_or_allocated`] = (consumed.get(name) ?? 0) / THOUSANDTHS
    }
  }
  return under('allocator/mesos', metrics)
}
