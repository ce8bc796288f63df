import { getHeapStatistics } from 'node:v8'
import type { HeapStatistics } from '../heap.ts'

/** V8's own accounts of this thread, and the system's of the process. */
export const nodeHeap: HeapStatistics = {
  usedBytes: () => getHeapStatistics().used_heap_size,
  externalBytes: () => getHeapStatistics().external_memory,
  bufferBytes: () => process.memoryUsage().arrayBuffers,
  limitBytes: () => getHeapStatistics().heap_size_limit,
  residentBytes: () => process.memoryUsage.rss(),
}
