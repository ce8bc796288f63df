import { FREE, IntegerBucket, spread } from './integer-bucket.ts'
import { giveMemory, takeMemory } from './kept-memory.ts'
import { merged, type NumberMerge } from './merge.ts'

/** So many keys are in one table, which stays in the cache; more are dealt to many by the upper bits of their hash. */
const FEW_KEYS = 4096
const BUCKET_BITS = 8
const BUCKETS: number = 1 << BUCKET_BITS
/** Rows that wait for their table at first, and where there are more than some hundred thousand. */
const FEW_WAITING = 1024
const MANY_WAITING = 4096
const FEW_ROWS: number = BUCKETS * FEW_WAITING
/** Rows of two tables wait in other lines of the cache: many at one power of two from each other would be in each other's way. */
const APART = 16
const WAITING_BYTES = 12

/** Keys and values, row by row. */
export interface IntegerEntries {
  readonly keys: Float64Array
  readonly values: Float64Array
  readonly rows: number
}

/**
 * Numbers by 32-bit integer. Many keys are dealt to many small tables, and wait for theirs until there are enough to make it
 * worth while to bring it into the cache: one large table would miss at every row.
 */
export class IntegerTable {
  readonly #merge: NumberMerge
  readonly #seed: number
  /** One at first. */
  #buckets: readonly IntegerBucket[]
  /** Rows that wait for bucket b begin at `b * stride`. */
  #keys: Int32Array
  #values: Float64Array
  #room: number = FEW_WAITING
  readonly #waiting: Int32Array = new Int32Array(BUCKETS)
  #dealtRows = 0
  /** The value of the key that buckets can't hold. */
  #ofFree: number | undefined

  /** @see TextTable for `seed` */
  constructor(merge: NumberMerge, seed: number) {
    this.#merge = merge
    this.#seed = seed
    this.#buckets = [new IntegerBucket(merge, seed)]
    this.#keys = new Int32Array(FEW_WAITING)
    this.#values = new Float64Array(FEW_WAITING)
  }

  get size(): number {
    this.#flushAll()
    const free = this.#ofFree === undefined ? 0 : 1
    return this.#buckets.reduce((sum, bucket) => sum + bucket.size, free)
  }

  get bytes(): number {
    const waiting = this.#keys.length * WAITING_BYTES
    return this.#buckets.reduce((sum, bucket) => sum + bucket.bytes, waiting)
  }

  /** Adds every row; `values` is one number for each, or one for all. The keys are 32-bit integers. */
  addAll(keys: Float64Array, values: Float64Array | number, rows: number): void {
    let from = 0
    while (this.#buckets.length === 1 && from < rows) {
      const to = Math.min(rows, from + FEW_WAITING)
      this.#addDirectly(keys, values, from, to)
      from = to
    }
    if (from < rows) this.#deal(keys, values, from, rows)
  }

  /** All keys and values, batch by batch, in the arrays given, which are as long as each other. */
  *entries(keys: Float64Array, values: Float64Array): Generator<IntegerEntries, undefined> {
    this.#flushAll()
    let at = 0
    if (this.#ofFree !== undefined) {
      keys[0] = FREE
      values[0] = this.#ofFree
      at = 1
    }
    for (const bucket of this.#buckets) {
      for (let slot = 0; slot < bucket.slots;) {
        const to = Math.min(bucket.slots, slot + keys.length - at)
        at = bucket.copyTo(slot, to, keys, values, at)
        slot = to
        if (at < keys.length) continue
        yield { keys, values, rows: at }
        at = 0
      }
    }
    if (at > 0) yield { keys, values, rows: at }
    return undefined
  }

  /** Gives its memory back. */
  close(): void {
    for (const bucket of this.#buckets) bucket.close()
    if (this.#buckets.length > 1) giveMemory(this.#values.buffer as ArrayBuffer)
    this.#buckets = []
  }

  /** Adds a few rows to the only table. */
  #addDirectly(keys: Float64Array, values: Float64Array | number, from: number, to: number): void {
    const own = this.#keys
    const ownValues = this.#values
    let count = 0
    for (let i = from; i < to; i += 1) {
      const key = (keys[i] as number) | 0
      const value = typeof values === 'number' ? values : (values[i] as number)
      if (key === FREE) {
        this.#addToFree(value)
        continue
      }
      own[count] = key
      ownValues[count] = value
      count += 1
    }
    const bucket = this.#buckets[0] as IntegerBucket
    bucket.addAll(own, ownValues, 0, count)
    if (bucket.size > FEW_KEYS) this.#split(bucket)
  }

  #deal(keys: Float64Array, values: Float64Array | number, from: number, to: number): void {
    this.#dealtRows += to - from
    if (this.#room === FEW_WAITING && this.#dealtRows > FEW_ROWS) this.#makeRoom(MANY_WAITING)
    const seed = this.#seed
    const room = this.#room
    const stride = room + APART
    const waiting = this.#waiting
    const waitingKeys = this.#keys
    const waitingValues = this.#values
    for (let i = from; i < to; i += 1) {
      const key = (keys[i] as number) | 0
      const value = typeof values === 'number' ? values : (values[i] as number)
      if (key === FREE) {
        this.#addToFree(value)
        continue
      }
      const bucket = spread(key, seed) >>> (32 - BUCKET_BITS)
      const count = waiting[bucket] as number
      const at = bucket * stride + count
      waitingKeys[at] = key
      waitingValues[at] = value
      waiting[bucket] = count + 1
      if (count + 1 === room) this.#flush(bucket)
    }
  }

  #addToFree(value: number): void {
    const { merge, start } = this.#merge
    this.#ofFree = merged(merge, this.#ofFree ?? start, value)
  }

  #flush(bucket: number): void {
    const rows = this.#waiting[bucket] as number
    if (rows === 0) return
    this.#waiting[bucket] = 0
    const from = bucket * (this.#room + APART)
    this.#buckets[bucket]?.addAll(this.#keys, this.#values, from, rows)
  }

  #flushAll(): void {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) this.#flush(bucket)
  }

  /** Deals the keys of the only table to many. */
  #split(only: IntegerBucket): void {
    const keys = new Float64Array(only.slots)
    const values = new Float64Array(only.slots)
    const rows = only.copyTo(0, only.slots, keys, values, 0)
    only.close()
    this.#buckets = Array.from(
      { length: BUCKETS },
      () => new IntegerBucket(this.#merge, this.#seed),
    )
    this.#makeRoom(FEW_WAITING)
    this.#deal(keys, values, 0, rows)
  }

  /** Makes room for so many waiting rows of each bucket. */
  #makeRoom(room: number): void {
    this.#flushAll()
    if (room > this.#room) giveMemory(this.#values.buffer as ArrayBuffer)
    const length = BUCKETS * (room + APART)
    const memory = takeMemory(length * WAITING_BYTES)
    this.#room = room
    this.#values = new Float64Array(memory, 0, length)
    this.#keys = new Int32Array(memory, length * 8, length)
  }
}
