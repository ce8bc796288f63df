import type { MesosWishes } from '../backend/index.ts'
import { parseConstraints, parseLabels } from '../backend/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/** `spark.mesos.*`. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readMesosWishes(conf: SparkConf): MesosWishes {
  const rejectMs = confValue(conf, 'spark.mesos.rejectOfferDuration')
  const unmetMs = confValue(conf, 'spark.mesos.rejectOfferDurationForUnmetConstraints') ?? rejectMs
  const reachedMs = confValue(conf, 'spark.mesos.rejectOfferDurationForReachedMaxCores') ?? rejectMs
  const constraints = confValue(conf, 'spark.mesos.constraints') ?? ''
  const labels = confValue(conf, 'spark.mesos.task.labels') ?? ''
  return {
    isCoarse: confValue(conf, 'spark.mesos.coarse'),
    mesosExecutorCores: confValue(conf, 'spark.mesos.mesosExecutor.cores'),
    failoverTimeoutSeconds: confValue(conf, 'spark.mesos.driver.failoverTimeout'),
    role: confValue(conf, 'spark.mesos.role'),
    principal: confValue(conf, 'spark.mesos.principal'),
    mesosSecret: confValue(conf, 'spark.mesos.secret'),
    taskLabels: parseLabels('spark.mesos.task.labels', labels),
    constraints: parseConstraints('spark.mesos.constraints', constraints),
    refuseSeconds: {
      byDefault: rejectMs / 1000,
      unmetConstraints: unmetMs / 1000,
      reachedMaxCores: reachedMs / 1000,
    },
    memoryOverheadMb: confValue(conf, 'spark.mesos.executor.memoryOverhead'),
    program: {
      executorUri: confValue(conf, 'spark.executor.uri'),
      executorHome: confValue(conf, 'spark.mesos.executor.home'),
      uris: confValue(conf, 'spark.mesos.uris'),
      isCached: confValue(conf, 'spark.mesos.fetcherCache.enable'),
    },
  }
}
