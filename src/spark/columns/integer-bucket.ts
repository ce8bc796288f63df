import type { Merge } from './expression.ts'
import { giveMemory, takeMemory } from './kept-memory.ts'
import { merged, type NumberMerge } from './merge.ts'

const MAX_LOAD = 0.6
const FIRST_CAPACITY = 256
/** How many times as large a table becomes at most at a time. */
const MOST_GROWTH = 16
/** Of a slot: a key and a double. */
const SLOT_BYTES = 12
/** The key of a free slot, which is nobody else's here. */
export const FREE: number = -(2 ** 31)

/** An open-addressing table of numbers by 32-bit integers other than {@link FREE}. */
export class IntegerBucket {
  readonly #merge: Merge
  readonly #start: number
  readonly #seed: number
  #keys: Int32Array = new Int32Array(0)
  #values: Float64Array = new Float64Array(0)
  size = 0

  constructor({ merge, start }: NumberMerge, seed: number) {
    this.#merge = merge
    this.#start = start
    this.#seed = seed
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    return this.#keys.length * SLOT_BYTES
  }

  /**
   * Adds `rows` rows, which begin at `from`. Whether a key is new is what nothing foresees, so there is no branch on it: its value
   * is merged with what a free slot holds.
   */
  addAll(newKeys: Int32Array, newValues: Float64Array, from: number, rows: number): void {
    if (this.#keys.length === 0) this.#make(FIRST_CAPACITY)
    const isSum = this.#merge === 'sum'
    const seed = this.#seed
    let keys = this.#keys
    let values = this.#values
    let mask = keys.length - 1
    let most = keys.length * MAX_LOAD
    let { size } = this
    const to = from + rows
    for (let i = from; i < to; i += 1) {
      const key = newKeys[i] as number
      const value = newValues[i] as number
      let slot = spread(key, seed) & mask
      let held = keys[slot] as number
      while (held !== key && held !== FREE) {
        slot = (slot + 1) & mask
        held = keys[slot] as number
      }
      keys[slot] = key
      const before = values[slot] as number
      values[slot] = isSum ? before + value : merged(this.#merge, before, value)
      const difference = held ^ FREE
      size += 1 - ((difference | (0 - difference)) >>> 31)
      if (size <= most) continue
      // As many of the rest are new as of those so far.
      const share = (size - this.size) / (i + 1 - from)
      this.#grow(size + share * (to - i))
      keys = this.#keys
      values = this.#values
      mask = keys.length - 1
      most = keys.length * MAX_LOAD
    }
    this.size = size
  }

  /** The number of slots, free ones too. */
  get slots(): number {
    return this.#keys.length
  }

  /** Writes what slots `from` … `to` hold from `at` on, where there is room for as many as if none were free; answers the place behind. */
  copyTo(from: number, to: number, keys: Float64Array, values: Float64Array, at: number): number {
    const own = this.#keys
    const ownValues = this.#values
    let next = at
    for (let slot = from; slot < to; slot += 1) {
      const key = own[slot] as number
      keys[next] = key
      values[next] = ownValues[slot] as number
      const difference = key ^ FREE
      next += (difference | (0 - difference)) >>> 31
    }
    return next
  }

  /** Gives its memory back. */
  close(): void {
    if (this.#keys.length === 0) return
    giveMemory(this.#values.buffer as ArrayBuffer)
    this.#keys = new Int32Array(0)
    this.#values = new Float64Array(0)
    this.size = 0
  }

  #make(capacity: number): void {
    const memory = takeMemory(capacity * SLOT_BYTES)
    this.#values = new Float64Array(memory, 0, capacity).fill(this.#start)
    this.#keys = new Int32Array(memory, capacity * 8, capacity).fill(FREE)
  }

  #grow(expected: number): void {
    const keys = this.#keys
    const values = this.#values
    let capacity = keys.length * 2
    while (capacity * MAX_LOAD < expected && capacity < keys.length * MOST_GROWTH) capacity *= 2
    this.#make(capacity)
    const mask = capacity - 1
    for (let from = 0; from < keys.length; from += 1) {
      const key = keys[from] as number
      if (key === FREE) continue
      let slot = spread(key, this.#seed) & mask
      while (this.#keys[slot] !== FREE) slot = (slot + 1) & mask
      this.#keys[slot] = key
      this.#values[slot] = values[from] as number
    }
    giveMemory(values.buffer as ArrayBuffer)
  }
}

/** Spreads a key over 32 bits. */
export function spread(key: number, seed: number): number {
  let h = Math.imul(key ^ seed, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return h ^ (h >>> 13)
}
