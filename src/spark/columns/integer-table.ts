import type { Merge } from './expression.ts'
import { merged } from './merge.ts'

/** 32-bit words of a slot: key, 1 for used; then the value as a double. */
const WORDS = 4
const MAX_LOAD = 0.6
const FIRST_CAPACITY = 32
/** Tables that the keys are dealt to by the upper bits of their hash. */
const BUCKET_BITS = 6
const BUCKETS: number = 1 << BUCKET_BITS
/** Rows that wait for their table: at least so many, and at most. */
const LEAST_WAITING = 512
const MOST_WAITING = 64 << 10
/** So many rows wait for each slot of a table. */
const WAITING_PER_SLOT = 2
const WAITING_ROW_BYTES = 12

/**
 * Numbers by 32-bit integer. Keys are dealt to many small tables, and wait for theirs until there are enough to make it
 * worth while to bring it into the cache: one large table would miss at every row.
 */
export class IntegerTable {
  readonly #seed: number
  readonly #tables: Bucket[]
  /** bucket → keys and values of its rows that wait, and how many */
  readonly #keys: Int32Array[]
  readonly #values: Float64Array[]
  readonly #waiting: Int32Array = new Int32Array(BUCKETS)
  #waitingRows: number = BUCKETS * LEAST_WAITING

  /** @see TextTable for `seed` */
  constructor(merge: Merge, seed: number) {
    this.#seed = seed
    this.#tables = Array.from({ length: BUCKETS }, () => new Bucket(merge, seed))
    this.#keys = this.#tables.map(() => new Int32Array(LEAST_WAITING))
    this.#values = this.#tables.map(() => new Float64Array(LEAST_WAITING))
  }

  get size(): number {
    this.#flushAll()
    return this.#tables.reduce((sum, table) => sum + table.size, 0)
  }

  get bytes(): number {
    const waiting = this.#waitingRows * WAITING_ROW_BYTES
    return this.#tables.reduce((sum, table) => sum + table.bytes, waiting)
  }

  /** Adds every row; `values` is one number for each, or one for all. The keys are 32-bit integers. */
  addAll(keys: Float64Array, values: Float64Array | number, rows: number): void {
    const seed = this.#seed
    const waiting = this.#waiting
    for (let i = 0; i < rows; i += 1) {
      const key = (keys[i] as number) | 0
      const bucket = spread(key, seed) >>> (32 - BUCKET_BITS)
      const at = waiting[bucket] as number
      const own = this.#keys[bucket] as Int32Array
      own[at] = key
      const ownValues = this.#values[bucket] as Float64Array
      ownValues[at] = typeof values === 'number' ? values : (values[i] as number)
      waiting[bucket] = at + 1
      if (at + 1 === own.length) this.#fill(bucket)
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

  /** The room of a bucket is full: it grows with its table, or gives its rows to it. */
  #fill(bucket: number): void {
    const table = this.#tables[bucket] as Bucket
    const keys = this.#keys[bucket] as Int32Array
    const wanted = Math.min(MOST_WAITING, table.capacity * WAITING_PER_SLOT)
    if (keys.length >= wanted) {
      this.#flush(bucket)
      return
    }
    const more = new Int32Array(keys.length * 2)
    more.set(keys)
    this.#keys[bucket] = more
    const values = new Float64Array(more.length)
    values.set(this.#values[bucket] as Float64Array)
    this.#values[bucket] = values
    this.#waitingRows += keys.length
  }

  #flush(bucket: number): void {
    const rows = this.#waiting[bucket] as number
    if (rows === 0) return
    const keys = this.#keys[bucket] as Int32Array
    this.#tables[bucket]?.addAll(keys, this.#values[bucket] as Float64Array, rows)
    this.#waiting[bucket] = 0
  }
}

/** An open-addressing table: four slots to a line of the cache. */
class Bucket {
  readonly #seed: number
  readonly #merge: Merge
  capacity: number = FIRST_CAPACITY
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

  addAll(keys: Int32Array, values: Float64Array, rows: number): void {
    const isSum = this.#merge === 'sum'
    const seed = this.#seed
    let words = this.#words
    let table = this.#values
    let mask = this.capacity - 1
    for (let i = 0; i < rows; i += 1) {
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
      if (this.size <= this.capacity * MAX_LOAD) continue
      this.#grow()
      words = this.#words
      table = this.#values
      mask = this.capacity - 1
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
    this.capacity *= 2
    this.#words = new Int32Array(this.capacity * WORDS)
    this.#values = new Float64Array(this.#words.buffer)
    const mask = this.capacity - 1
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
