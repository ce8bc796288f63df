import { RECOGNITION_KEY } from '../columns/index.ts'
import { SparkError, invalidArgument } from '../errors.ts'
import { DEFAULT_TASK_SET_SETTINGS } from '../scheduler/index.ts'
import { readShuffleProperties } from './shuffle-conf.ts'
import { readStorageConf, type StorageConf } from './storage-conf.ts'

/** Configuration by Spark's keys. Values may be numbers; sizes and times are plain numbers or Spark's text. */
export type SparkConf = Readonly<Record<string, string | number>>

/** What a master's URL says. */
export type MasterUrl =
  | {
      readonly type: 'local'
      readonly threads: number
      readonly maxTaskFailures: number | undefined
    }
  | {
      readonly type: 'mesos'
      readonly host: string
      readonly port: number
      /** `http`: v1 of Mesos, which any master speaks; `cbor`: messages of actors, which one of the house does. */
      readonly line: 'cbor' | 'http'
    }

/** What the engine reads of a configuration, with its defaults. */
export interface SparkSettings {
  /** `spark.default.parallelism`; the cores of the master otherwise. */
  readonly defaultParallelism: number | undefined
  /** `spark.task.maxFailures`, 4. */
  readonly maxTaskFailures: number
  /** `spark.stage.maxConsecutiveAttempts`, 4. */
  readonly maxStageAttempts: number
  /** `spark.cores.max`: of all executors together; all that is offered otherwise. */
  readonly maxCores: number | undefined
  /** `spark.executor.cores`: task threads of one executor at most; all that an offer has otherwise. */
  readonly executorCores: number | undefined
  /** `spark.executor.memory` in MB, 512. */
  readonly executorMemoryMb: number
  /** `spark.mesos.driver.failoverTimeout` in seconds, 30: how long executors wait for their driver to come back. */
  readonly failoverTimeoutSeconds: number
  /** `spark.network.timeout` in ms, 120,000: for blocks and their locations. */
  readonly networkTimeoutMs: number
  /** `spark.driver.host`: where the driver's node listens for executors, 127.0.0.1. */
  readonly driverHost: string | undefined
  /** `spark.authenticate.secret`: the secret of the cluster's nodes. */
  readonly secret: string | undefined
  /** `spark.scheduler.maxRegisteredResourcesWaitingTime` in ms, 30,000: for the first executor. */
  readonly registrationTimeoutMs: number
  /** `spark.hadoop.fs.local.block.size` in bytes, 32 MiB: of a partition of a text file. */
  readonly blockSizeBytes: number
  /** `spark.memory.*`, `spark.storage.*` */
  readonly storage: StorageConf
  /** `spark.shuffle.*`, `spark.reducer.*`, `spark.troupe.recognition`: what is set of them goes with every task. */
  readonly taskProperties: Readonly<Record<string, string>>
}

/**
 * Reads `local`, `local[k]`, `local[*]`, `local[k,F]`, `mesos://host:port` and `mesos://http://host:port`.
 *
 * @param availableCores what `*` stands for
 * @throws TROUPE_SPARK_MASTER_UNKNOWN
 */
