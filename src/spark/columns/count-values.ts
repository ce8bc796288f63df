import type { ColumnBatch, Form, TextColumn } from './column-batch.ts'
import { TextNumbers } from './text-numbers.ts'

const SEED = 0x2127599b

/** Counts by key, as it is used here. */
interface Counts {
  readonly values: number[]
  /** The number of a key; `~number` when it is new. */
  numberOf(key: unknown): number
}

/**
 * Counts how often the values of columns come, in a table that counts those of rows, too: keys have the order in which they first
 * came. A text becomes a string when it is met for the first time.
 */
export class ValueCounter {
  readonly #counts: Counts
  readonly #texts = new TextNumbers(SEED)
  /** By number of the text, its number in the table. */
  readonly #byText: number[] = []
  #numbers: Int32Array = new Int32Array(0)

  constructor(counts: Counts) {
    this.#counts = counts
  }

  /** Counts the keys of pairs, or rows as they are; false, and nothing is counted, where these are no texts and no numbers. */
  add(batch: ColumnBatch, of: 'key' | 'row'): boolean {
    const form = of === 'key' ? keyForm(batch.form) : batch.form
    const column = typeof form === 'number' ? batch.columns[form] : undefined
    switch (column?.type) {
      case 'text':
        this.#addTexts(column, batch.rows)
        return true
      case 'number':
        for (let i = 0; i < batch.rows; i += 1) this.#add(column.values[i], 1)
        return true
      case 'constant':
        if (batch.rows > 0) this.#add(column.value, batch.rows)
        return true
      case 'bytes':
      case undefined:
        return false
    }
  }

  #add(key: unknown, times: number): void {
    const { values } = this.#counts
    const number = this.#counts.numberOf(key)
    if (number < 0) values.push(times)
    else values[number] = (values[number] as number) + times
  }

  #addTexts(column: TextColumn, rows: number): void {
    if (this.#numbers.length < rows) this.#numbers = new Int32Array(rows)
    const numbers = this.#numbers
    const known = this.#texts.size
    this.#texts.numbersOf(column, rows, numbers)
    const { values } = this.#counts
    const byText = this.#byText
    for (let i = 0; i < rows; i += 1) {
      const text = numbers[i] as number
      if (text >= known && text === byText.length) {
        byText.push(this.#numberOf(textAt(column, i)))
      }
      const number = byText[text] as number
      values[number] = (values[number] as number) + 1
    }
  }

  #numberOf(key: string): number {
    const number = this.#counts.numberOf(key)
    if (number >= 0) return number
    this.#counts.values.push(0)
    return ~number
  }
}

function keyForm(form: Form): Form | undefined {
  return typeof form !== 'number' && form.length === 2 ? form[0] : undefined
}

function textAt({ bytes, starts, ends, isAscii }: TextColumn, row: number): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString(isAscii ? 'latin1' : 'utf8', starts[row], ends[row])
}
