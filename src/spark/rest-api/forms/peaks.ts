import { EXECUTOR_METRICS } from '../../events/index.ts'
import type { JsonFields } from '../pretty-json.ts'

/** For each figure of executors' memory its values. */
export function peaksJson(
  value: (name: (typeof EXECUTOR_METRICS)[number]) => readonly number[],
): JsonFields {
  return Object.fromEntries(EXECUTOR_METRICS.map((name) => [name, value(name)]))
}

/** Metrics of Spark's push-based shuffle, which is not there: zeros. */
export function pushed(value: number | readonly number[]): JsonFields {
  return {
    corruptMergedBlockChunks: value,
    mergedFetchFallbackCount: value,
    remoteMergedBlocksFetched: value,
    localMergedBlocksFetched: value,
    remoteMergedChunksFetched: value,
    localMergedChunksFetched: value,
    remoteMergedBytesRead: value,
    localMergedBytesRead: value,
    remoteMergedReqsDuration: value,
  }
}
