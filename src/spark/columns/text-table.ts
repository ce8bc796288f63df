import type { Merge } from './expression.ts'
import { merged } from './merge.ts'

/** 32-bit words of a slot: hash, offset in the arena, length + 1 (0 is free), unused; then the value as a double. */
const WORDS = 6
const MAX_LOAD = 0.6
const FIRST_CAPACITY = 32
/** Tables that the keys are dealt to by the upper bits of their hash. */
const BUCKET_BITS = 5
const BUCKETS: number = 1 << BUCKET_BITS

/** Of a table: larger ones do not stay in the cache between two batches, and rows wait for theirs. */
const LARGE_BYTES = 256 << 10
/** Rows that wait for a table. */
const WAITING = 8192
const ALL_ROWS: Int32Array = Int32Array.from({ length: WAITING }, (_, row) => row)

/** Slices of bytes that are keys. */
interface Keys {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/**
 * Numbers by text. The keys of a batch are dealt to many small tables, one after the other, so that what is looked up
 * lies in the cache; each table keeps the bytes of its keys.
 */
export class TextTable {
  readonly #seed: number
  readonly #tables: Bucket[]
  /** Of one batch: the hash of each row, and the rows in order of bucket. */
  #hashes: Int32Array = new Int32Array(0)
  #rows: Int32Array = new Int32Array(0)

  /** `seed` parts the order of a map side's tables from that of a reduce side's, which would cluster otherwise. */
  constructor(merge: Merge, seed: number) {
    this.#seed = seed
    this.#tables = Array.from({ length: BUCKETS }, () => new Bucket(merge))
  }

  get size(): number {
    for (const table of this.#tables) table.flush()
    return this.#tables.reduce((sum, table) => sum + table.size, 0)
  }

  get bytes(): number {
    return this.#tables.reduce((sum, table) => sum + table.bytes, 0)
  }

  /** Adds every row; `values` is one number for each, or one for all. */
  addAll(keys: Keys, values: Float64Array | number, rows: number): void {
    if (this.#rows.length < rows) {
      this.#rows = new Int32Array(rows)
      this.#hashes = new Int32Array(rows)
    }
    const offsets = hashAll(keys, this.#seed, rows, this.#hashes)
    const order = this.#rows
    const hashes = this.#hashes
    const next = offsets.slice()
    for (let i = 0; i < rows; i += 1) {
      const bucket = (hashes[i] as number) >>> (32 - BUCKET_BITS)
      const at = next[bucket] as number
      order[at] = i
      next[bucket] = at + 1
    }
    this.#tables.forEach((table, bucket) => {
      const own = order.subarray(offsets[bucket], offsets[bucket + 1])
      if (table.bytes < LARGE_BYTES) table.addAll(keys, hashes, values, own)
      else table.queue(keys, hashes, values, own)
    })
  }

