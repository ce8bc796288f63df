import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, integer, share, time } from './parsers.ts'

/** Keys of dynamic allocation. Times in ms. */
export interface AllocationKeys {
  readonly 'spark.dynamicAllocation.enabled': boolean
  readonly 'spark.dynamicAllocation.minExecutors': number
  readonly 'spark.dynamicAllocation.maxExecutors': number | undefined
  readonly 'spark.dynamicAllocation.initialExecutors': number | undefined
  readonly 'spark.dynamicAllocation.executorAllocationRatio': number
  readonly 'spark.dynamicAllocation.schedulerBacklogTimeout': number
  readonly 'spark.dynamicAllocation.sustainedSchedulerBacklogTimeout': number | undefined
  readonly 'spark.dynamicAllocation.executorIdleTimeout': number
  readonly 'spark.dynamicAllocation.cachedExecutorIdleTimeout': number | undefined
  readonly 'spark.dynamicAllocation.shuffleTracking.enabled': boolean
  readonly 'spark.dynamicAllocation.shuffleTracking.timeout': number | undefined
}

const executors = integer(0)
const idle = time('s', true)
const backlog = time('s', false)

export const ALLOCATION_ENTRIES: ConfEntries<AllocationKeys> = {
  'spark.dynamicAllocation.enabled': withDefault(
    flag,
    'false',
    'whether the number of executors follows the work',
  ),
  'spark.dynamicAllocation.minExecutors': withDefault(executors, '0', 'never fewer'),
  'spark.dynamicAllocation.maxExecutors': optional(executors, 'infinity', 'never more'),
  'spark.dynamicAllocation.initialExecutors': optional(
    executors,
    '`spark.dynamicAllocation.minExecutors`',
    'how many there are until a task waits',
  ),
  'spark.dynamicAllocation.executorAllocationRatio': withDefault(
    share,
    '1',
    'of the executors that would run all tasks at once, the share that is asked for',
  ),
  'spark.dynamicAllocation.schedulerBacklogTimeout': withDefault(
    backlog,
    '1s',
    'how long tasks wait before executors are asked for',
  ),
  'spark.dynamicAllocation.sustainedSchedulerBacklogTimeout': optional(
    backlog,
    '`spark.dynamicAllocation.schedulerBacklogTimeout`',
    '… and again, twice as many each time',
  ),
  'spark.dynamicAllocation.executorIdleTimeout': withDefault(
    idle,
    '60s',
    'how long an executor may be idle',
  ),
  'spark.dynamicAllocation.cachedExecutorIdleTimeout': optional(
    idle,
    'infinity',
    '… one that keeps cached partitions',
  ),
  'spark.dynamicAllocation.shuffleTracking.enabled': withDefault(
    flag,
    'true',
    'executors with map outputs of jobs under way stay; nothing else is there',
  ),
  'spark.dynamicAllocation.shuffleTracking.timeout': optional(
    idle,
    'infinity',
    'how long an executor may be idle whose map outputs no job under way needs',
  ),
}
