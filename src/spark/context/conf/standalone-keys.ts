import { invalidArgument } from '../../errors.ts'
import { optional, withDefault, type ConfEntries, type ConfParser } from './conf-entry.ts'
import { flag, integer, oneOf, text, time } from './parsers.ts'

/** Keys of a standalone cluster's master and workers, and of programs that are run on it. Times in ms. */
export interface StandaloneConf {
  readonly 'spark.deploy.spreadOut': boolean
  readonly 'spark.deploy.defaultCores': number | undefined
  readonly 'spark.deploy.maxExecutorRetries': number
  readonly 'spark.deploy.recoveryMode': 'NONE' | 'FILESYSTEM' | 'ZOOKEEPER'
  readonly 'spark.deploy.zookeeper.url': string | undefined
  readonly 'spark.deploy.zookeeper.dir': string
  readonly 'spark.deploy.recoveryDirectory': string | undefined
  readonly 'spark.deploy.recoveryTimeout': number | undefined
  readonly 'spark.deploy.retainedApplications': number
  readonly 'spark.deploy.retainedDrivers': number
  readonly 'spark.dead.worker.persistence': number
  readonly 'spark.worker.timeout': number
  readonly 'spark.worker.driverTerminateTimeout': number
  readonly 'spark.master.rest.enabled': boolean
  readonly 'spark.master.rest.port': number
  readonly 'spark.driver.cores': number
  readonly 'spark.driver.supervise': boolean
  readonly 'spark.standalone.submit.waitAppCompletion': boolean
}

/** -1 is never. */
const retries: ConfParser<number> = (key, value) => {
  const read = Number(String(value).trim())
  if (Number.isInteger(read) && read >= -1) return read
  throw invalidArgument(key, value, 'an integer of -1 (never) or more')
}

const port: ConfParser<number> = (key, value) => {
  const read = integer(0)(key, value)
  if (read <= 65_535) return read
  throw invalidArgument(key, value, 'a port')
}

export const STANDALONE_ENTRIES: ConfEntries<StandaloneConf> = {
  'spark.deploy.spreadOut': withDefault(
    flag,
    'true',
    'whether executors of an application go to as many workers as possible, or to as few',
  ),
  'spark.deploy.defaultCores': optional(
    integer(1),
    'all that there are',
    'cores of an application that does not set `spark.cores.max`',
  ),
  'spark.deploy.maxExecutorRetries': withDefault(
    retries,
    '10',
    'executors in a row that fail before their application is given up; -1 for never',
  ),
  'spark.deploy.recoveryMode': withDefault(
    oneOf(['NONE', 'FILESYSTEM', 'ZOOKEEPER'], ': CUSTOM is not there'),
    'NONE',
    'FILESYSTEM: a master that is started again goes on with what the one before has written down; ZOOKEEPER: so does another that runs',
  ),
  'spark.deploy.zookeeper.url': optional(
    text,
    'none',
    'its servers, `one:2181,two:2181`, and a folder that all is in, if it is behind them (`/folder`)',
  ),
  'spark.deploy.zookeeper.dir': withDefault(
    text,
    '/spark',
    'the folder that is shared by the masters of one cluster, and by nobody else',
  ),
  'spark.deploy.recoveryDirectory': optional(text, 'none', 'where that is'),
  'spark.deploy.recoveryTimeout': optional(
    time('s', false),
    '`spark.worker.timeout`',
    'how long it waits for those that it knew',
  ),
  'spark.deploy.retainedApplications': withDefault(
    integer(0),
    '200',
    'applications that are over and still shown',
  ),
  'spark.deploy.retainedDrivers': withDefault(
    integer(0),
    '200',
    'drivers that are over and still shown',
  ),
  'spark.dead.worker.persistence': withDefault(
    integer(0),
    '15',
    'times `spark.worker.timeout` that a dead worker is still shown',
  ),
  'spark.worker.timeout': withDefault(
    time('s', false),
    '60',
    'the silence after which a worker is dead; it sends four heartbeats in that time',
  ),
  'spark.worker.driverTerminateTimeout': withDefault(
    time('ms', false),
    '10s',
    'how long a driver that is to end may take',
  ),
  'spark.master.rest.enabled': withDefault(
    flag,
    'false',
    'whether the master takes programs by HTTP, as Spark does',
  ),
  'spark.master.rest.port': withDefault(port, '6066', 'where'),
  'spark.driver.cores': withDefault(integer(1), '1', 'cores of a driver that runs on a worker'),
  'spark.driver.supervise': withDefault(
    flag,
    'false',
    'whether such a driver is run again when it fails, or its worker is gone',
  ),
  'spark.standalone.submit.waitAppCompletion': withDefault(
    flag,
    'false',
    'whether `spark-submit` waits for such a driver to end',
  ),
}
