import { confValue, type SparkConf } from './conf/index.ts'

/** What the engine reads of `spark.eventLog`. */
export interface EventLogConf {
  readonly directory: string
  readonly hasBlockUpdates: boolean
}

/** Undefined unless there is to be a log. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readEventLogConf(conf: SparkConf): EventLogConf | undefined {
  if (!confValue(conf, 'spark.eventLog.enabled')) return undefined
  return {
    directory: confValue(conf, 'spark.eventLog.dir'),
    hasBlockUpdates: confValue(conf, 'spark.eventLog.logBlockUpdates.enabled'),
  }
}
