import type { Merge } from './expression.ts'
import { merged } from './merge.ts'

/** 32-bit words of a slot: hash, offset in the arena, length + 1 (0 is free), unused; then the value as a double. */
const WORDS = 6
const MAX_LOAD = 0.6

/**
 * Numbers by text: an open-addressing table over the bytes of its keys, which it keeps in an arena of its own. A slot
 * holds all but the key's bytes, so that a key that was met before costs two cache lines.
 */
export class TextTable {
  readonly #seed: number
  readonly #merge: Merge
  #capacity: number
  #words: Int32Array
  #values: Float64Array
  #arena: Uint8Array
  #arenaEnd = 0
  #size = 0

  /** `seed` parts the order of a map side's table from that of a reduce side's, which would cluster otherwise. */
  constructor(merge: Merge, seed: number, capacity: number = 1 << 12) {
    this.#merge = merge
    this.#seed = seed
    this.#capacity = capacity
    this.#words = new Int32Array(capacity * WORDS)
    this.#values = new Float64Array(this.#words.buffer)
    this.#arena = new Uint8Array(capacity * 8)
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#words.byteLength + this.#arena.byteLength
  }

  /** Adds every row; `values` is one number for each, or one for all. */
  addAll(
    bytes: Uint8Array,
    starts: Int32Array,
    ends: Int32Array,
    values: Float64Array | number,
    rows: number,
  ): void {
    const isSum = this.#merge === 'sum'
    const seed = this.#seed
    let words = this.#words
    let table = this.#values
    let mask = this.#capacity - 1
    for (let i = 0; i < rows; i += 1) {
      const start = starts[i] as number
      const length = (ends[i] as number) - start
      const value = typeof values === 'number' ? values : (values[i] as number)
      let hash = seed
      for (let k = start; k < start + length; k += 1) {
        hash = Math.imul(hash ^ (bytes[k] as number), 0x01000193)
      }
      hash ^= hash >>> 15
      let slot = (hash & mask) * WORDS
      for (;;) {
        const used = words[slot + 2] as number
        if (used === 0) {
          this.#insert(slot, hash, bytes, start, length, value)
          words = this.#words
          table = this.#values
          mask = this.#capacity - 1
          break
        }
        if (words[slot] === hash && used === length + 1) {
          const arena = this.#arena
          const at = words[slot + 1] as number
          let k = 0
          while (k < length && arena[at + k] === bytes[start + k]) k += 1
          if (k === length) {
            const place = (slot >> 1) + 2
            const before = table[place] as number
            table[place] = isSum ? before + value : merged(this.#merge, before, value)
            break
          }
        }
        slot += WORDS
        if (slot === words.length) slot = 0
      }
    }
  }

  /** All keys and values, in the table's order; the keys' bytes are the table's own. */
  entries(): {
    readonly bytes: Uint8Array
    readonly starts: Int32Array
    readonly ends: Int32Array
    readonly values: Float64Array
  } {
    const starts = new Int32Array(this.#size)
    const ends = new Int32Array(this.#size)
    const values = new Float64Array(this.#size)
    const words = this.#words
    let at = 0
    for (let slot = 0; slot < words.length; slot += WORDS) {
      const used = words[slot + 2] as number
      if (used === 0) continue
      const start = words[slot + 1] as number
      starts[at] = start
      ends[at] = start + used - 1
      values[at] = this.#values[(slot >> 1) + 2] as number
      at += 1
    }
    return { bytes: this.#arena.subarray(0, this.#arenaEnd), starts, ends, values }
  }

  #insert(
    slot: number,
    hash: number,
    bytes: Uint8Array,
    start: number,
    length: number,
    value: number,
  ): void {
    if (this.#arenaEnd + length > this.#arena.length) {
      const arena = new Uint8Array(Math.max(this.#arena.length * 2, this.#arenaEnd + length))
      arena.set(this.#arena.subarray(0, this.#arenaEnd))
      this.#arena = arena
    }
    for (let k = 0; k < length; k += 1) {
      this.#arena[this.#arenaEnd + k] = bytes[start + k] as number
    }
    this.#words[slot] = hash
    this.#words[slot + 1] = this.#arenaEnd
    this.#words[slot + 2] = length + 1
    this.#values[(slot >> 1) + 2] = value
    this.#arenaEnd += length
    this.#size += 1
    if (this.#size > this.#capacity * MAX_LOAD) this.#grow()
  }

  #grow(): void {
    const words = this.#words
    const values = this.#values
    this.#capacity *= 2
    this.#words = new Int32Array(this.#capacity * WORDS)
    this.#values = new Float64Array(this.#words.buffer)
    const mask = this.#capacity - 1
    for (let from = 0; from < words.length; from += WORDS) {
      if (words[from + 2] === 0) continue
      let slot = ((words[from] as number) & mask) * WORDS
      while (this.#words[slot + 2] !== 0) {
        slot += WORDS
        if (slot === this.#words.length) slot = 0
      }
      this.#words[slot] = words[from] as number
      this.#words[slot + 1] = words[from + 1] as number
      this.#words[slot + 2] = words[from + 2] as number
      this.#values[(slot >> 1) + 2] = values[(from >> 1) + 2] as number
    }
  }
}