  /** All keys and values, in the tables' order. */
  entries(): Keys & { readonly values: Float64Array } {
    const { size } = this
    const bytes = new Uint8Array(this.#tables.reduce((sum, table) => sum + table.keyBytes, 0))
    const starts = new Int32Array(size)
    const ends = new Int32Array(size)
    const values = new Float64Array(size)
    let at = 0
    let offset = 0
    for (const table of this.#tables) {
      table.copyTo({ bytes, starts, ends, values }, at, offset)
      at += table.size
      offset += table.keyBytes
    }
    return { bytes, starts, ends, values }
  }
}

/** Hashes every key, and answers where the rows of each bucket begin in order of bucket. */
function hashAll(
  { bytes, starts, ends }: Keys,
  seed: number,
  rows: number,
  hashes: Int32Array,
): Int32Array {
  const offsets = new Int32Array(BUCKETS + 1)
  for (let i = 0; i < rows; i += 1) {
    const end = ends[i] as number
    let hash = seed
    for (let k = starts[i] as number; k < end; k += 1) {
      hash = Math.imul(hash ^ (bytes[k] as number), 0x01000193)
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    hashes[i] = hash
    const next = (hash >>> (32 - BUCKET_BITS)) + 1
    offsets[next] = (offsets[next] as number) + 1
  }
  for (let b = 0; b < BUCKETS; b += 1) {
    offsets[b + 1] = (offsets[b + 1] as number) + (offsets[b] as number)
  }
  return offsets
}

/** Rows that wait for a table, with copies of their keys. */
class Waiting {
  bytes: Uint8Array = new Uint8Array(WAITING * 8)
  readonly starts: Int32Array = new Int32Array(WAITING)
  readonly ends: Int32Array = new Int32Array(WAITING)
  readonly hashes: Int32Array = new Int32Array(WAITING)
  readonly values: Float64Array = new Float64Array(WAITING)
  rows = 0
  length = 0

  get heldBytes(): number {
    return this.bytes.byteLength + WAITING * 20
  }

  add(bytes: Uint8Array, start: number, end: number, hash: number, value: number): void {
    const at = this.length
    const length = end - start
    if (at + length > this.bytes.length) {
      const more = new Uint8Array(Math.max(2 * this.bytes.length, at + length))
      more.set(this.bytes.subarray(0, at))
      this.bytes = more
    }
    const into = this.bytes
    if (length > 64) into.set(bytes.subarray(start, end), at)
    else for (let k = 0; k < length; k += 1) into[at + k] = bytes[start + k] as number
    const { rows } = this
    this.starts[rows] = at
    this.ends[rows] = at + length
    this.hashes[rows] = hash
    this.values[rows] = value
    this.length = at + length
    this.rows = rows + 1
  }
}

/** An open-addressing table. A slot holds all but the key's bytes, so that a key that was met before costs two cache lines. */
class Bucket {
  readonly #merge: Merge
  #capacity = FIRST_CAPACITY
  #words: Int32Array
  #values: Float64Array
  #arena: Uint8Array = new Uint8Array(FIRST_CAPACITY * 8)
  #waiting: Waiting | undefined
  keyBytes = 0
  size = 0

  constructor(merge: Merge) {
    this.#merge = merge
    this.#words = new Int32Array(FIRST_CAPACITY * WORDS)
    this.#values = new Float64Array(this.#words.buffer)
  }

  get bytes(): number {
    return this.#words.byteLength + this.#arena.byteLength + (this.#waiting?.heldBytes ?? 0)
  }

  /** As {@link Bucket.addAll}, when there are enough rows to make it worth while to bring the table into the cache. */
  queue(
    { bytes, starts, ends }: Keys,
    hashes: Int32Array,
    values: Float64Array | number,
    rows: Int32Array,
  ): void {
    const waiting = (this.#waiting ??= new Waiting())
    for (let r = 0; r < rows.length; r += 1) {
      const i = rows[r] as number
      const value = typeof values === 'number' ? values : (values[i] as number)
      waiting.add(bytes, starts[i] as number, ends[i] as number, hashes[i] as number, value)
      if (waiting.rows === WAITING) this.flush()
    }
  }

  /** Adds the rows that wait. */
  flush(): void {
    const waiting = this.#waiting
    if (waiting === undefined || waiting.rows === 0) return
    const rows = ALL_ROWS.subarray(0, waiting.rows)
    waiting.rows = 0
    waiting.length = 0
    this.addAll(waiting, waiting.hashes, waiting.values, rows)
  }

  addAll(
    { bytes, starts, ends }: Keys,
    hashes: Int32Array,
    values: Float64Array | number,
    rows: Int32Array,
  ): void {
    const isSum = this.#merge === 'sum'
    let words = this.#words
    let table = this.#values
    let mask = this.#capacity - 1
    for (let r = 0; r < rows.length; r += 1) {
      const i = rows[r] as number
      const start = starts[i] as number
      const length = (ends[i] as number) - start
      const value = typeof values === 'number' ? values : (values[i] as number)
      const hash = hashes[i] as number
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

  /** Writes what it holds: rows from `at` on, their bytes from `offset` on. */
  copyTo(target: Keys & { readonly values: Float64Array }, at: number, offset: number): void {
    target.bytes.set(this.#arena.subarray(0, this.keyBytes), offset)
    const words = this.#words
    let next = at
    for (let slot = 0; slot < words.length; slot += WORDS) {
      const used = words[slot + 2] as number
      if (used === 0) continue
      const start = offset + (words[slot + 1] as number)
      target.starts[next] = start
      target.ends[next] = start + used - 1
      target.values[next] = this.#values[(slot >> 1) + 2] as number
      next += 1
    }
  }

  #insert(
    slot: number,
    hash: number,
    bytes: Uint8Array,
    start: number,
    length: number,
    value: number,
  ): void {
    if (this.keyBytes + length > this.#arena.length) {
      const arena = new Uint8Array(Math.max(this.#arena.length * 2, this.keyBytes + length))
      arena.set(this.#arena.subarray(0, this.keyBytes))
      this.#arena = arena
    }
    const arena = this.#arena
    const end = this.keyBytes
    for (let k = 0; k < length; k += 1) arena[end + k] = bytes[start + k] as number
    this.#words[slot] = hash
    this.#words[slot + 1] = end
    this.#words[slot + 2] = length + 1
    this.#values[(slot >> 1) + 2] = value
    this.keyBytes += length
    this.size += 1
    if (this.size > this.#capacity * MAX_LOAD) this.#grow()
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
