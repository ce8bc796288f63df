import { confValue, type SparkConf } from './conf/index.ts'

/** What the engine reads of `spark.eventLog`. */
export interface EventLogConf {
  readonly directory: string
  readonly hasBlockUpdates: boolean
  readonly hasStagePeaks: boolean
  readonly isCompressed: boolean
  /** Undefined: one file. */
  readonly maxFileBytes: number | undefined
}

/** Undefined unless there is to be a log. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readEventLogConf(conf: SparkConf): EventLogConf | undefined {
  if (!confValue(conf, 'spark.eventLog.enabled')) return undefined
  return {
    directory: confValue(conf, 'spark.eventLog.dir'),
    hasBlockUpdates: confValue(conf, 'spark.eventLog.logBlockUpdates.enabled'),
    hasStagePeaks: confValue(conf, 'spark.eventLog.logStageExecutorMetrics'),
    isCompressed: confValue(conf, 'spark.eventLog.compress'),
    maxFileBytes: confValue(conf, 'spark.eventLog.rolling.enabled')
      ? confValue(conf, 'spark.eventLog.rolling.maxFileSize')
      : undefined,
  }
}
