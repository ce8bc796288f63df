import type { HeartbeatSettings } from '../executor/index.ts'
import { invalidArgument } from '../errors.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/** How executors are to tell of themselves. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readHeartbeats(conf: SparkConf): HeartbeatSettings {
  const intervalMs = confValue(conf, 'spark.executor.heartbeatInterval')
  if (intervalMs >= confValue(conf, 'spark.network.timeout')) {
    const accepted = 'less than spark.network.timeout'
    throw invalidArgument('spark.executor.heartbeatInterval', `${intervalMs}ms`, accepted)
  }
  return {
    intervalMs,
    pollingMs: confValue(conf, 'spark.executor.metrics.pollingInterval'),
    hasProcessTree: confValue(conf, 'spark.executor.processTreeMetrics.enabled'),
  }
}
