import type { JsonFields } from '../pretty-json.ts'

/** What Spark tells of the memory of executors. Nothing of it is measured here, which Spark says by zeros, too. */
const PEAKS = [
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

/** For each of them `value`. */
export function peaks(value: number | readonly number[]): JsonFields {
  return Object.fromEntries(PEAKS.map((name) => [name, value]))
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
