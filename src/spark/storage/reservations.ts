import type { MemoryManager, MemoryMode } from '../memory/index.ts'
import type { ThreadSide } from './block-home.ts'

interface Reservation {
  readonly mode: MemoryMode
  bytes: number
}

/** A thread that waits for memory for a block. */
interface Asked {
  readonly side: ThreadSide
  readonly name: string
  /** It waits no longer. */
  isOver: boolean
}

/** Storage memory taken for blocks whose rows are still coming, by thread and block. */
export class Reservations {
  readonly #memory: MemoryManager
  readonly #bySide = new Map<ThreadSide, Map<string, Reservation>>()
  /** thread → what it waits for */
  readonly #asked = new Map<ThreadSide, Set<Asked>>()
  readonly #gone = new WeakSet<ThreadSide>()

  constructor(memory: MemoryManager) {
    this.#memory = memory
  }

  /** Memory is being looked for. Whoever asks may give up, or be gone, before it is found. */
  ask(side: ThreadSide, name: string): Asked {
    const asked: Asked = { side, name, isOver: this.#gone.has(side) }
    const others = this.#asked.get(side) ?? new Set<Asked>()
    this.#asked.set(side, others.add(asked))
    return asked
  }

  /** The memory that was taken, if it was; false when nobody wants it any more: it is given back then. */
  answer(asked: Asked, found: Reservation | undefined): boolean {
    const { side, name, isOver } = asked
    this.#asked.get(side)?.delete(asked)
    if (found === undefined) return false
    const { mode, bytes } = found
    if (isOver) {
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

  /** Also what is still being looked for. */
  release(side: ThreadSide, name: string): void {
    for (const asked of this.#asked.get(side) ?? []) if (asked.name === name) asked.isOver = true
    const held = this.#bySide.get(side)?.get(name)
    if (held === undefined) return
    this.take(side, name)
    this.#memory.drop(held.mode, held.bytes)
  }

  /** The thread is gone. */
  releaseAll(side: ThreadSide): void {
    this.#gone.add(side)
    for (const asked of this.#asked.get(side) ?? []) asked.isOver = true
    this.#asked.delete(side)
    for (const { mode, bytes } of this.#bySide.get(side)?.values() ?? []) {
      this.#memory.drop(mode, bytes)
    }
    this.#bySide.delete(side)
  }
}
