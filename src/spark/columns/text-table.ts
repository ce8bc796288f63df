import type { Merge } from './expression.ts'
import { identityOf, mergeAll } from './merge.ts'
import { HEAD_BYTES, type Slices } from './text-heads.ts'
import { TextNumbers } from './text-numbers.ts'

const FIRST_CAPACITY = 64

/** Numbers by text. */
export class TextTable {
  readonly #merge: Merge
  readonly #keys: TextNumbers
  #values: Float64Array
  #numbers: Int32Array = new Int32Array(0)

  /** @see TextNumbers for `seed` */
  constructor(merge: Merge, seed: number) {
    this.#merge = merge
    this.#keys = new TextNumbers(seed)
    this.#values = new Float64Array(FIRST_CAPACITY).fill(identityOf(merge))
  }

  get size(): number {
    return this.#keys.size
  }

  get bytes(): number {
    return this.#keys.bytes + this.#values.byteLength
  }

  /** Adds every row; `values` is one number for each, or one for all. */
  addAll(keys: Slices, values: Float64Array | number, rows: number): void {
    if (this.#numbers.length < rows) this.#numbers = new Int32Array(rows)
    const numbers = this.#numbers
    this.#keys.numbersOf(keys, rows, numbers)
    this.#reserve(this.#keys.size)
    mergeAll(this.#merge, this.#values, numbers, values, rows)
  }

  /** All keys and values, in the order in which they first came. */
  entries(): Slices & { readonly values: Float64Array } {
    const { size, textBytes } = this.#keys
    const slices = {
      bytes: new Uint8Array(textBytes + HEAD_BYTES),
      starts: new Int32Array(size),
      ends: new Int32Array(size),
    }
    this.#keys.copyTo(slices)
    return { ...slices, values: this.#values.subarray(0, size) }
  }

  #reserve(size: number): void {
    if (size <= this.#values.length) return
    const values = new Float64Array(Math.max(size, 2 * this.#values.length))
    values.fill(identityOf(this.#merge), this.#values.length)
    values.set(this.#values)
    this.#values = values
  }
}
