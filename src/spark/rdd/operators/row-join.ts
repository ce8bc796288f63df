import { BATCH_ROWS, type Batch } from '../../batches/index.ts'
import type { JoinTable, JoinType } from '../../columns/index.ts'
import { KeyTable } from '../../keys/index.ts'
import type { Pair } from '../../shuffle/index.ts'

/** Several values of one key: of a single one, the table has just this. */
class Several {
  readonly values: unknown[]

  constructor(first: unknown, second: unknown) {
    this.values = [first, second]
  }
}

/** The pairs of one side of a join by key, as rows. */
export class RowSide {
  readonly #table = new KeyTable()

  /** Adds pairs. @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  add(batch: Batch<Pair>): void {
    const table = this.#table
    const { values } = table
    for (let i = 0; i < batch.length; i += 1) {
      const pair = batch[i] as Pair
      const number = table.numberOf(pair[0])
      if (number < 0) values.push(pair[1])
      else {
        const held = values[number]
        if (held instanceof Several) held.values.push(pair[1])
        else values[number] = new Several(held, pair[1])
      }
    }
  }

  /** Adds the pairs of a table, with the numbers that their keys have there. */
  addTable({ rows, first }: JoinTable): void {
    const pairs = rows.slice(0, rows.rows) as Pair[]
    for (let number = 0; number < first.length; number += 1) {
      this.#table.numberOf((pairs[first[number] as number] as Pair)[0])
      this.#table.values.push(undefined)
    }
    const isMet = new Uint8Array(first.length)
    for (const [key, value] of pairs) {
      const number = this.#table.numberOf(key)
      const held = this.#table.values[number]
      if (isMet[number] === 0) this.#table.values[number] = value
      else if (held instanceof Several) held.values.push(value)
      else this.#table.values[number] = new Several(held, value)
      isMet[number] = 1
    }
  }

  /** Keys in it. */
  get size(): number {
    return this.#table.size
  }

  /** All its pairs, those of a key together. */
  *pairs(): IterableIterator<Pair> {
    const { keys, values } = this.#table
    for (let number = 0; number < keys.length; number += 1) {
      const held = values[number]
      if (!(held instanceof Several)) yield [keys[number], held]
      else for (const value of held.values) yield [keys[number], value]
    }
  }

  /** The pairs of the keys for which `met` is 0, with undefined on the left. */
  *unmet(met: Uint8Array): IterableIterator<Pair> {
    const { keys, values } = this.#table
    for (let number = 0; number < keys.length; number += 1) {
      if (met[number] === 1) continue
      const held = values[number]
      if (!(held instanceof Several)) yield [keys[number], [undefined, held]]
      else for (const value of held.values) yield [keys[number], [undefined, value]]
    }
  }

  /** What joins batches of pairs with it. */
  probe(type: JoinType, met: Uint8Array | undefined): RowProbe {
    return new RowProbe(this.#table, type === 'left' || type === 'full', met)
  }
}

/** Joins batches of pairs, which come one after the other, with the values of a table. */
export class RowProbe {
  readonly #table: KeyTable
  readonly #keepsLeft: boolean
  readonly #met: Uint8Array | undefined
  #batch: Batch<Pair> = []
  #row = 0
  /** Of the row's several values, the next. */
  #beside = 0

  constructor(table: KeyTable, keepsLeft: boolean, met: Uint8Array | undefined) {
    this.#table = table
    this.#keepsLeft = keepsLeft
    this.#met = met
  }

  open(batch: Batch<Pair>): void {
    this.#batch = batch
    this.#row = 0
    this.#beside = 0
  }

  /** The next joined rows; undefined when there are no more of this batch. @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  next(): Batch<Pair> | undefined {
    const batch = this.#batch
    if (this.#row >= batch.length) return undefined
    const table = this.#table
    const { values } = table
    const met = this.#met
    const made: Pair[] = []
    while (this.#row < batch.length && made.length < BATCH_ROWS) {
      const pair = batch[this.#row] as Pair
      const key = pair[0]
      const number = table.find(key)
      if (number < 0) {
        if (this.#keepsLeft) made.push([plain(key), [pair[1], undefined]])
        this.#row += 1
        continue
      }
      if (met !== undefined) met[number] = 1
      const held = values[number]
      if (!(held instanceof Several)) {
        made.push([plain(key), [pair[1], held]])
        this.#row += 1
        continue
      }
      const all = held.values
      for (; this.#beside < all.length && made.length < BATCH_ROWS; this.#beside += 1) {
        made.push([plain(key), [pair[1], all[this.#beside]]])
      }
      if (this.#beside < all.length) continue
      this.#beside = 0
      this.#row += 1
    }
    return made
  }
}

/** Of the two zeros, 0 is the key. */
function plain(key: unknown): unknown {
  return key === 0 ? 0 : key
}
