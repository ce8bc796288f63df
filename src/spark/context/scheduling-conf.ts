import type { Disk } from '../../platform/index.ts'
import {
  DEFAULT_DAG_LIMITS,
  readAllocations,
  type DagLimits,
  type HealthSettings,
  type ExclusionSettings,
  type LocalityWaits,
  type PoolSettings,
  type SpeculationSettings,
  type TaskSetSettings,
} from '../scheduler/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/**
 * How task sets run their tasks: `spark.locality.wait` (3s) and `.process`, `.node`; `spark.speculation` and
 * `.interval`, `.multiplier`, `.quantile`, `.minTaskRuntime`; `spark.excludeOnFailure.enabled` and its `task.*` and `stage.*`.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function readTaskSettings(conf: SparkConf, maxTaskFailures: number): TaskSetSettings {
  return {
    maxTaskFailures,
    locality: readWaits(conf),
    maxResultBytes: confValue(conf, 'spark.driver.maxResultSize'),
    speculation: confValue(conf, 'spark.speculation') ? readSpeculation(conf) : undefined,
    exclusion: confValue(conf, 'spark.excludeOnFailure.enabled') ? readExclusion(conf) : undefined,
  }
}

/**
 * In which order jobs get slots: `spark.scheduler.mode` (FIFO), and for FAIR the pools of `spark.scheduler.allocation.file`.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID, and what reading the file throws
 */
export async function readPools(conf: SparkConf, disk: Disk): Promise<PoolSettings> {
  const mode = confValue(conf, 'spark.scheduler.mode')
  const path = confValue(conf, 'spark.scheduler.allocation.file')
  if (mode === 'FIFO' || path === undefined) return { mode, pools: new Map() }
  const xml = new TextDecoder().decode(await disk.readFile(disk.absolute(path)))
  return { mode, pools: readAllocations(xml, path) }
}

/** What ends jobs and stages: `spark.stage.maxConsecutiveAttempts` (4), and what barrier stages wait for. */
export function readDagLimits(conf: SparkConf, isAllocationDynamic: boolean): DagLimits {
  return {
    ...DEFAULT_DAG_LIMITS,
    maxStageAttempts: confValue(conf, 'spark.stage.maxConsecutiveAttempts'),
    barrier: {
      checkIntervalMs: confValue(conf, 'spark.scheduler.barrier.maxConcurrentTasksCheck.interval'),
      maxCheckFailures: confValue(
        conf,
        'spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures',
      ),
      isAllocationDynamic,
    },
  }
}

/** When executors get nothing of the application: `spark.excludeOnFailure.application.*` and what goes with it. */
export function readHealth(conf: SparkConf): HealthSettings | undefined {
  if (!confValue(conf, 'spark.excludeOnFailure.enabled')) return undefined
  return {
    maxFailedTasksPerExecutor: confValue(
      conf,
      'spark.excludeOnFailure.application.maxFailedTasksPerExecutor',
    ),
    maxFailedExecutorsPerNode: confValue(
      conf,
      'spark.excludeOnFailure.application.maxFailedExecutorsPerNode',
    ),
    timeoutMs: confValue(conf, 'spark.excludeOnFailure.timeout'),
    killsExcluded: confValue(conf, 'spark.excludeOnFailure.killExcludedExecutors'),
    countsFetchFailures: confValue(conf, 'spark.excludeOnFailure.application.fetchFailure.enabled'),
  }
}

function readWaits(conf: SparkConf): LocalityWaits {
  const waitMs = confValue(conf, 'spark.locality.wait')
  return {
    processMs: confValue(conf, 'spark.locality.wait.process') ?? waitMs,
    nodeMs: confValue(conf, 'spark.locality.wait.node') ?? waitMs,
  }
}

function readSpeculation(conf: SparkConf): SpeculationSettings {
  return {
    intervalMs: confValue(conf, 'spark.speculation.interval'),
    multiplier: confValue(conf, 'spark.speculation.multiplier'),
    quantile: confValue(conf, 'spark.speculation.quantile'),
    minTaskRuntimeMs: confValue(conf, 'spark.speculation.minTaskRuntime'),
  }
}

function readExclusion(conf: SparkConf): ExclusionSettings {
  return {
    maxTaskAttemptsPerExecutor: confValue(
      conf,
      'spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor',
    ),
    maxTaskAttemptsPerNode: confValue(conf, 'spark.excludeOnFailure.task.maxTaskAttemptsPerNode'),
    maxFailedTasksPerExecutor: confValue(
      conf,
      'spark.excludeOnFailure.stage.maxFailedTasksPerExecutor',
    ),
    maxFailedExecutorsPerNode: confValue(
      conf,
      'spark.excludeOnFailure.stage.maxFailedExecutorsPerNode',
    ),
    unschedulableTimeoutMs: confValue(
      conf,
      'spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout',
    ),
    mayGrow: confValue(conf, 'spark.dynamicAllocation.enabled'),
  }
}
