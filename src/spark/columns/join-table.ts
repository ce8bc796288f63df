import { ColumnAppender, constantText, repeated } from './column-appender.ts'
import {
  ColumnBatch,
  type Column,
  type ConstantColumn,
  type Form,
  type TextColumn,
} from './column-batch.ts'

const MAX_LOAD = 0.5
/** Not that of partitions, nor of tables that combine: keys must not come in the order of this one. */
const SEED = 0x1f83d9ab

/** A pair of a key column and of any value. */
interface PairForm {
  readonly key: number
  readonly value: Form
}

/** The two parts of pairs whose key is a column; undefined for other rows. */
export function pairForm({ form, columns }: ColumnBatch): PairForm | undefined {
  if (typeof form === 'number' || form.length !== 2) return undefined
  const [key, value] = form as readonly [Form, Form]
  return typeof key === 'number' && columns[key] !== undefined ? { key, value } : undefined
}

/** Gathers the pairs of one side of a join that come as columns, with keys that are texts or 32-bit integers. */
export class JoinTableBuilder {
  #appender: ColumnAppender | undefined
  #kind: 'text' | 'integer' | undefined

  /** Bytes of memory that the table will take. */
  get bytes(): number {
    return this.#appender === undefined ? 0 : this.#appender.bytes + 24 * this.#appender.rows
  }

