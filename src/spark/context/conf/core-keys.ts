import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, integer, oneOf, size, text, time } from './parsers.ts'

/** Keys of the application, its driver, and what it asks of a cluster. */
export interface CoreConf {
  readonly 'spark.master': string | undefined
  readonly 'spark.app.name': string | undefined
  readonly 'spark.submit.deployMode': 'client' | 'cluster'
  /** In bytes. */
  readonly 'spark.driver.memory': number | undefined
  readonly 'spark.log.level': string | undefined
  readonly 'spark.default.parallelism': number | undefined
  readonly 'spark.cores.max': number | undefined
  readonly 'spark.executor.cores': number | undefined
  /** In bytes. */
  readonly 'spark.executor.memory': number
  readonly 'spark.driver.host': string | undefined
  readonly 'spark.authenticate.secret': string | undefined
  /** In ms. */
  readonly 'spark.network.timeout': number
  /** In ms. */
  readonly 'spark.scheduler.maxRegisteredResourcesWaitingTime': number
  readonly 'spark.troupe.recognition': boolean
  readonly 'spark.hadoop.fs.local.block.size': number
}

export const CORE_ENTRIES: ConfEntries<CoreConf> = {
  'spark.master': optional(text, 'none', "the [master](#masters), where the program doesn't say"),
  'spark.app.name': optional(text, 'none', "the application's name, where the program doesn't say"),
  'spark.submit.deployMode': withDefault(
    oneOf(['client', 'cluster']),
    'client',
    'where a program that is submitted runs: here, or on a worker of a standalone cluster',
  ),
  'spark.driver.memory': optional(
    size('m'),
    "Node's",
    "heap of the driver's process; it is too late to say so in the program",
  ),
  'spark.log.level': optional(
    oneOf(['ALL', 'DEBUG', 'ERROR', 'FATAL', 'INFO', 'OFF', 'TRACE', 'WARN']),
    'that of `TROUPE_LOG`',
    'which lines the driver logs, as `sc.setLogLevel` has it',
  ),
  'spark.default.parallelism': optional(
    integer(1),
    'threads of `local`; on Mesos `spark.cores.max`, or 2',
    'partitions of collections; where set, of shuffles too, which else have [as many as upstream](#how-many-partitions)',
  ),
  'spark.cores.max': optional(integer(1), 'all that is offered', 'cores of all executors together'),
  'spark.executor.cores': optional(integer(1), 'all of an offer', 'cores of one executor'),
  'spark.executor.memory': withDefault(
    size('m'),
    '512m',
    "heap of an executor's process; with 384 MB or a tenth more it is asked of the agent",
  ),
  'spark.driver.host': optional(text, '127.0.0.1', "where the driver's node listens"),
  'spark.authenticate.secret': optional(text, 'none', "the secret of the cluster's nodes"),
  'spark.network.timeout': withDefault(
    time('s', false),
    '120s',
    'the longest wait for blocks and their locations (`2min`, `500ms`; seconds without a unit)',
  ),
  'spark.scheduler.maxRegisteredResourcesWaitingTime': withDefault(
    time('ms', false),
    '30s',
    'the longest wait for the first executor (ms without a unit, as for all times below)',
  ),
  'spark.troupe.recognition': withDefault(
    flag,
    'true',
    'whether functions of known shapes run on columns',
  ),
  'spark.hadoop.fs.local.block.size': withDefault(
    integer(1),
    '33554432',
    'bytes of a partition of a text file',
  ),
}
