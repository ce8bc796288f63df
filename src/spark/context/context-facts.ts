import type { Log, LogLevel } from '../../platform/index.ts'
import { invalidArgument, jobCancelled } from '../errors.ts'
import { SPARK_FORM_VERSION, type Properties } from '../events/index.ts'
import {
  JOB_PROPERTIES,
  NO_POOLS,
  type PoolSettings,
  type PoolSpec,
  type SchedulingMode,
} from '../scheduler/index.ts'
import { CancelledGroups } from './cancelled-groups.ts'
import { confValue, type SparkConf } from './conf/index.ts'
import { KeepingContext } from './keeping-context.ts'

/** Spark's levels, and what is written of ours. Nothing of ours is fatal. */
const LEVELS: Readonly<Record<string, LogLevel | 'off'>> = {
  ALL: 'debug',
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
  FATAL: 'off',
  OFF: 'off',
}

/** Spark's `spark.scheduler.numCancelledJobGroupsToTrack`. */
const MOST_CANCELLED_GROUPS = 1_000

/** The part of a context that says what it is. */
export abstract class ContextFacts extends KeepingContext {
  abstract readonly applicationId: string
  abstract readonly appName: string
  abstract readonly master: string
  /** When the context was made, in ms since 1970. */
  readonly startTime: number
  /** Read when the context starts. */
  protected pools: PoolSettings = NO_POOLS
  readonly #conf: SparkConf
  readonly #log: Log
  #rdds = 0
  #shuffles = 0
  readonly #cancelledGroups = new CancelledGroups(MOST_CANCELLED_GROUPS)

  constructor(conf: SparkConf, log: Log, startTime: number) {
    super()
    this.#conf = conf
    this.#log = log
    this.startTime = startTime
    const level = confValue(conf, 'spark.log.level')
    if (level !== undefined) this.setLogLevel(level)
  }

  newRddId(): number {
    return this.#rdds++
  }

  newShuffleId(): number {
    return this.#shuffles++
  }

  /** The version of Spark whose API, events and REST forms these are. */
  get version(): string {
    return SPARK_FORM_VERSION
  }

  /** Whether tasks run in the driver's process. */
  get isLocal(): boolean {
    return this.master === 'local' || this.master.startsWith('local[')
  }

  /** Whether {@link SparkContext.stop} was called. */
  abstract get isStopped(): boolean

  /** `spark.submit.deployMode`. */
  get deployMode(): 'client' | 'cluster' {
    return confValue(this.#conf, 'spark.submit.deployMode')
  }

  /** A copy of what the context was made with, and what it has become. */
  getConf(): SparkConf {
    return {
      ...this.#conf,
      'spark.app.id': this.applicationId,
      'spark.app.name': this.appName,
      'spark.master': this.master,
      'spark.submit.deployMode': this.deployMode,
    }
  }

  /** `spark.scheduler.mode`. */
  getSchedulingMode(): SchedulingMode {
    return this.pools.mode
  }

  /** The pools of `spark.scheduler.allocation.file`; others come about as jobs name them by `spark.scheduler.pool`. */
  getAllPools(): readonly PoolSpec[] {
    return [...this.pools.pools.values()]
  }

  /**
   * Which lines the driver logs from now on: ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF, in any case.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  setLogLevel(logLevel: string): void {
    const level = typeof logLevel === 'string' ? LEVELS[logLevel.toUpperCase()] : undefined
    if (level === undefined) {
      throw invalidArgument('setLogLevel', logLevel, `one of ${Object.keys(LEVELS).join(', ')}`)
    }
    this.#log.setLevel?.(level)
  }

  /**
   * Cancels the jobs under way of a group, and those that are submitted to it later, as long as it is among the last thousand that
   * were cancelled so.
   */
  cancelJobGroupAndFutureJobs(groupId: string, reason?: string): void {
    this.#cancelledGroups.add(groupId)
    this.cancelJobGroup(groupId, reason)
  }

  /** @throws TROUPE_SPARK_JOB_CANCELLED for a job of a group that was cancelled with all that come */
  protected checkGroup(jobId: number, properties: Properties): void {
    const groupId = properties[JOB_PROPERTIES.group]
    if (groupId === undefined || !this.#cancelledGroups.has(groupId)) return
    throw jobCancelled(jobId, `its group ${groupId} was cancelled, with all jobs to come`)
  }
}
