import type { Environment, ProcessMemory } from '../../../platform/index.ts'
import { NO_EXECUTOR_METRICS, type ExecutorMetrics } from '../../events/index.ts'
import type { MemoryManager } from '../../memory/index.ts'
import { threadMemory, type ThreadMemory } from './thread-gauge.ts'

/** Where a reading is taken. */
interface MeasuredPlace extends Pick<Environment, 'heap' | 'processes' | 'usage'> {
  readonly memory: MemoryManager
  /** `spark.executor.processTreeMetrics.enabled` */
  readonly hasTree: boolean
}

/** What an executor has of memory now: this thread's, which is its main one, and that of its task threads. */
export function executorReading(
  place: MeasuredPlace,
  threads: readonly ThreadMemory[],
): ExecutorMetrics {
  const all = [threadMemory(place), ...threads]
  const sum = (value: (one: ThreadMemory) => number): number =>
    Math.floor(all.reduce((total, one) => total + value(one), 0))
  const onHeap = place.memory.use('on-heap')
  const offHeap = place.memory.use('off-heap')
  const minorMs = sum((one) => one.minorMs)
  const majorMs = sum((one) => one.majorMs)
  const incrementalMs = sum((one) => one.incrementalMs)
  return {
    ...NO_EXECUTOR_METRICS,
    JVMHeapMemory: sum((one) => one.heapBytes),
    JVMOffHeapMemory: sum((one) => one.externalBytes),
    OnHeapExecutionMemory: onHeap.executionBytes,
    OffHeapExecutionMemory: offHeap.executionBytes,
    OnHeapStorageMemory: onHeap.storageBytes,
    OffHeapStorageMemory: offHeap.storageBytes,
    OnHeapUnifiedMemory: onHeap.executionBytes + onHeap.storageBytes,
    OffHeapUnifiedMemory: offHeap.executionBytes + offHeap.storageBytes,
    DirectPoolMemory: sum((one) => one.bufferBytes),
    ...(place.hasTree ? treeMetrics(place.processes.tree()) : {}),
    MinorGCCount: sum((one) => one.minorCount),
    MinorGCTime: minorMs,
    MajorGCCount: sum((one) => one.majorCount),
    MajorGCTime: majorMs,
    TotalGCTime: minorMs + majorMs + incrementalMs,
    ConcurrentGCCount: sum((one) => one.incrementalCount),
    ConcurrentGCTime: incrementalMs,
  }
}

/** The executor's own process stands in the place of the JVM; programs that it has started are Python's, or others. */
function treeMetrics([own, ...started]: readonly ProcessMemory[]): Partial<ExecutorMetrics> {
  const isPython = ({ name }: ProcessMemory): boolean => name.startsWith('python')
  const sum = (of: readonly ProcessMemory[], value: 'residentBytes' | 'virtualBytes'): number =>
    of.reduce((total, one) => total + one[value], 0)
  const python = started.filter(isPython)
  const others = started.filter((one) => !isPython(one))
  return {
    ProcessTreeJVMVMemory: own?.virtualBytes ?? 0,
    ProcessTreeJVMRSSMemory: own?.residentBytes ?? 0,
    ProcessTreePythonVMemory: sum(python, 'virtualBytes'),
    ProcessTreePythonRSSMemory: sum(python, 'residentBytes'),
    ProcessTreeOtherVMemory: sum(others, 'virtualBytes'),
    ProcessTreeOtherRSSMemory: sum(others, 'residentBytes'),
  }
}
