import { ownerOf, rddBlock } from '../block-id.ts'
import type { BlockStatus } from '../block-network.ts'
import { isStored } from '../storage-level.ts'

/** An executor that keeps blocks. */
export interface BlockHolder {
  readonly executorId: string
  readonly host: string
  readonly maxOnHeapBytes: number
  readonly maxOffHeapBytes: number
}

/** What is kept of one RDD, over all executors. */
export interface RddStorage {
  readonly rddId: number
  readonly numCachedPartitions: number
  readonly memoryBytes: number
  readonly diskBytes: number
}

/** One block as it is kept on one executor. */
export interface KeptBlock extends BlockStatus {
  readonly name: string
  readonly executorId: string
}

/** Which executor keeps which block, as the driver knows it. Blocks of an executor that is gone are forgotten. */
export class BlockDirectory {
  readonly #executors = new Map<string, BlockHolder>()
  /** block → executor → its status */
  readonly #blocks = new Map<string, Map<string, BlockStatus>>()

  addExecutor(holder: BlockHolder): void {
    this.#executors.set(holder.executorId, holder)
  }

  /** Forgets an executor and its blocks; answers the names of those nobody else keeps. */
  removeExecutor(executorId: string): string[] {
    this.#executors.delete(executorId)
    const lost: string[] = []
    for (const [name, kept] of this.#blocks) {
      if (kept.delete(executorId) && kept.size === 0) {
        this.#blocks.delete(name)
        lost.push(name)
      }
    }
    return lost
  }

  /** What an executor says of a block; one that is not known, or no more, is not believed. */
  update(executorId: string, name: string, status: BlockStatus): boolean {
    if (!this.#executors.has(executorId)) return false
    const kept = this.#blocks.get(name)
    // An empty partition takes no bytes.
    if (isStored(status.level)) {
      if (kept === undefined) this.#blocks.set(name, new Map([[executorId, status]]))
      else kept.set(executorId, status)
    } else if (kept?.delete(executorId) === true && kept.size === 0) {
      this.#blocks.delete(name)
    }
    return true
  }

  get executors(): Iterable<BlockHolder> {
    return this.#executors.values()
  }

  /** Who keeps the block. */
  holders(name: string): BlockHolder[] {
    const kept = this.#blocks.get(name)
    if (kept === undefined) return []
    return [...kept.keys()].flatMap((executorId) => this.#executors.get(executorId) ?? [])
  }

  /** Bound. Where a partition of an RDD is kept: on which executors, and on which hosts. */
  readonly cachedAt = (rddId: number, partition: number): readonly string[] => {
    const holders = this.holders(rddBlock(rddId, partition))
    return [
      ...holders.map(({ host, executorId }) => `executor_${host}_${executorId}`),
      ...holders.map(({ host }) => host),
    ]
  };

  /** Everything that is kept. */
  *blocks(): Iterable<KeptBlock> {
    for (const [name, kept] of this.#blocks) {
      for (const [executorId, { memoryBytes, diskBytes, level }] of kept) {
        yield { name, executorId, memoryBytes, diskBytes, level }
      }
    }
  }

  /** The executors that keep partitions of RDDs. */
  caching(): Set<string> {
    const found = new Set<string>()
    for (const { name, executorId } of this.blocks())
      if (!found.has(executorId) && ownerOf(name)?.type === 'rdd') found.add(executorId)
    return found
  }

  /** executor → what it may keep in memory, and what of that is free */
  memoryStatus(): Map<string, { readonly maxBytes: number; readonly freeBytes: number }> {
    const used = new Map<string, number>()
    for (const { executorId, memoryBytes } of this.blocks()) {
      used.set(executorId, (used.get(executorId) ?? 0) + memoryBytes)
    }
    return new Map(
      [...this.#executors.values()].map(({ executorId, maxOnHeapBytes, maxOffHeapBytes }) => {
        const maxBytes = maxOnHeapBytes + maxOffHeapBytes
        return [executorId, { maxBytes, freeBytes: maxBytes - (used.get(executorId) ?? 0) }]
      }),
    )
  }

  /** What is kept of each RDD of which anything is kept, in order of id. */
  rdds(): RddStorage[] {
    const found = new Map<number, { partitions: Set<number>; memory: number; disk: number }>()
    for (const { name, memoryBytes, diskBytes } of this.blocks()) {
      const owner = ownerOf(name)
      if (owner?.type !== 'rdd') continue
      const sum = found.get(owner.rddId) ?? { partitions: new Set<number>(), memory: 0, disk: 0 }
      sum.partitions.add(owner.partition)
      sum.memory += memoryBytes
      sum.disk += diskBytes
      found.set(owner.rddId, sum)
    }
    return [...found]
      .sort(([a], [b]) => a - b)
      .map(([rddId, { partitions, memory, disk }]) => ({
        rddId,
        numCachedPartitions: partitions.size,
        memoryBytes: memory,
        diskBytes: disk,
      }))
  }
}
