import type { MemoryManager, MemoryMode } from '../memory/index.ts'
import type { ThreadSide } from './block-home.ts'

interface Reservation {
  readonly mode: MemoryMode
  bytes: number
}

/** Storage memory taken for blocks whose rows are still coming, by thread and block. */
export class Reservations {
  readonly #memory: MemoryManager
  readonly #bySide = new Map<ThreadSide, Map<string, Reservation>>()
  readonly #gone = new WeakSet<ThreadSide>()

  constructor(memory: MemoryManager) {
    this.#memory = memory
  }

  /** The memory was taken already; false when the thread has gone meanwhile: it is given back then. */
  add(side: ThreadSide, name: string, mode: MemoryMode, bytes: number): boolean {
    if (this.#gone.has(side)) {
      this.#memory.drop(mode, bytes)
      return false
    }
    let reserved = this.#bySide.get(side)
    if (reserved === undefined) {
      reserved = new Map()
      this.#bySide.set(side, reserved)
    }
    const held = reserved.get(name)
    if (held === undefined) reserved.set(name, { mode, bytes })
    else held.bytes += bytes
    return true
  }

  /** Gives back what is more than `bytes`. */
  trim(side: ThreadSide, name: string, bytes: number): void {
    const held = this.#bySide.get(side)?.get(name)
    if (held === undefined || held.bytes <= bytes) return
    this.#memory.drop(held.mode, held.bytes - bytes)
    held.bytes = bytes
  }

  /** What is reserved belongs to the block from now on. */
  take(side: ThreadSide, name: string): void {
    this.#bySide.get(side)?.delete(name)
  }

  release(side: ThreadSide, name: string): void {
    const held = this.#bySide.get(side)?.get(name)
    if (held === undefined) return
    this.take(side, name)
    this.#memory.drop(held.mode, held.bytes)
  }

  /** The thread is gone. */
  releaseAll(side: ThreadSide): void {
    this.#gone.add(side)
    for (const { mode, bytes } of this.#bySide.get(side)?.values() ?? []) {
      this.#memory.drop(mode, bytes)
    }
    this.#bySide.delete(side)
  }
}
