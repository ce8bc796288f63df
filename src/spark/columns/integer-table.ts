import type { Merge } from './expression.ts'
import { merged } from './merge.ts'

/** 32-bit words of a slot: key, 1 for used; then the value as a double. */
const WORDS = 4
const MAX_LOAD = 0.6
const FIRST_CAPACITY = 32
/** Tables that the keys are dealt to by the upper bits of their hash. */
const BUCKET_BITS = 6
const BUCKETS: number = 1 << BUCKET_BITS
/** Rows that wait for their table. */
const WAITING = 512

/**
 * Numbers by 32-bit integer. Keys are dealt to many small tables, and wait for theirs until there are enough to make it
 * worth while to bring it into the cache: one large table would miss at every row.
 */
export class IntegerTable {
  readonly #seed: number
  readonly #tables: Bucket[]
  readonly #keys: Int32Array = new Int32Array(BUCKETS * WAITING)
  readonly #values: Float64Array = new Float64Array(BUCKETS * WAITING)
  /** bucket → where its next row goes */
  readonly #next: Int32Array = new Int32Array(BUCKETS)

  /** @see TextTable for `seed` */
  constructor(merge: Merge, seed: number) {
    this.#seed = seed
    this.#tables = Array.from({ length: BUCKETS }, () => new Bucket(merge, seed))
    for (let b = 0; b < BUCKETS; b += 1) this.#next[b] = b * WAITING
  }

  get size(): number {
    this.#flushAll()
    return this.#tables.reduce((sum, table) => sum + table.size, 0)
  }

  get bytes(): number {
    return this.#tables.reduce((sum, table) => sum + table.bytes, 0)
  }

  /** Adds every row; `values` is one number for each, or one for all. The keys are 32-bit integers. */
  addAll(keys: Float64Array, values: Float64Array | number, rows: number): void {
    const seed = this.#seed
    const next = this.#next
    const waitingKeys = this.#keys
    const waitingValues = this.#values
    for (let i = 0; i < rows; i += 1) {
      const key = (keys[i] as number) | 0
      const bucket = spread(key, seed) >>> (32 - BUCKET_BITS)
      const at = next[bucket] as number
      waitingKeys[at] = key
      waitingValues[at] = typeof values === 'number' ? values : (values[i] as number)
      next[bucket] = at + 1
      if (at + 1 === (bucket + 1) * WAITING) this.#flush(bucket)
    }
  }

  /** All keys and values, in the tables' order. */
  entries(): { readonly keys: Float64Array; readonly values: Float64Array } {
    const { size } = this
    const keys = new Float64Array(size)
    const values = new Float64Array(size)
    let at = 0
    for (const table of this.#tables) at = table.copyTo(keys, values, at)
    return { keys, values }
  }

  #flushAll(): void {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) this.#flush(bucket)
  }

  #flush(bucket: number): void {
    const from = bucket * WAITING
    const to = this.#next[bucket] as number
    if (to === from) return
    this.#tables[bucket]?.addAll(this.#keys, this.#values, from, to)
    this.#next[bucket] = from
  }
}

/** An open-addressing table: four slots to a line of the cache. */
class Bucket {
  readonly #seed: number
  readonly #merge: Merge
  #capacity = FIRST_CAPACITY
  #words: Int32Array
  #values: Float64Array
  size = 0

  constructor(merge: Merge, seed: number) {
    this.#merge = merge
    this.#seed = seed
    this.#words = new Int32Array(FIRST_CAPACITY * WORDS)
    this.#values = new Float64Array(this.#words.buffer)
  }

  get bytes(): number {
    return this.#words.byteLength
  }

  addAll(keys: Int32Array, values: Float64Array, from: number, to: number): void {
    const isSum = this.#merge === 'sum'
    const seed = this.#seed
    let words = this.#words
    let table = this.#values
    let mask = this.#capacity - 1
    for (let i = from; i < to; i += 1) {
      const key = keys[i] as number
      const value = values[i] as number
      let slot = (spread(key, seed) & mask) * WORDS
      while (words[slot + 1] !== 0 && words[slot] !== key) {
        slot += WORDS
        if (slot === words.length) slot = 0
      }
      const place = (slot >> 1) + 1
      if (words[slot + 1] !== 0) {
        const before = table[place] as number
        table[place] = isSum ? before + value : merged(this.#merge, before, value)
        continue
      }
      words[slot] = key
      words[slot + 1] = 1
      table[place] = value
      this.size += 1
      if (this.size <= this.#capacity * MAX_LOAD) continue
      this.#grow()
      words = this.#words
      table = this.#values
      mask = this.#capacity - 1
    }
  }

  /** Writes what it holds from `at` on, and answers the place behind. */
  copyTo(keys: Float64Array, values: Float64Array, at: number): number {
    const words = this.#words
    let next = at
    for (let slot = 0; slot < words.length; slot += WORDS) {
      if (words[slot + 1] === 0) continue
      keys[next] = words[slot] as number
      values[next] = this.#values[(slot >> 1) + 1] as number
      next += 1
    }
    return next
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
function spread(key: number, seed: number): number {
  let h = Math.imul(key ^ seed, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return h ^ (h >>> 13)
}
