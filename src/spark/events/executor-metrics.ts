/** What is told of the memory of an executor's process, in bytes, and of its garbage collectors, in runs and ms, by Spark's names. */
export const EXECUTOR_METRICS = [
  'JVMHeapMemory',
  'JVMOffHeapMemory',
  'OnHeapExecutionMemory',
  'OffHeapExecutionMemory',
  'OnHeapStorageMemory',
  'OffHeapStorageMemory',
  'OnHeapUnifiedMemory',
  'OffHeapUnifiedMemory',
  'DirectPoolMemory',
  'MappedPoolMemory',
  'ProcessTreeJVMVMemory',
  'ProcessTreeJVMRSSMemory',
  'ProcessTreePythonVMemory',
  'ProcessTreePythonRSSMemory',
  'ProcessTreeOtherVMemory',
  'ProcessTreeOtherRSSMemory',
  'MinorGCCount',
  'MinorGCTime',
  'MajorGCCount',
  'MajorGCTime',
  'TotalGCTime',
  'ConcurrentGCCount',
  'ConcurrentGCTime',
] as const

type MetricName = (typeof EXECUTOR_METRICS)[number]

/**
 * One reading of an executor, or the most of several. `JVMHeapMemory` is V8's heaps of all its threads, `JVMOffHeapMemory` what their
 * objects hold outside, `DirectPoolMemory` the buffers among that.
 *
 * @see ExecutorMetricType.scala in Spark
 */
export type ExecutorMetrics = Readonly<Record<MetricName, number>>

/** Nothing measured yet. */
export const NO_EXECUTOR_METRICS: ExecutorMetrics = metricsBy(() => 0)

/** The larger of each. */
export function peaksOf(a: ExecutorMetrics, b: ExecutorMetrics): ExecutorMetrics {
  return metricsBy((name) => Math.max(a[name], b[name]))
}

/** For each figure what `value` says of it. */
export function metricsBy<V>(value: (name: MetricName) => V): Readonly<Record<MetricName, V>> {
  const entries = EXECUTOR_METRICS.map((name) => [name, value(name)])
  return Object.fromEntries(entries) as Record<MetricName, V>
}
