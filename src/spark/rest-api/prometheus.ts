import { EXECUTOR_METRICS } from '../events/index.ts'
import { SPARK_FORM_VERSION } from '../events/index.ts'
import type { ExecutorRecord } from '../status/index.ts'
import { executorJson } from './forms/executor.ts'
import type { OpenApplication } from './rest-root.ts'

/** Fields of an executor, and what stands behind their names; times are told in seconds. */
const FIELDS = [
  ['rddBlocks', ''],
  ['memoryUsed', '_bytes'],
  ['diskUsed', '_bytes'],
  ['totalCores', ''],
  ['maxTasks', ''],
  ['activeTasks', ''],
  ['failedTasks', '_total'],
  ['completedTasks', '_total'],
  ['totalTasks', '_total'],
  ['totalDuration', '_seconds_total'],
  ['totalGCTime', '_seconds_total'],
  ['totalInputBytes', '_bytes_total'],
  ['totalShuffleRead', '_bytes_total'],
  ['totalShuffleWrite', '_bytes_total'],
  ['maxMemory', '_bytes'],
] as const
const STORAGE = [
  'usedOnHeapStorageMemory',
  'usedOffHeapStorageMemory',
  'totalOnHeapStorageMemory',
  'totalOffHeapStorageMemory',
] as const
const COUNTS = ['MinorGCCount', 'MajorGCCount', 'ConcurrentGCCount'] as const
const TIMES = ['MinorGCTime', 'MajorGCTime', 'ConcurrentGCTime'] as const
const MS = 1000

/** Executors, in the form that Prometheus reads. @see PrometheusResource.scala in Spark */
export function executorsForPrometheus({ summary, store, nowMs }: OpenApplication): string {
  const lines = [`spark_info{version="${SPARK_FORM_VERSION}", revision=""} 1.0`]
  const durationMs = Math.floor(nowMs) - Math.floor(store.application?.startTime ?? nowMs)
  for (const executor of store.executors.all.values()) {
    if (!executor.isActive) continue
    const labels = `{application_id="${summary.id}", application_name="${escaped(summary.name)}", executor_id="${executor.id}"}`
    for (const [name, value] of metricsOf(executor, durationMs))
      lines.push(`metrics_executor_${name}${labels} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

function* metricsOf(
  executor: ExecutorRecord,
  durationMs: number,
): Iterable<readonly [name: string, value: number]> {
  const told = executorJson(executor, durationMs)
  for (const [field, suffix] of FIELDS) {
    const value = Number(told[field])
    yield [`${field}${suffix}`, suffix.startsWith('_seconds') ? value / MS : value]
  }
  const storage = executor.totalOnHeap === undefined ? undefined : told['memoryMetrics']
  if (storage !== undefined)
    for (const name of STORAGE) yield [`${name}_bytes`, Number((storage as Numbers)[name])]
  const { peaks } = executor
  if (peaks === undefined) return
  for (const name of EXECUTOR_METRICS)
    if (name.endsWith('Memory')) yield [`${name}_bytes`, peaks[name]]
  for (const name of COUNTS) yield [`${name}_total`, peaks[name]]
  for (const name of TIMES) yield [`${name}_seconds_total`, peaks[name] / MS]
}

type Numbers = Readonly<Record<string, number>>

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
