import type { StagePlan } from './stages.ts'
import type { DagState } from './state.ts'

/** Above so many map or reduce partitions nobody looks where outputs lie (SHUFFLE_PREF_MAP_THRESHOLD, …REDUCE…). */
const MOST_PARTITIONS = 1000
/** The share of a task's input that makes a host worth waiting for (REDUCER_PREF_LOCS_FRACTION). */
const WORTHWHILE_RATIO = 0.2

/**
 * By partition: the hosts whose executors hold a good part of what a reduce task reads; nothing for a stage that reads more
 * than one shuffle, or when there is but one host.
 *
 * @see MapOutputTrackerMaster.getPreferredLocationsForShuffle in Spark
 */
function reduceHosts(
  state: DagState,
  { parentShuffles, numPartitions }: StagePlan,
): (partition: number) => readonly string[] {
  const [shuffleId] = parentShuffles
  const { executorHosts, outputs } = state
  if (shuffleId === undefined || parentShuffles.length > 1) return nowhere
  if (numPartitions > MOST_PARTITIONS || new Set(executorHosts.values()).size < 2) return nowhere
  const statuses = outputs.statuses(shuffleId)
  if (statuses.length > MOST_PARTITIONS) return nowhere
  return (partition) => {
    let totalBytes = 0
    const ofExecutor = new Map<string, number>()
    for (const { executorId, sizesBytes } of statuses) {
      // A stage of another shape than the shuffle says nothing of what one of its tasks reads.
      if (sizesBytes.length !== numPartitions) return []
      const bytes = sizesBytes[partition] ?? 0
      totalBytes += bytes
      ofExecutor.set(executorId, (ofExecutor.get(executorId) ?? 0) + bytes)
    }
    const hosts = new Set<string>()
    for (const [executorId, bytes] of ofExecutor) {
      const host = executorHosts.get(executorId)
      if (host !== undefined && bytes > 0 && bytes >= WORTHWHILE_RATIO * totalBytes) hosts.add(host)
    }
    return [...hosts]
  }
}

function nowhere(): readonly string[] {
  return []
}

/** By partition: the hosts that the stage's RDD has; otherwise, near to the map outputs that are read. */
export function nearOutputs(
  state: DagState,
  plan: StagePlan,
  own: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  if (plan.parentShuffles.length === 0) return own
  const hosts = reduceHosts(state, plan)
  return own.map((ofPartition, partition) =>
    ofPartition.length > 0 ? ofPartition : hosts(partition),
  )
}
