import type { TaskMetrics } from '../rdd/index.ts'

const counted = new WeakMap<Error, TaskMetrics>()

/** Remembers with the failure of a try what the try has counted before it failed. */
export function rememberMetrics(failure: Error, metrics: TaskMetrics | undefined): void {
  if (metrics !== undefined) counted.set(failure, metrics)
}

/** What a try that has failed so had counted; undefined where that is not known, as when its thread has gone. */
export function metricsOf(failure: unknown): TaskMetrics | undefined {
  return failure instanceof Error ? counted.get(failure) : undefined
}
