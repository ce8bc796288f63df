import type { Dictionary, Slices, TextColumn } from './column-batch.ts'
import type { Merge } from './expression.ts'
import { identityOf, mergeAll } from './merge.ts'
import { HEAD_BYTES } from './text-heads.ts'
import { TextNumbers } from './text-numbers.ts'

const FIRST_CAPACITY = 64

/** Numbers by text. */
export class TextTable {
  readonly #merge: Merge
  readonly #keys: TextNumbers
  #values: Float64Array
  #numbers: Int32Array = new Int32Array(0)
  /** Of the dictionary that was met last: number + 1 of the key by its place in it, 0 where it was not met. */
  #texts: TextColumn | undefined
  #byCode: Int32Array = new Int32Array(0)

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
    return this.#keys.bytes + this.#values.byteLength + this.#byCode.byteLength
  }

  /** Adds every row; `values` is one number for each, or one for all. */
  addAll(keys: TextColumn, values: Float64Array | number, rows: number): void {
    if (this.#numbers.length < rows) this.#numbers = new Int32Array(rows)
    const numbers = this.#numbers
    if (keys.dictionary === undefined) this.#keys.numbersOf(keys, rows, numbers)
    else this.#numbersByCode(keys.dictionary, rows, numbers)
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

  /** A text is looked for only when its code is met for the first time. */
  #numbersByCode({ texts, codes }: Dictionary, rows: number, numbers: Int32Array): void {
    if (this.#texts !== texts) {
      this.#texts = texts
      this.#byCode = new Int32Array(texts.starts.length)
    }
    const byCode = this.#byCode
    for (let i = 0; i < rows; i += 1) {
      const code = codes[i] as number
      if (byCode[code] === 0) byCode[code] = this.#keys.numberOf(texts, code) + 1
      numbers[i] = (byCode[code] as number) - 1
    }
  }

  #reserve(size: number): void {
    if (size <= this.#values.length) return
    const values = new Float64Array(Math.max(size, 2 * this.#values.length))
    values.fill(identityOf(this.#merge), this.#values.length)
    values.set(this.#values)
    this.#values = values
  }
}
