import { hostPortOf, type ExecutorRecord } from '../../status/index.ts'
import { sparkDate, sparkDateOf } from '../dates.ts'
import type { JsonFields } from '../pretty-json.ts'

/** The executor in the driver's process. */
const DRIVER = 'driver'

/** @param appDurationMs what Spark gives as the time of the driver's own tasks */
export function executorJson(executor: ExecutorRecord, appDurationMs: number): JsonFields {
  const { id, totalOnHeap } = executor
  const excluded = [...executor.excludedInStages].sort((a, b) => a - b)
  return {
    id,
    hostPort: hostPortOf(executor),
    isActive: executor.isActive,
    rddBlocks: executor.rddBlocks,
    memoryUsed: executor.memoryUsed,
    diskUsed: executor.diskUsed,
    totalCores: executor.totalCores,
    maxTasks: executor.maxTasks,
    activeTasks: executor.activeTasks,
    failedTasks: executor.failedTasks,
    completedTasks: executor.completedTasks,
    totalTasks: executor.totalTasks,
    totalDuration: id === DRIVER ? appDurationMs : executor.totalDuration,
    totalGCTime: executor.totalGcTime,
    totalInputBytes: executor.totalInputBytes,
    totalShuffleRead: executor.totalShuffleRead,
    totalShuffleWrite: executor.totalShuffleWrite,
    isBlacklisted: executor.isExcluded,
    maxMemory: executor.maxMemory,
    addTime: sparkDate(executor.addTime),
    removeTime: sparkDateOf(executor.removeTime),
    removeReason: executor.removeReason,
    executorLogs: {},
    memoryMetrics:
      totalOnHeap === undefined
        ? undefined
        : {
            usedOnHeapStorageMemory: executor.usedOnHeap,
            usedOffHeapStorageMemory: executor.usedOffHeap,
            totalOnHeapStorageMemory: totalOnHeap,
            totalOffHeapStorageMemory: executor.totalOffHeap,
          },
    blacklistedInStages: excluded,
    peakMemoryMetrics: executor.peaks,
    attributes: {},
    resources: {},
    resourceProfileId: executor.resourceProfileId,
    isExcluded: executor.isExcluded,
    excludedInStages: excluded,
  }
}