export function parseMaster(master: string, availableCores: number): MasterUrl {
  const local = /^local(?:\[(\*|\d+)(?:,\s*(\d+))?\])?$/.exec(master)
  if (local !== null) {
    const [, threads = '1', failures] = local
    const count = threads === '*' ? availableCores : Number(threads)
    if (count >= 1) {
      const maxTaskFailures = failures === undefined ? undefined : Number(failures)
      return { type: 'local', threads: count, maxTaskFailures }
    }
  }
  const mesos = /^mesos:\/\/(http:\/\/)?([^:/]+|\[[^\]]+\]):(\d+)$/.exec(master)
  if (mesos !== null) {
    const [, http, host = '', port] = mesos
    return { type: 'mesos', host, port: Number(port), line: http === undefined ? 'cbor' : 'http' }
  }
  throw new SparkError(
    'TROUPE_SPARK_MASTER_UNKNOWN',
    `Master ${JSON.stringify(master)} is none that is known; use local, local[k], local[*], local[k,F], mesos://host:port, or mesos://http://host:port for any Mesos master`,
    { data: { master } },
  )
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readSettings(conf: SparkConf): SparkSettings {
  return {
    defaultParallelism: integer(conf, 'spark.default.parallelism'),
    maxTaskFailures:
      integer(conf, 'spark.task.maxFailures') ?? DEFAULT_TASK_SET_SETTINGS.maxTaskFailures,
    maxStageAttempts: integer(conf, 'spark.stage.maxConsecutiveAttempts') ?? 4,
    maxCores: integer(conf, 'spark.cores.max'),
    executorCores: integer(conf, 'spark.executor.cores'),
    executorMemoryMb: megabytes(conf, 'spark.executor.memory') ?? 512,
    failoverTimeoutSeconds: seconds(conf, 'spark.mesos.driver.failoverTimeout') ?? 30,
    networkTimeoutMs: duration(conf, 'spark.network.timeout') ?? 120_000,
    driverHost: text(conf, 'spark.driver.host'),
    secret: text(conf, 'spark.authenticate.secret'),
    registrationTimeoutMs:
      duration(conf, 'spark.scheduler.maxRegisteredResourcesWaitingTime') ?? 30_000,
    blockSizeBytes: integer(conf, 'spark.hadoop.fs.local.block.size') ?? 32 << 20,
    storage: readStorageConf(conf),
    taskProperties: { ...readShuffleProperties(conf), ...readRecognition(conf) },
  }
}

function readRecognition(conf: SparkConf): Readonly<Record<string, string>> {
  const recognises = boolean(conf, RECOGNITION_KEY)
  return recognises === undefined ? {} : { [RECOGNITION_KEY]: String(recognises) }
}

function text(conf: SparkConf, key: string): string | undefined {
  const value = conf[key]
  return value === undefined ? undefined : String(value)
}

function integer(conf: SparkConf, key: string): number | undefined {
  const value = conf[key]
  if (value === undefined) return undefined
  const number = typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : NaN
  if (Number.isInteger(number) && number >= 1) return number
  throw invalidArgument(key, value, 'an integer of 1 or more')
}

function boolean(conf: SparkConf, key: string): boolean | undefined {
  const value = conf[key]
  if (value === undefined) return undefined
  if (value === 'true' || value === 'false') return value === 'true'
  throw invalidArgument(key, value, 'true or false')
}

const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A time as Spark writes it, in ms; a plain number is of seconds. More than zero. */
export function duration(conf: SparkConf, key: string): number | undefined {
  const value = conf[key]
  if (value === undefined) return undefined
  const match = /^(\d+)([a-z]+)?$/.exec(String(value).trim().toLowerCase())
  const ms = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? 's'] ?? NaN)
  if (ms > 0) return Math.max(1, Math.round(ms))
  throw invalidArgument(
    key,
    value,
    'a whole number of seconds, or one with its unit, such as 120s, 500ms, 2min (us, ms, s, m, min, h, d); not 0',
  )
}

/** Zero and fractions are fine; the name of the unit may follow. */
function seconds(conf: SparkConf, key: string): number | undefined {
  const value = conf[key]
  if (value === undefined) return undefined
  const match = /^(\d+(?:\.\d+)?)s?$/.exec(String(value))
  if (match === null) throw invalidArgument(key, value, 'a number of seconds of 0 or more')
  return Number(match[1])
}

function megabytes(conf: SparkConf, key: string): number | undefined {
  const value = conf[key]
  if (value === undefined) return undefined
  const match = /^(\d+)\s*([mg])?b?$/i.exec(String(value))
  if (match === null) throw invalidArgument(key, value, 'a size such as 512m or 2g')
  return Number(match[1]) * (match[2]?.toLowerCase() === 'g' ? 1024 : 1)
}
