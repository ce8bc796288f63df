import type { Log } from '../../platform/index.ts'
import type { SchedulerBackend } from '../backend/index.ts'
import { invalidArgument } from '../errors.ts'
import type { ResourceProfileManager } from '../resources/index.ts'
import { initialTarget, type AllocationSettings } from '../scheduler/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/** How an application's number of executors follows its work. */
export interface DynamicAllocation {
  readonly settings: AllocationSettings
  /** Of each resource profile: the cores of an executor, where these are known, and those that a task takes. */
  readonly coresOf: (profileId: number) => number | undefined
  readonly cpusOf: (profileId: number) => number
  /** Jobs bring the first executors about. */
  readonly isEmptyAtFirst: boolean
  readonly requestTotal: (total: number, profileId: number) => void
}

/**
 * `spark.dynamicAllocation.*`, if that is on and the backend can do it; it has been told the initial number then.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 * @see ExecutorAllocationManager.validateSettings in Spark
 */
export function dynamicAllocation(
  conf: SparkConf,
  backend: SchedulerBackend,
  profiles: ResourceProfileManager,
  log: Log,
): DynamicAllocation | undefined {
  if (!confValue(conf, 'spark.dynamicAllocation.enabled')) return undefined
  const settings = readAllocation(conf)
  if (backend.requestTotalExecutors === undefined) {
    log.write(
      'warn',
      'spark.dynamicAllocation.enabled has no effect: this master has a fixed number of executors',
    )
    return undefined
  }
  const initial = initialTarget(settings)
  backend.requestTotalExecutors(initial)
  return {
    settings,
    isEmptyAtFirst: initial === 0,
    coresOf: (profileId) => profiles.coresOf(profileId),
    cpusOf: (profileId) => profiles.cpusOf(profileId),
    requestTotal: (total, profileId) => {
      backend.requestTotalExecutors?.(total, profiles.get(profileId)?.executors)
    },
  }
}

function readAllocation(conf: SparkConf): AllocationSettings {
  const backlogTimeoutMs = confValue(conf, 'spark.dynamicAllocation.schedulerBacklogTimeout')
  const minExecutors = confValue(conf, 'spark.dynamicAllocation.minExecutors')
  const maxExecutors = confValue(conf, 'spark.dynamicAllocation.maxExecutors') ?? Infinity
  const initialExecutors =
    confValue(conf, 'spark.dynamicAllocation.initialExecutors') ?? minExecutors
  const isTracking = confValue(conf, 'spark.dynamicAllocation.shuffleTracking.enabled')
  if (!isTracking) {
    const key = 'spark.dynamicAllocation.shuffleTracking.enabled'
    throw invalidArgument(key, isTracking, 'true: there is no external shuffle service')
  }
  if (maxExecutors < Math.max(minExecutors, initialExecutors, 1)) {
    const key = 'spark.dynamicAllocation.maxExecutors'
    throw invalidArgument(key, maxExecutors, 'at least 1, and minExecutors, and initialExecutors')
  }
  return {
    minExecutors,
    maxExecutors,
    initialExecutors,
    allocationRatio: confValue(conf, 'spark.dynamicAllocation.executorAllocationRatio'),
    backlogTimeoutMs,
    sustainedBacklogTimeoutMs:
      confValue(conf, 'spark.dynamicAllocation.sustainedSchedulerBacklogTimeout') ??
      backlogTimeoutMs,
    idleTimeoutMs: confValue(conf, 'spark.dynamicAllocation.executorIdleTimeout'),
    cachedIdleTimeoutMs:
      confValue(conf, 'spark.dynamicAllocation.cachedExecutorIdleTimeout') ?? Infinity,
    shuffleTimeoutMs:
      confValue(conf, 'spark.dynamicAllocation.shuffleTracking.timeout') ?? Infinity,
  }
}
