import type { Disk } from '../../platform/index.ts'
import { invalidArgument } from '../errors.ts'
import {
  DEFAULT_EXCLUSION,
  DEFAULT_SPECULATION,
  DEFAULT_TASK_SET_SETTINGS,
  modeOf,
  readAllocations,
  type ExclusionSettings,
  type LocalityWaits,
  type PoolSettings,
  type SpeculationSettings,
  type TaskSetSettings,
} from '../scheduler/index.ts'
import { duration, type SparkConf } from './spark-conf.ts'

/**
 * How task sets run their tasks: `spark.locality.wait` (3s) and `.process`, `.node`, `.rack`; `spark.speculation` and
 * `.interval`, `.multiplier`, `.quantile`, `.minTaskRuntime`; `spark.excludeOnFailure.enabled` and its `task.*` and `stage.*`.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function readTaskSettings(conf: SparkConf, maxTaskFailures: number): TaskSetSettings {
  return {
    maxTaskFailures,
    locality: readWaits(conf),
    speculation: flag(conf, 'spark.speculation') ? readSpeculation(conf) : undefined,
    exclusion: flag(conf, 'spark.excludeOnFailure.enabled') ? readExclusion(conf) : undefined,
  }
}

/**
 * In which order jobs get slots: `spark.scheduler.mode` (FIFO), and for FAIR the pools of `spark.scheduler.allocation.file`.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID, and what reading the file throws
 */
export async function readPools(conf: SparkConf, disk: Disk): Promise<PoolSettings> {
  const mode = modeOf(textOf(conf, 'spark.scheduler.mode'), 'spark.scheduler.mode')
  const path = textOf(conf, 'spark.scheduler.allocation.file')
  if (mode === 'FIFO' || path === undefined) return { mode, pools: new Map() }
  const xml = new TextDecoder().decode(await disk.readFile(disk.absolute(path)))
  return { mode, pools: readAllocations(xml, path) }
}

function readWaits(conf: SparkConf): LocalityWaits {
  const waitMs = wait(conf, 'spark.locality.wait') ?? DEFAULT_TASK_SET_SETTINGS.locality.processMs
  return {
    processMs: wait(conf, 'spark.locality.wait.process') ?? waitMs,
    nodeMs: wait(conf, 'spark.locality.wait.node') ?? waitMs,
    rackMs: wait(conf, 'spark.locality.wait.rack') ?? waitMs,
  }
}

/** 0 is fine: not to wait. */
function wait(conf: SparkConf, key: string): number | undefined {
  return /^0+[a-z]*$/.test(textOf(conf, key) ?? '') ? 0 : duration(conf, key)
}

function readSpeculation(conf: SparkConf): SpeculationSettings {
  const { intervalMs, multiplier, quantile, minTaskRuntimeMs } = DEFAULT_SPECULATION
  return {
    intervalMs: duration(conf, 'spark.speculation.interval') ?? intervalMs,
    multiplier: number(conf, 'spark.speculation.multiplier', multiplier, 1),
    quantile: number(conf, 'spark.speculation.quantile', quantile, 0, 1),
    minTaskRuntimeMs: wait(conf, 'spark.speculation.minTaskRuntime') ?? minTaskRuntimeMs,
  }
}

function readExclusion(conf: SparkConf): ExclusionSettings {
  const key = 'spark.excludeOnFailure'
  const { maxTaskAttemptsPerExecutor, maxTaskAttemptsPerNode } = DEFAULT_EXCLUSION
  const { maxFailedTasksPerExecutor, maxFailedExecutorsPerNode } = DEFAULT_EXCLUSION
  const count = (name: string, otherwise: number): number =>
    number(conf, `${key}.${name}`, otherwise, 1)
  return {
    maxTaskAttemptsPerExecutor: count(
      'task.maxTaskAttemptsPerExecutor',
      maxTaskAttemptsPerExecutor,
    ),
    maxTaskAttemptsPerNode: count('task.maxTaskAttemptsPerNode', maxTaskAttemptsPerNode),
    maxFailedTasksPerExecutor: count('stage.maxFailedTasksPerExecutor', maxFailedTasksPerExecutor),
    maxFailedExecutorsPerNode: count('stage.maxFailedExecutorsPerNode', maxFailedExecutorsPerNode),
  }
}

function textOf(conf: SparkConf, key: string): string | undefined {
  const value = conf[key]
  return value === undefined ? undefined : String(value).trim()
}

function flag(conf: SparkConf, key: string): boolean {
  const text = textOf(conf, key)
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw invalidArgument(key, text, 'true or false')
}

function number(
  conf: SparkConf,
  key: string,
  otherwise: number,
  least: number,
  most = Infinity,
): number {
  const text = textOf(conf, key)
  if (text === undefined) return otherwise
  const value = Number(text)
  if (text !== '' && value >= least && value <= most) return value
  throw invalidArgument(key, text, `a number from ${least} to ${most}`)
}
