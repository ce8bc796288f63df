import { giveMemory, takeMemory } from './kept-memory.ts'

const SLAB_BYTES = 1 << 20
const ALIGNMENT = 8

/**
 * Room for the columns of one batch after another: arrays are cut out of slabs that are used again, since making and
 * forgetting megabytes of arrays for each batch keeps the collector busy. What it gave out is good until
 * {@link Scratch.reset}, and holds what was there before.
 */
export class Scratch {
  readonly #slabs: ArrayBuffer[] = []
  #slab = 0
  #offset = 0

  int32(length: number): Int32Array {
    const offset = this.#take(length * 4)
    return new Int32Array(this.#slabs[this.#slab] as ArrayBuffer, offset, length)
  }

  float64(length: number): Float64Array {
    const offset = this.#take(length * 8)
    return new Float64Array(this.#slabs[this.#slab] as ArrayBuffer, offset, length)
  }

  bytes(length: number): Uint8Array {
    const offset = this.#take(length)
    return new Uint8Array(this.#slabs[this.#slab] as ArrayBuffer, offset, length)
  }

  /** Whoever holds a batch made with it holds it no more. */
  reset(): void {
    this.#slab = 0
    this.#offset = 0
  }

  /** Nobody looks any more at anything it gave out: what it has is for others. */
  release(): void {
    this.reset()
    for (const slab of this.#slabs.splice(0)) giveMemory(slab)
  }

  /** Where so many bytes begin in the current slab, which may become another. */
  #take(bytes: number): number {
    for (;;) {
      const slab = this.#slabs[this.#slab]
      if (slab === undefined) {
        this.#slabs.push(takeMemory(Math.max(SLAB_BYTES, bytes)))
        continue
      }
      const offset = this.#offset
      if (offset + bytes <= slab.byteLength) {
        this.#offset = (offset + bytes + ALIGNMENT - 1) & -ALIGNMENT
        return offset
      }
      this.#slab += 1
      this.#offset = 0
    }
  }
}
