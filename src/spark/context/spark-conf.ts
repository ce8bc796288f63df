import { SparkError } from '../errors.ts'
import type { MesosWishes } from '../backend/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'
import { readEventLogConf, type EventLogConf } from './event-log-conf.ts'
import { readFileSettings, type FileSettings } from './file-conf.ts'
import { readMesosWishes } from './mesos-conf.ts'
import { readTaskProperties } from './task-conf.ts'
import { readUiConf, type UiConf } from './ui-conf.ts'
import { readStorageConf, type StorageConf } from './storage-conf.ts'

/** What a master's URL says. */
export type MasterUrl =
  | {
      readonly type: 'local'
      readonly threads: number
      /** 1, unless the URL says otherwise: what fails in this process is not tried again. */
      readonly maxTaskFailures: number
    }
  | {
      readonly type: 'local-cluster'
      readonly executors: number
      /** Task threads of each. */
      readonly cores: number
      /** Heap of each. */
      readonly memoryMb: number
    }
  | {
      readonly type: 'standalone'
      /** `host:port` of each master that may be there. */
      readonly masters: readonly string[]
    }
  | {
      readonly type: 'mesos'
      /** `host:port`, or `zk://host:port/path` where the master that leads is to be found. */
      readonly address: string
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
  /** `spark.task.cpus`, 1: cores of its executor that a task takes. */
  readonly taskCpus: number
  /** `spark.executor.memory` in MB, 512. */
  readonly executorMemoryMb: number
  /** `spark.mesos.*` */
  readonly mesos: MesosWishes
  /** `spark.network.timeout` in ms, 120,000: for blocks and their locations. */
  readonly networkTimeoutMs: number
  /** `spark.driver.host`: where the driver's node listens for executors, 127.0.0.1. */
  readonly driverHost: string | undefined
  /** `spark.authenticate.secret`: the secret of the cluster's nodes. */
  readonly secret: string | undefined
  /** `spark.scheduler.maxRegisteredResourcesWaitingTime` in ms, 30,000: for the first executor. */
  readonly registrationTimeoutMs: number
  /** `spark.files.*`, `spark.hadoop.*` */
  readonly files: FileSettings
  /** `spark.eventLog.*`; undefined when there is to be none. */
  readonly eventLog: EventLogConf | undefined
  /** `spark.ui.*`; undefined when there is to be no REST API. */
  readonly ui: UiConf | undefined
  /** `spark.memory.*`, `spark.storage.*` */
  readonly storage: StorageConf
  /** `spark.shuffle.*`, `spark.reducer.*`, `spark.troupe.recognition`: what is set of them goes with every task. */
  readonly taskProperties: Readonly<Record<string, string>>
}

const HOST_PORT = /^([^:/,\s]+|\[[^\]]+\]):\d+$/

/**
 * Reads `local`, `local[k]`, `local[*]`, `local[k,F]`, `local-cluster[n,c,m]`, `spark://host:port[,host:port]`, `mesos://host:port`, `mesos://http://host:port` and `mesos://zk://host:port/path`.
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
      const maxTaskFailures = failures === undefined ? 1 : Number(failures)
      return { type: 'local', threads: count, maxTaskFailures }
    }
  }
  const cluster = /^local-cluster\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]$/.exec(master)
  if (cluster !== null) {
    const [executors = 0, cores = 0, memoryMb = 0] = cluster.slice(1).map(Number)
    if (executors >= 1 && cores >= 1) return { type: 'local-cluster', executors, cores, memoryMb }
  }
  const standalone = /^spark:\/\/(.+)$/.exec(master)?.[1]?.split(',') ?? []
  if (standalone.length > 0 && standalone.every((one) => HOST_PORT.test(one))) {
    return { type: 'standalone', masters: standalone }
  }
  const mesos = /^mesos:\/\/(http:\/\/)?([^:/]+|\[[^\]]+\]):(\d+)$/.exec(master)
  if (mesos !== null) {
    const [, http, host = '', port] = mesos
    const line = http === undefined ? 'cbor' : 'http'
    return { type: 'mesos', address: `${host}:${port ?? ''}`, line }
  }
  const elected = /^mesos:\/\/(zk:\/\/[^/\s]+\/\S+)$/.exec(master)?.[1]
  if (elected !== undefined) return { type: 'mesos', address: elected, line: 'http' }
  throw new SparkError(
    'TROUPE_SPARK_MASTER_UNKNOWN',
    `Master ${JSON.stringify(master)} is none that is known; use local, local[k], local[*], local[k,F], local-cluster[n,c,m], spark://host:port, mesos://host:port, or mesos://http://host:port or mesos://zk://host:port/path for any Mesos master`,
    { data: { master } },
  )
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readSettings(conf: SparkConf, isSubmitted: boolean = false): SparkSettings {
  return {
    defaultParallelism: confValue(conf, 'spark.default.parallelism'),
    maxTaskFailures: confValue(conf, 'spark.task.maxFailures'),
    maxStageAttempts: confValue(conf, 'spark.stage.maxConsecutiveAttempts'),
    maxCores: confValue(conf, 'spark.cores.max'),
    executorCores: confValue(conf, 'spark.executor.cores'),
    taskCpus: confValue(conf, 'spark.task.cpus'),
    executorMemoryMb: Math.floor(confValue(conf, 'spark.executor.memory') / 2 ** 20),
    mesos: readMesosWishes(conf),
    networkTimeoutMs: confValue(conf, 'spark.network.timeout'),
    driverHost: confValue(conf, 'spark.driver.host'),
    secret: confValue(conf, 'spark.authenticate.secret'),
    registrationTimeoutMs: confValue(conf, 'spark.scheduler.maxRegisteredResourcesWaitingTime'),
    files: readFileSettings(conf),
    eventLog: readEventLogConf(conf),
    ui: readUiConf(conf, isSubmitted),
    storage: readStorageConf(conf),
    taskProperties: readTaskProperties(conf),
  }
}
