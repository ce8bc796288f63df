import type { JsonFields } from '../pretty-json.ts'

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
