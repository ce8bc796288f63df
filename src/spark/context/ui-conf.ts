import type { RestPlace } from '../rest-api/index.ts'
import type { StatusLimits } from '../status/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/** What the engine reads of `spark.ui`. */
export interface UiConf {
  readonly place: RestPlace
  readonly limits: StatusLimits
  /** `spark.ui.prometheus.enabled` */
  readonly hasPrometheus: boolean
}

const LOOPBACK = '127.0.0.1'

/**
 * Undefined when there is to be no REST API: unless the program says so, one that was submitted has it, and one that was started by
 * itself opens no port.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function readUiConf(conf: SparkConf, isSubmitted: boolean): UiConf | undefined {
  if (!(confValue(conf, 'spark.ui.enabled') ?? isSubmitted)) return undefined
  return {
    place: {
      host: confValue(conf, 'spark.driver.host') ?? LOOPBACK,
      port: confValue(conf, 'spark.ui.port'),
      maxRetries: confValue(conf, 'spark.port.maxRetries'),
    },
    hasPrometheus: confValue(conf, 'spark.ui.prometheus.enabled'),
    limits: {
      jobs: confValue(conf, 'spark.ui.retainedJobs'),
      stages: confValue(conf, 'spark.ui.retainedStages'),
      tasks: confValue(conf, 'spark.ui.retainedTasks'),
      deadExecutors: confValue(conf, 'spark.ui.retainedDeadExecutors'),
    },
  }
}
