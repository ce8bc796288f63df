import { memoryEnvironment, type Disk } from '../../../src/platform/index.ts'
import {
  TaskMemoryManager,
  type ExecutionMemory,
  type TaskMemory,
} from '../../../src/spark/memory/index.ts'
import { SpillSpace, type SpillCounts } from '../../../src/spark/shuffle/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'

/** Execution memory of so many bytes, and no more. */
export function boundedMemory(bytes: number): TaskMemory {
  let freeBytes = bytes
  const source: ExecutionMemory = {
    acquire: (_, wanted) => {
      const granted = Math.min(wanted, freeBytes)
      freeBytes -= granted
      return Promise.resolve(granted)
    },
    release: (_, released) => {
      freeBytes += released
    },
    releaseAll: () => {
      freeBytes = bytes
    },
  }
  return new TaskMemoryManager(1, source)
}

/** What a task that spills works with. */
export interface Spilling {
  readonly disk: Disk
  readonly memory: TaskMemory
  readonly space: SpillSpace
  readonly counts: SpillCounts
}

/** A place to spill to, in memory, and memory of so many bytes. */
export async function spilling(
  memoryBytes: number,
  disk?: Disk,
  maxRecordsInMemory?: number,
): Promise<Spilling> {
  const here = disk ?? memoryEnvironment().disk('main')
  await here.makeDirectory('/blocks')
  const counts = { spills: 0, memoryBytesSpilled: 0, diskBytesSpilled: 0 }
  const space = new SpillSpace({
    disk: here,
    directory: '/blocks',
    taskAttemptId: 7,
    codec: rowCodec,
    counts,
    ...(maxRecordsInMemory === undefined ? {} : { maxRecordsInMemory }),
  })
  return { disk: here, memory: boundedMemory(memoryBytes), space, counts }
}
