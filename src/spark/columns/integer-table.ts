import type { Merge } from './expression.ts'
import { merged } from './merge.ts'

/** 32-bit words of a slot: key, 1 for used; then the value as a double. */
const WORDS = 4
const MAX_LOAD = 0.6

/** Numbers by 32-bit integer: an open-addressing table of one cache line's quarter a slot. */
export class IntegerTable {
  readonly #seed: number
  readonly #merge: Merge
  #capacity: number
  #words: Int32Array
  #values: Float64Array
  #size = 0

  /** @see TextTable for `seed` */
  constructor(merge: Merge, seed: number, capacity: number = 1 << 12) {
    this.#merge = merge
    this.#seed = seed
    this.#capacity = capacity
    this.#words = new Int32Array(capacity * WORDS)
    this.#values = new Float64Array(this.#words.buffer)
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#words.byteLength
  }

  /** Adds every row; `values` is one number for each, or one for all. The keys are 32-bit integers. */
  addAll(
    keys: Float64Array | Int32Array,
    values: Float64Array | number,
    from: number,
    to: number,
  ): void {
    const isSum = this.#merge === 'sum'
    const seed = this.#seed
    let words = this.#words
    let table = this.#values
    let mask = this.#capacity - 1
    for (let i = from; i < to; i += 1) {
      const key = (keys[i] as number) | 0
      const value = typeof values === 'number' ? values : (values[i] as number)
      let slot = (spread(key, seed) & mask) * WORDS
      for (;;) {
        if (words[slot + 1] === 0) {
          words[slot] = key
          words[slot + 1] = 1
          table[(slot >> 1) + 1] = value
          this.#size += 1
          if (this.#size > this.#capacity * MAX_LOAD) {
            this.#grow()
            words = this.#words
            table = this.#values
            mask = this.#capacity - 1
          }
          break
        }
        if (words[slot] === key) {
          const place = (slot >> 1) + 1
          const before = table[place] as number
          table[place] = isSum ? before + value : merged(this.#merge, before, value)
          break
        }
        slot += WORDS
        if (slot === words.length) slot = 0
      }
    }
  }

  /** All keys and values, in the table's order. */
  entries(): { readonly keys: Int32Array; readonly values: Float64Array } {
    const keys = new Int32Array(this.#size)
    const values = new Float64Array(this.#size)
    const words = this.#words
    let at = 0
    for (let slot = 0; slot < words.length; slot += WORDS) {
      if (words[slot + 1] === 0) continue
      keys[at] = words[slot] as number
      values[at] = this.#values[(slot >> 1) + 1] as number
      at += 1
    }
    return { keys, values }
  }

  /** Forgets all, and keeps its room. */
  clear(): void {
    this.#words.fill(0)
    this.#size = 0
  }

  #grow(): void {
    const words = this.#words
    const values = this.#values
    this.#capacity *= 2
    this.#words = new Int32Array(this.#capacity * WORDS)
    this.#values = new Float64Array(this.#words.buffer)
    const mask = this.#capacity - 1
    for (let from = 0; from < words.length; from += WORDS) {
      if (words[from + 1] === 0) continue
      let slot = (spread(words[from] as number, this.#seed) & mask) * WORDS
      while (this.#words[slot + 1] !== 0) {
        slot += WORDS
        if (slot === this.#words.length) slot = 0
      }
      this.#words[slot] = words[from] as number
      this.#words[slot + 1] = 1
      this.#values[(slot >> 1) + 1] = values[(from >> 1) + 1] as number
    }
  }
}

/** Spreads a key over 32 bits. */
export function spread(key: number, seed: number): number {
  let h = Math.imul(key ^ seed, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return h ^ (h >>> 13)
}
