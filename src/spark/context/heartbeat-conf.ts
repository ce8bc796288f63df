import type { HeartbeatSettings } from '../executor/index.ts'
import { invalidArgument } from '../errors.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/** How executors are to tell of themselves. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readHeartbeats(conf: SparkConf): HeartbeatSettings {
  const key = 'spark.executor.heartbeatInterval'
  const intervalMs = confValue(conf, key)
  // A timeout that is short by itself asks for nothing.
  if (conf[key] !== undefined && intervalMs >= confValue(conf, 'spark.network.timeout')) {
    throw invalidArgument(key, conf[key], 'less than spark.network.timeout')
  }
  return {
    intervalMs,
    pollingMs: confValue(conf, 'spark.executor.metrics.pollingInterval'),
    hasProcessTree: confValue(conf, 'spark.executor.processTreeMetrics.enabled'),
  }
}
