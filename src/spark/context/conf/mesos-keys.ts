import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { listed } from './listed.ts'
import { flag, integer, number, seconds, text, time } from './parsers.ts'

/** Keys of applications on a Mesos master. Times in ms, unless it is said. */
export interface MesosKeys {
  /** In seconds. */
  readonly 'spark.mesos.driver.failoverTimeout': number
  readonly 'spark.mesos.coarse': boolean
  readonly 'spark.mesos.mesosExecutor.cores': number
  readonly 'spark.mesos.role': string | undefined
  readonly 'spark.mesos.principal': string | undefined
  readonly 'spark.mesos.secret': string | undefined
  readonly 'spark.mesos.task.labels': string | undefined
  readonly 'spark.mesos.constraints': string | undefined
  readonly 'spark.mesos.rejectOfferDuration': number
  readonly 'spark.mesos.rejectOfferDurationForUnmetConstraints': number | undefined
  readonly 'spark.mesos.rejectOfferDurationForReachedMaxCores': number | undefined
  readonly 'spark.mesos.uris': readonly string[]
  readonly 'spark.mesos.fetcherCache.enable': boolean
  readonly 'spark.mesos.executor.home': string | undefined
  /** In MB. */
  readonly 'spark.mesos.executor.memoryOverhead': number | undefined
  readonly 'spark.executor.uri': string | undefined
}

const wait = time('s', false)

export const MESOS_ENTRIES: ConfEntries<MesosKeys> = {
  'spark.mesos.driver.failoverTimeout': withDefault(
    seconds,
    '30s',
    "how long the master keeps executors whose driver it doesn't reach (Spark: 0)",
  ),
  'spark.mesos.coarse': withDefault(
    flag,
    'true',
    'false: every task is a task of the master, with a core of its own (deprecated, as in Spark)',
  ),
  'spark.mesos.mesosExecutor.cores': withDefault(
    number(0.01),
    '1.0',
    'cores of an executor besides those of its tasks, where `spark.mesos.coarse` is false',
  ),
  'spark.mesos.role': optional(text, '`*`', 'the role; what is reserved for it is taken first'),
  'spark.mesos.principal': optional(text, 'none', 'as whom the application comes to the master'),
  'spark.mesos.secret': optional(
    text,
    'none',
    'the proof that it is, for a master at `mesos://http://…` that wants one',
  ),
  'spark.mesos.task.labels': optional(
    text,
    'none',
    'labels of each task of the master, such as `team:web,shift:night`',
  ),
  'spark.mesos.constraints': optional(
    text,
    'none',
    'attributes that agents must have, such as `os:centos7;zone:a,b;ssd:`',
  ),
  'spark.mesos.rejectOfferDuration': withDefault(
    wait,
    '120s',
    'how long resources that are declined are not offered again',
  ),
  'spark.mesos.rejectOfferDurationForUnmetConstraints': optional(
    wait,
    '`spark.mesos.rejectOfferDuration`',
    'the same for agents that lack an attribute',
  ),
  'spark.mesos.rejectOfferDurationForReachedMaxCores': optional(
    wait,
    '`spark.mesos.rejectOfferDuration`',
    'the same when there are all cores that are wanted',
  ),
  'spark.mesos.uris': listed(
    "what the agent's fetcher brings into an executor's sandbox, with commas between",
  ),
  'spark.mesos.fetcherCache.enable': withDefault(
    flag,
    'false',
    'whether the fetcher keeps it for the next one',
  ),
  'spark.mesos.executor.home': optional(
    text,
    "the driver's own",
    'the folder of this package on the agents',
  ),
  'spark.mesos.executor.memoryOverhead': optional(
    integer(0),
    'a tenth of `spark.executor.memory`, at least 384',
    'MB that an executor needs besides its heap',
  ),
  'spark.executor.uri': optional(
    text,
    'none',
    'an archive of this package, with what it needs; agents fetch and unpack it',
  ),
}
