import type { MemoryConsumer, TaskMemory } from '../../memory/index.ts'

/** Asked for at a time at least: at first, and then. */
const FIRST_BYTES = 1 << 20
const STEP_BYTES = 4 << 20

/** The execution memory that one sorter, combiner or writer holds. */
export class HeldMemory implements MemoryConsumer {
  readonly name: string
  readonly #memory: TaskMemory
  readonly #spill: () => Promise<number>
  #grantedBytes = 0

  /** @param spill what {@link MemoryConsumer.spill} does; resolves to the bytes that are not needed any more */
  constructor(memory: TaskMemory, name: string, spill: () => Promise<number>) {
    this.name = name
    this.#memory = memory
    this.#spill = spill
  }

  /** Whether it may hold `bytes` in all. */
  reach(bytes: number): boolean | Promise<boolean> {
    if (bytes <= this.#grantedBytes) return true
    const least = this.#grantedBytes === 0 ? FIRST_BYTES : STEP_BYTES
    const wanted = Math.max(least, bytes - this.#grantedBytes)
    const granted = this.#memory.acquire(wanted, this)
    if (typeof granted !== 'number') return granted.then((more) => this.#add(more, bytes))
    return this.#add(granted, bytes)
  }

  /** It holds no more than `bytes` now. */
  shrink(bytes: number): void {
    if (bytes >= this.#grantedBytes) return
    this.#memory.release(this.#grantedBytes - bytes, this)
    this.#grantedBytes = bytes
  }

  async spill(): Promise<number> {
    const before = this.#grantedBytes
    await this.#spill()
    return Math.max(0, before - this.#grantedBytes)
  }

  #add(grantedBytes: number, bytes: number): boolean {
    this.#grantedBytes += grantedBytes
    return bytes <= this.#grantedBytes
  }
}