  /** Takes a batch, or answers false when it is of another kind: then its rows, and those before, are to be joined as rows. */
  add(batch: ColumnBatch): boolean {
    if (batch.rows === 0) return true
    const form = pairForm(batch)
    const kind = form && kindOf(batch.columns[form.key] as Column, batch.rows)
    if (kind === undefined || (this.#kind !== undefined && this.#kind !== kind)) return false
    this.#appender ??= new ColumnAppender(batch)
    if (!this.#appender.add(batch)) return false
    this.#kind = kind
    return true
  }

  /** All that it took. */
  batch(): ColumnBatch | undefined {
    return this.#appender?.batch()
  }

  /** The table; undefined when there are no rows. */
  table(): JoinTable | undefined {
    const rows = this.#appender?.batch()
    if (rows === undefined || this.#kind === undefined) return undefined
    return new JoinTable(rows, this.#kind)
  }
}

function kindOf(keys: Column, rows: number): 'text' | 'integer' | undefined {
  switch (keys.type) {
    case 'text':
      return 'text'
    case 'bytes':
      return undefined
    case 'number':
      for (let i = 0; i < rows; i += 1) {
        const value = keys.values[i] as number
        if ((value | 0) !== value) return undefined
      }
      return 'integer'
    case 'constant':
      if (typeof keys.value === 'number') {
        return (keys.value | 0) === keys.value ? 'integer' : undefined
      }
      return constantText(keys) === undefined ? undefined : 'text'
  }
}

/**
 * Pairs by key: every key has a number, from 0 on, and the rows of a key are a chain in their order. Numbers are looked up for
 * whole columns of keys.
 */
export class JoinTable {
  /** All pairs, and where in them the key and the value stand. */
  readonly rows: ColumnBatch
  readonly form: PairForm
  /** key's number → its first row */
  readonly first: Int32Array
  /** row → the next of its key, or -1; undefined when each key has one row */
  readonly next: Int32Array | undefined
  readonly #keys: TextColumn | Int32Array
  /** Two words a place: the key or the hash of its text, and its number + 1; 0 when it is free. */
  readonly #places: Int32Array
  readonly #mask: number

  constructor(batch: ColumnBatch, kind: 'text' | 'integer') {
    this.form = pairForm(batch) as PairForm
    const { key } = this.form
    this.#keys = kind === 'text' ? textsOf(batch, key) : integersOf(batch, key)
    this.rows = withKeys(batch, key, this.#keys)
    let bits = 4
    while (batch.rows > MAX_LOAD * (1 << bits)) bits += 1
    this.#places = new Int32Array(2 << bits)
    this.#mask = (1 << bits) - 1
    const first = new Int32Array(batch.rows)
    const next = new Int32Array(batch.rows)
    let size = 0
    // Backwards, so that each chain is in order.
    for (let row = batch.rows - 1; row >= 0; row -= 1) {
      const number = this.#numberOf(row, first, size)
      next[row] = number === size ? -1 : (first[number] as number)
      first[number] = row
      if (number === size) size += 1
    }
    this.first = first.subarray(0, size)
    this.next = size === batch.rows ? undefined : next
  }

  get size(): number {
    return this.first.length
  }

  /** Writes the numbers of a column of keys, -1 where the table has none. */
  find(keys: Column, numbers: Int32Array): Int32Array {
    if (keys.type === 'constant') return numbers.fill(this.#findConstant(keys))
    const own = this.#keys
    if (keys.type === 'bytes') return numbers.fill(-1)
    if (keys.type === 'number') {
      return own instanceof Int32Array ? this.#findIntegers(keys.values, numbers) : numbers.fill(-1)
    }
    return own instanceof Int32Array ? numbers.fill(-1) : this.#findTexts(keys, own, numbers)
  }

  #findIntegers(keys: Float64Array, numbers: Int32Array): Int32Array {
    const places = this.#places
    const mask = this.#mask
    for (let i = 0; i < numbers.length; i += 1) {
      const value = keys[i] as number
      const key = value | 0
      let number = -1
      if (key === value) {
        let place = spread(key) & mask
        for (;;) {
          const held = places[2 * place + 1] as number
          if (held === 0) break
          if (places[2 * place] === key) {
            number = held - 1
            break
          }
          place = (place + 1) & mask
        }
      }
      numbers[i] = number
    }
    return numbers
  }

  #findTexts(keys: TextColumn, own: TextColumn, numbers: Int32Array): Int32Array {
    const places = this.#places
    const mask = this.#mask
    const { bytes } = keys
    const { first } = this
    for (let i = 0; i < numbers.length; i += 1) {
      const start = keys.starts[i] as number
      const end = keys.ends[i] as number
      const hash = hashText(bytes, start, end)
      let place = hash & mask
      let number = -1
      for (;;) {
        const held = places[2 * place + 1] as number
        if (held === 0) break
        if (
          places[2 * place] === hash &&
          isText(own, first[held - 1] as number, bytes, start, end)
        ) {
          number = held - 1
          break
        }
        place = (place + 1) & mask
      }
      numbers[i] = number
    }
    return numbers
  }

  #findConstant(keys: Extract<Column, { type: 'constant' }>): number {
    const { value } = keys
    if (typeof value === 'number') {
      return (
        this.find({ type: 'number', values: Float64Array.of(value) }, new Int32Array(1))[0] ?? -1
      )
    }
    const bytes = constantText(keys)
    if (bytes === undefined) return -1
    const [starts, ends] = [Int32Array.of(0), Int32Array.of(bytes.length)]
    const text = { type: 'text', bytes, starts, ends, isAscii: false } as const
    return this.find(text, new Int32Array(1))[0] ?? -1
  }

  /** The number of the key of a row; `next`, when it is new and has that now. */
  #numberOf(row: number, first: Int32Array, next: number): number {
    const own = this.#keys
    const places = this.#places
    const mask = this.#mask
    const isInteger = own instanceof Int32Array
    const start = isInteger ? 0 : (own.starts[row] as number)
    const end = isInteger ? 0 : (own.ends[row] as number)
    const word = isInteger ? (own[row] as number) : hashText(own.bytes, start, end)
    let place = (isInteger ? spread(word) : word) & mask
    for (;;) {
      const held = places[2 * place + 1] as number
      if (held === 0) break
      if (
        places[2 * place] === word &&
        (isInteger || isText(own, first[held - 1] as number, own.bytes, start, end))
      ) {
        return held - 1
      }
      place = (place + 1) & mask
    }
    places[2 * place] = word
    places[2 * place + 1] = next + 1
    return next
  }
}

function isText(
  own: TextColumn,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const from = own.starts[row] as number
  const length = end - start
  if ((own.ends[row] as number) - from !== length) return false
  let k = 0
  while (k < length && own.bytes[from + k] === bytes[start + k]) k += 1
  return k === length
}

function hashText(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED
  for (let k = start; k < end; k += 1) hash = Math.imul(hash ^ (bytes[k] as number), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

function spread(key: number): number {
  const h = Math.imul(key ^ SEED, 0x9e3779b1)
  return h ^ (h >>> 15)
}

function textsOf({ columns, rows }: ColumnBatch, key: number): TextColumn {
  const keys = columns[key] as Column
  return keys.type === 'text' ? keys : repeated(keys as ConstantColumn, rows)
}

function integersOf({ columns, rows }: ColumnBatch, key: number): Int32Array {
  const keys = columns[key] as Column
  if (keys.type === 'number') return Int32Array.from(keys.values)
  const value = keys.type === 'constant' ? keys.value : 0
  return new Int32Array(rows).fill(value as number)
}

/** Of the two zeros, 0 is the key. */
function withKeys(batch: ColumnBatch, key: number, keys: TextColumn | Int32Array): ColumnBatch {
  const made: Column =
    keys instanceof Int32Array ? { type: 'number', values: Float64Array.from(keys) } : keys
  const columns = batch.columns.map((column, i) => (i === key ? made : column))
  return new ColumnBatch(batch.rows, columns, batch.form)
}
