import type { Dictionary, Slices, TextColumn } from './column-batch.ts'
import { giveMemory, grownFloat64 } from './kept-memory.ts'
import { mergeAll, type NumberMerge } from './merge.ts'
import type { Scratch } from './scratch.ts'
import { TextNumbers } from './text-numbers.ts'

const FIRST_CAPACITY = 64

/** Numbers by text, some for each. */
export class TextTable {
  readonly #merges: readonly NumberMerge[]
  readonly #keys: TextNumbers
  /** Place by place, by number of the key. */
  readonly #values: Float64Array[]
  #capacity: number = FIRST_CAPACITY
  #numbers: Int32Array = new Int32Array(0)
  /** Of the dictionary that was met last: number + 1 of the key by its place in it, 0 where it was not met. */
  #texts: TextColumn | undefined
  #byCode: Int32Array = new Int32Array(0)

  /** @see TextNumbers for `seed` */
  constructor(merges: readonly NumberMerge[], seed: number) {
    this.#merges = merges
    this.#keys = new TextNumbers(seed)
    this.#values = merges.map(({ start }) => new Float64Array(FIRST_CAPACITY).fill(start))
  }

  get size(): number {
    return this.#keys.size
  }

  get bytes(): number {
    return this.#keys.bytes + 8 * this.#capacity * this.#values.length + this.#byCode.byteLength
  }

  /** Adds every row; `values` are, place by place, one number for each, or one for all. */
  addAll(keys: TextColumn, values: readonly (Float64Array | number)[], rows: number): void {
    if (this.#numbers.length < rows) this.#numbers = new Int32Array(rows)
    const numbers = this.#numbers
    if (keys.dictionary === undefined) this.#keys.numbersOf(keys, rows, numbers)
    else this.#numbersByCode(keys.dictionary, rows, numbers)
    this.#reserve(this.#keys.size)
    for (let place = 0; place < this.#merges.length; place += 1) {
      const { merge } = this.#merges[place] as NumberMerge
      const own = this.#values[place] as Float64Array
      mergeAll(merge, own, numbers, values[place] as Float64Array | number, rows)
    }
  }

  /** Gives its memory back: entries that it gave out are looked at no more. */
  close(): void {
    this.#keys.close()
    for (const { buffer } of this.#values.splice(0)) giveMemory(buffer as ArrayBuffer)
  }

  /** Keys `from` … `to` and their values, in the order in which they first came; the keys lie in memory of `scratch`. */
  entries(
    from: number,
    to: number,
    scratch: Scratch,
  ): { readonly keys: Slices; readonly values: readonly Float64Array[] } {
    const values = this.#values.map((each) => each.subarray(from, to))
    return { keys: this.#keys.texts(from, to, scratch), values }
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
    if (size <= this.#capacity) return
    const capacity = Math.max(size, 2 * this.#capacity)
    for (let place = 0; place < this.#values.length; place += 1) {
      const values = grownFloat64(this.#values[place] as Float64Array, capacity)
      values.fill((this.#merges[place] as NumberMerge).start, this.#capacity)
      this.#values[place] = values
    }
    this.#capacity = capacity
  }
}
