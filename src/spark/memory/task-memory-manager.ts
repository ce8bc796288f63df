import type { ExecutionMemory, MemoryConsumer, MemoryMode, TaskMemory } from './task-memory.ts'

/** The least that the executor's memory manager is asked for at a time. */
export const STEP_BYTES: number = 1 << 20

interface Ledger {
  /** From the executor's memory manager. */
  grantedBytes: number
  /** Of these, held by consumers. */
  heldBytes: number
}

/** @see TaskMemory */
export class TaskMemoryManager implements TaskMemory {
  readonly #taskAttemptId: number
  readonly #source: ExecutionMemory
  readonly #isHeapFull: () => boolean
  readonly #ledgers: Readonly<Record<MemoryMode, Ledger>> = {
    'on-heap': { grantedBytes: 0, heldBytes: 0 },
    'off-heap': { grantedBytes: 0, heldBytes: 0 },
  }
  /** consumer → bytes it holds; more than 0 */
  readonly #held = new Map<MemoryConsumer, number>()
  /** Consumers that spill at the moment. */
  readonly #spilling = new Set<MemoryConsumer>()
  #peakBytes = 0
  /** The memory manager counts the task as active. */
  #hasAsked = false
  #isOver = false

  /** @param isHeapFull whether the thread's heap leaves no room, whatever the memory manager says */
  constructor(
    taskAttemptId: number,
    source: ExecutionMemory,
    isHeapFull: () => boolean = () => false,
  ) {
    this.#taskAttemptId = taskAttemptId
    this.#source = source
    this.#isHeapFull = isHeapFull
  }

  get peakBytes(): number {
    return this.#peakBytes
  }

  acquire(bytes: number, consumer: MemoryConsumer): number | Promise<number> {
    if (this.#isOver) return 0
    const ledger = this.#ledgers[consumer.mode ?? 'on-heap']
    if (ledger.grantedBytes - ledger.heldBytes < bytes) return this.#acquireMore(bytes, consumer)
    return this.#grant(bytes, consumer)
  }

  release(bytes: number, consumer: MemoryConsumer): void {
    const mode = consumer.mode ?? 'on-heap'
    const ledger = this.#ledgers[mode]
    const held = this.heldBy(consumer)
    const released = Math.min(bytes, held)
    if (released === held) this.#held.delete(consumer)
    else this.#held.set(consumer, held - released)
    ledger.heldBytes -= released
    const spare = ledger.grantedBytes - ledger.heldBytes - STEP_BYTES
    // A spill is for another consumer of this task: it is not to go to another task first.
    if (spare < STEP_BYTES || this.#spilling.size > 0) return
    ledger.grantedBytes -= spare
    this.#source.release(this.#taskAttemptId, spare, mode)
  }

  heldBy(consumer: MemoryConsumer): number {
    return this.#held.get(consumer) ?? 0
  }

  /**
   * The task is over: gives everything back, and gets nothing any more; answers what its consumers have not released.
   */
  end(): number {
    let leakedBytes = 0
    for (const bytes of this.#held.values()) leakedBytes += bytes
    this.#held.clear()
    const { 'on-heap': onHeap, 'off-heap': offHeap } = this.#ledgers
    if (this.#hasAsked && !this.#isOver) this.#source.releaseAll(this.#taskAttemptId)
    this.#isOver = true
    for (const ledger of [onHeap, offHeap]) ledger.grantedBytes = ledger.heldBytes = 0
    return leakedBytes
  }

  async #acquireMore(bytes: number, consumer: MemoryConsumer): Promise<number> {
    const mode = consumer.mode ?? 'on-heap'
    const ledger = this.#ledgers[mode]
    if (!this.#isHeapFull()) {
      const missing = bytes - (ledger.grantedBytes - ledger.heldBytes)
      const asked = Math.max(STEP_BYTES, missing)
      this.#hasAsked = true
      const grantedBytes = await this.#source.acquire(this.#taskAttemptId, asked, mode)
      // What is granted when the task is over has gone back with the rest.
      if (this.#isOver) return 0
      ledger.grantedBytes += grantedBytes
    }
    await this.#spillOthers(bytes, consumer, ledger)
    const free = ledger.grantedBytes - ledger.heldBytes
    return this.#grant(Math.max(0, Math.min(bytes, free)), consumer)
  }

  /** The largest first, until `bytes` are there or nobody has any left. */
  async #spillOthers(bytes: number, asking: MemoryConsumer, ledger: Ledger): Promise<void> {
    const tried = new Set<MemoryConsumer>([asking, ...this.#spilling])
    const mode = asking.mode ?? 'on-heap'
    for (;;) {
      const missing = bytes - (ledger.grantedBytes - ledger.heldBytes)
      if (missing <= 0) return
      let largest: MemoryConsumer | undefined
      for (const consumer of this.#held.keys()) {
        if (tried.has(consumer) || (consumer.mode ?? 'on-heap') !== mode) continue
        if (largest === undefined || this.heldBy(consumer) > this.heldBy(largest)) {
          largest = consumer
        }
      }
      if (largest === undefined) return
      tried.add(largest)
      this.#spilling.add(largest)
      try {
        await largest.spill(missing)
      } finally {
        this.#spilling.delete(largest)
      }
    }
  }

  #grant(bytes: number, consumer: MemoryConsumer): number {
    if (bytes === 0) return 0
    this.#held.set(consumer, this.heldBy(consumer) + bytes)
    this.#ledgers[consumer.mode ?? 'on-heap'].heldBytes += bytes
    const { 'on-heap': onHeap, 'off-heap': offHeap } = this.#ledgers
    this.#peakBytes = Math.max(this.#peakBytes, onHeap.heldBytes + offHeap.heldBytes)
    return bytes
  }
}
