import type { SchedulingMode } from '../../scheduler/index.ts'
import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, integer, number, oneOf, ratio, size, text, time } from './parsers.ts'

/** Keys of the scheduler: what is tried again, where, and in which order. Times in ms. */
export interface SchedulingConf {
  readonly 'spark.task.cpus': number
  readonly 'spark.task.maxFailures': number
  /** In bytes. */
  readonly 'spark.driver.maxResultSize': number
  /** In bytes. */
  readonly 'spark.task.maxDirectResultSize': number
  readonly 'spark.stage.maxConsecutiveAttempts': number
  readonly 'spark.scheduler.mode': SchedulingMode
  readonly 'spark.scheduler.resource.profileMergeConflicts': boolean
  readonly 'spark.scheduler.allocation.file': string | undefined
  readonly 'spark.locality.wait': number
  readonly 'spark.locality.wait.process': number | undefined
  readonly 'spark.locality.wait.node': number | undefined
  readonly 'spark.barrier.sync.timeout': number
  readonly 'spark.scheduler.barrier.maxConcurrentTasksCheck.interval': number
  readonly 'spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures': number
  readonly 'spark.speculation': boolean
  readonly 'spark.speculation.interval': number
  readonly 'spark.speculation.multiplier': number
  readonly 'spark.speculation.quantile': number
  readonly 'spark.speculation.minTaskRuntime': number
  readonly 'spark.excludeOnFailure.enabled': boolean
  readonly 'spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor': number
  readonly 'spark.excludeOnFailure.task.maxTaskAttemptsPerNode': number
  readonly 'spark.excludeOnFailure.stage.maxFailedTasksPerExecutor': number
  readonly 'spark.excludeOnFailure.stage.maxFailedExecutorsPerNode': number
  readonly 'spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout': number
  readonly 'spark.excludeOnFailure.application.maxFailedTasksPerExecutor': number
  readonly 'spark.excludeOnFailure.application.maxFailedExecutorsPerNode': number
  readonly 'spark.excludeOnFailure.application.fetchFailure.enabled': boolean
  readonly 'spark.excludeOnFailure.timeout': number
  readonly 'spark.excludeOnFailure.killExcludedExecutors': boolean
}

const wait = time('ms', true)
const count = integer(1)

export const SCHEDULING_ENTRIES: ConfEntries<SchedulingConf> = {
  'spark.task.cpus': withDefault(
    count,
    '1',
    'cores of its executor that each task takes, where its [resource profile](#resource-profiles) does not say',
  ),
  'spark.task.maxFailures': withDefault(
    count,
    '4',
    'failures of one task that end its job; with `local[k]` the first does, with `local[k,F]` the Fth',
  ),
  'spark.driver.maxResultSize': withDefault(
    size(),
    '1g',
    'bytes of the results of an action together; more fail it, 0 is no bound',
  ),
  'spark.task.maxDirectResultSize': withDefault(
    size(),
    '1m',
    'bytes of a result that comes with the report of its task; a larger one is fetched, 4 MiB at a time',
  ),
  'spark.stage.maxConsecutiveAttempts': withDefault(
    count,
    '4',
    'attempts of a stage that end by failed fetches, in a row',
  ),
  'spark.scheduler.mode': withDefault(
    oneOf(['FIFO', 'FAIR']),
    'FIFO',
    'FAIR: slots are shared by pools',
  ),
  'spark.scheduler.resource.profileMergeConflicts': withDefault(
    flag,
    'false',
    'whether a stage takes the most of what several [resource profiles](#resource-profiles) ask for; it fails otherwise',
  ),
  'spark.scheduler.allocation.file': optional(
    text,
    'none',
    'the pools, their weights and minimum shares',
  ),
  'spark.locality.wait': withDefault(
    wait,
    '3s',
    'how long a task waits for a nearer place, at each level',
  ),
  'spark.locality.wait.process': optional(wait, '`spark.locality.wait`', 'for its executor'),
  'spark.locality.wait.node': optional(wait, '`spark.locality.wait`', 'for its host'),
  'spark.barrier.sync.timeout': withDefault(
    time('s', false),
    '365d',
    'how long a task of a barrier stage waits for the others',
  ),
  'spark.scheduler.barrier.maxConcurrentTasksCheck.interval': withDefault(
    time('s', false),
    '15s',
    'how often slots are counted for a barrier stage that needs more',
  ),
  'spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures': withDefault(
    count,
    '40',
    'how many times, before its job fails',
  ),
  'spark.speculation': withDefault(flag, 'false', 'whether slow tasks run a second time'),
  'spark.speculation.interval': withDefault(
    time('ms', false),
    '100ms',
    'how often slow tasks are looked for',
  ),
  'spark.speculation.multiplier': withDefault(
    number(1),
    '1.5',
    'how many times the median a task must have taken',
  ),
  'spark.speculation.quantile': withDefault(ratio, '0.75', 'the share of tasks that must be done'),
  'spark.speculation.minTaskRuntime': withDefault(
    wait,
    '100ms',
    'how long a task must have taken at least',
  ),
  'spark.excludeOnFailure.enabled': withDefault(
    flag,
    'false',
    'whether tasks are kept from places where too much fails',
  ),
  'spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor': withDefault(
    count,
    '1',
    'tries of one task on one executor',
  ),
  'spark.excludeOnFailure.task.maxTaskAttemptsPerNode': withDefault(
    count,
    '2',
    'executors of a host on which one task has failed',
  ),
  'spark.excludeOnFailure.stage.maxFailedTasksPerExecutor': withDefault(
    count,
    '2',
    'tasks of a stage that have failed on an executor, before it gets no more of it',
  ),
  'spark.excludeOnFailure.stage.maxFailedExecutorsPerNode': withDefault(
    count,
    '2',
    'such executors of a host, before it gets no more of the stage',
  ),
  'spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout': withDefault(
    time('s', false),
    '120s',
    'how long a stage waits for an executor, of whose tasks one must not run on any that is there',
  ),
  'spark.excludeOnFailure.application.maxFailedTasksPerExecutor': withDefault(
    count,
    '2',
    'tasks that have failed on an executor, of stages that ended well, before it gets nothing more',
  ),
  'spark.excludeOnFailure.application.maxFailedExecutorsPerNode': withDefault(
    count,
    '2',
    'such executors of a host, before it gets nothing more',
  ),
  'spark.excludeOnFailure.application.fetchFailure.enabled': withDefault(
    flag,
    'false',
    "whether an executor whose map outputs can't be fetched gets nothing more",
  ),
  'spark.excludeOnFailure.timeout': withDefault(
    time('ms', false),
    '1h',
    'how long they get nothing of the application, and how long a failure counts',
  ),
  'spark.excludeOnFailure.killExcludedExecutors': withDefault(
    flag,
    'false',
    'whether executors that get nothing more are ended',
  ),
}
