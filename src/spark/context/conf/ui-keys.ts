import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, integer } from './parsers.ts'

/** Keys of the REST API, of an application and of a history server. */
export interface UiKeys {
  readonly 'spark.ui.enabled': boolean | undefined
  readonly 'spark.ui.port': number
  readonly 'spark.ui.prometheus.enabled': boolean
  readonly 'spark.port.maxRetries': number
  readonly 'spark.ui.retainedJobs': number
  readonly 'spark.ui.retainedStages': number
  readonly 'spark.ui.retainedTasks': number
  readonly 'spark.ui.retainedDeadExecutors': number
}

export const UI_ENTRIES: ConfEntries<UiKeys> = {
  'spark.ui.enabled': optional(
    flag,
    'true for a program that is submitted',
    'whether the application serves its REST API',
  ),
  'spark.ui.port': withDefault(integer(0), '4040', 'where; 0 takes any port that is free'),
  'spark.ui.prometheus.enabled': withDefault(
    flag,
    'true',
    'whether it serves `/metrics/executors/prometheus`',
  ),
  'spark.port.maxRetries': withDefault(
    integer(0),
    '16',
    'how many ports behind it are tried when it is taken',
  ),
  'spark.ui.retainedJobs': withDefault(integer(1), '1000', 'jobs that are told of'),
  'spark.ui.retainedStages': withDefault(integer(1), '1000', 'attempts of stages'),
  'spark.ui.retainedTasks': withDefault(
    integer(1),
    '100000',
    'tries of tasks, of all stages together (Spark: of each)',
  ),
  'spark.ui.retainedDeadExecutors': withDefault(integer(0), '100', 'executors that are gone'),
}
