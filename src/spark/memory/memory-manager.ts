import type { MemoryRegions } from './memory-regions.ts'
import type { ExecutionMemory, MemoryMode } from './task-memory.ts'
import {
  couldStore,
  dropBytes,
  emptyPool,
  freeBytes,
  poolTransition,
  storeBytes,
  type PoolEvent,
  type UnifiedPool,
} from './unified-pool.ts'

/** Frees storage memory of a pool by dropping blocks; resolves to the bytes freed. */
export type EvictBlocks = (mode: MemoryMode, bytes: number) => Promise<number>

/** What is taken of a pool at the moment. */
export interface MemoryUse {
  readonly maxBytes: number
  readonly storageBytes: number
  readonly executionBytes: number
  readonly activeTasks: number
}

/**
 * The unified memory manager of one executor: a pool on the heap and one off it, each shared by execution and storage. Lives
 * with the block manager, which drops blocks when execution wants back what storage has borrowed.
 */
export class MemoryManager implements ExecutionMemory {
  readonly #pools: Readonly<Record<MemoryMode, UnifiedPool>>
  readonly #granted = new Map<number, (bytes: number) => void>()
  #evict: EvictBlocks = () => Promise.resolve(0)
  #requests = 0

  constructor(regions: MemoryRegions) {
    const { sparkBytes, storageRegionBytes, offHeapBytes, offHeapStorageRegionBytes } = regions
    this.#pools = {
      'on-heap': emptyPool(sparkBytes, storageRegionBytes),
      'off-heap': emptyPool(offHeapBytes, offHeapStorageRegionBytes),
    }
  }

  /** Who drops blocks. */
  evictBy(evict: EvictBlocks): void {
    this.#evict = evict
  }

  acquire(taskAttemptId: number, bytes: number, mode: MemoryMode): Promise<number> {
    const requestId = this.#requests++
    return new Promise((resolve) => {
      this.#granted.set(requestId, resolve)
      this.#apply(mode, { type: 'acquire', requestId, task: taskAttemptId, bytes })
    })
  }

  release(taskAttemptId: number, bytes: number, mode: MemoryMode): void {
    this.#apply(mode, { type: 'release', task: taskAttemptId, bytes })
  }

  releaseAll(taskAttemptId: number): void {
    this.#apply('on-heap', { type: 'task-ended', task: taskAttemptId })
    this.#apply('off-heap', { type: 'task-ended', task: taskAttemptId })
  }

  /** Takes storage memory if it is free; otherwise says how much has to be dropped first. */
  store(mode: MemoryMode, bytes: number): ReturnType<typeof storeBytes> {
    return storeBytes(this.#pools[mode], bytes)
  }

  /** Whether so much could be stored if every block were dropped. */
  couldStore(mode: MemoryMode, bytes: number): boolean {
    return couldStore(this.#pools[mode], bytes)
  }

  /** Storage memory is free again. */
  drop(mode: MemoryMode, bytes: number): void {
    dropBytes(this.#pools[mode], bytes)
    this.#apply(mode, { type: 'storage-changed' })
  }

  use(mode: MemoryMode): MemoryUse {
    const { maxBytes, storageBytes, executionBytes, tasks } = this.#pools[mode]
    return { maxBytes, storageBytes, executionBytes, activeTasks: tasks.size }
  }

  freeBytes(mode: MemoryMode): number {
    return freeBytes(this.#pools[mode])
  }

  #apply(mode: MemoryMode, event: PoolEvent): void {
    const [, effects] = poolTransition(this.#pools[mode], event)
    for (const effect of effects) {
      if (effect.type === 'grant') {
        this.#granted.get(effect.requestId)?.(effect.bytes)
        this.#granted.delete(effect.requestId)
      } else {
        void this.#evictFor(mode, effect.bytes)
      }
    }
  }

  async #evictFor(mode: MemoryMode, askedBytes: number): Promise<void> {
    const freedBytes = await this.#evict(mode, askedBytes).catch(() => 0)
    this.#apply(mode, { type: 'evicted', askedBytes, freedBytes })
  }
}
