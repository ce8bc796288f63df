import {
  ColumnBatch,
  type Column,
  type ConstantColumn,
  type Form,
  type TextColumn,
} from './column-batch.ts'
import type { Reduction } from './expression.ts'
import { IntegerTable, type IntegerEntries } from './integer-table.ts'
import { mergesOf, type Merging, type NumberMerge } from './merge.ts'
import { Scratch } from './scratch.ts'
import { TextTable } from './text-table.ts'

/** Which side of a shuffle combines: the two must not meet keys in the order of the other's table. */
export type CombineSide = 'map' | 'reduce'

/** Numbers of one place: for each row, or one for all. */
type Values = Float64Array | number

const SEEDS: Readonly<Record<CombineSide, number>> = { map: -2128831035, reduce: 0x5bd1e995 }
/** Rows of a batch that is taken out, if nobody asks for more. */
const DRAINED_ROWS = 32 << 10
const NOTHING: ConstantColumn = { type: 'constant', value: null }
/** Where there are no values, a table has one all the same. */
const NO_VALUE: NumberMerge = { merge: 'max', start: 0 }

/** Combines pairs of a text or an integer and of numbers, batch by batch. */
export class ColumnCombiner {
  readonly #merging: Merging
  readonly #merges: readonly NumberMerge[]
  readonly #seed: number
  #texts: TextTable | undefined
  /** One for each place: they meet the same keys, and so have them in one order. */
  #integers: readonly IntegerTable[] = []
  #isAscii = true

  /** `merging.prepare` is for the map side. */
  constructor(merging: Merging, side: CombineSide) {
    const { reduction, starts } = merging
    this.#merging = side === 'map' ? merging : { ...merging, prepare: undefined }
    const merges = reduction === undefined ? [] : mergesOf(reduction)
    this.#merges = merges.map((merge, i) => ({ merge, start: starts[i] as number }))
    this.#seed = SEEDS[side]
  }

  /** Keys held. */
  get size(): number {
    return (this.#texts?.size ?? 0) + (this.#integers[0]?.size ?? 0)
  }

  /** Bytes of the tables. */
  get bytes(): number {
    return this.#integers.reduce((sum, table) => sum + table.bytes, this.#texts?.bytes ?? 0)
  }

  /** Takes a batch of pairs, or answers false when its keys or values are of other kinds. */
  add(batch: ColumnBatch): boolean {
    const { prepare, reduction } = this.#merging
    const pairs = prepare === undefined ? batch : prepare(batch)
    if (pairs === undefined || typeof pairs.form === 'number' || pairs.form.length !== 2) {
      return false
    }
    const [key, value] = pairs.form as readonly [Form, Form]
    const keys = typeof key === 'number' ? pairs.columns[key] : undefined
    const values = valuesOf(value, pairs.columns, reduction)
    if (keys === undefined || values === undefined) return false
    if (keys.type === 'text') {
      this.#isAscii &&= keys.isAscii
      this.#texts ??= new TextTable(this.#merges, this.#seed)
      this.#texts.addAll(keys, values, batch.rows)
      return true
    }
    if (keys.type !== 'number' || !areIntegers(keys.values, batch.rows)) return false
    if (this.#integers.length === 0) {
      const merges = this.#merges.length === 0 ? [NO_VALUE] : this.#merges
      this.#integers = merges.map((merge) => new IntegerTable(merge, this.#seed))
    }
    for (let place = 0; place < this.#integers.length; place += 1) {
      this.#integers[place]?.addAll(keys.values, values[place] ?? NO_VALUE.start, batch.rows)
    }
    return true
  }

  /** Takes out what was combined, in batches of at most `rows` that are good until the next. */
  drain(rows: number = DRAINED_ROWS): IterableIterator<ColumnBatch> {
    const texts = this.#texts
    const integers = this.#integers
    const isAscii = this.#isAscii
    this.#texts = undefined
    this.#integers = []
    this.#isAscii = true
    return this.#drained(texts, isAscii, integers, rows)
  }

  *#drained(
    texts: TextTable | undefined,
    isAscii: boolean,
    integers: readonly IntegerTable[],
    most: number,
  ): IterableIterator<ColumnBatch> {
    const scratch = new Scratch()
    const size = texts?.size ?? 0
    try {
      for (let from = 0; from < size; from += most) {
        scratch.reset()
        const to = Math.min(size, from + most)
        const { keys, values } = (texts as TextTable).entries(from, to, scratch)
        const column: TextColumn = { type: 'text', ...keys, isAscii }
        yield this.#pairs(keys.starts.length, column, values, scratch)
      }
      // The arrays of keys are alike, all but the first for nothing.
      const length = Math.min(most, integers[0]?.size ?? 0)
      const entries = integers.map((table) =>
        table.entries(new Float64Array(length), new Float64Array(length)),
      )
      for (;;) {
        scratch.reset()
        const parts = entries.flatMap((each) => {
          const step: IteratorResult<IntegerEntries, undefined> = each.next()
          return step.done === true ? [] : [step.value]
        })
        const [first] = parts
        if (first === undefined) return
        const keys: Column = { type: 'number', values: first.keys.subarray(0, first.rows) }
        const values = parts.map((part) => part.values.subarray(0, part.rows))
        yield this.#pairs(first.rows, keys, values, scratch)
      }
    } finally {
      texts?.close()
      for (const table of integers) table.close()
      scratch.release()
    }
  }

  #pairs(
    rows: number,
    keys: Column,
    values: readonly Float64Array[],
    scratch: Scratch,
  ): ColumnBatch {
    const { reduction } = this.#merging
    if (reduction === undefined) return new ColumnBatch(rows, [keys, NOTHING], [0, 1], scratch)
    const columns = [keys, ...values.map((each): Column => ({ type: 'number', values: each }))]
    const places = { next: 1 }
    return new ColumnBatch(rows, columns, [0, formOf(reduction, places)], scratch)
  }
}

/** How values are made of columns that come one after the other. */
function formOf(reduction: Reduction, places: { next: number }): Form {
  if (reduction.op === 'tuple') return reduction.items.map((item) => formOf(item, places))
  places.next += 1
  return places.next - 1
}

/** The numbers of each place; undefined where some are none, or rows have another form. */
function valuesOf(
  form: Form,
  columns: readonly Column[],
  reduction: Reduction | undefined,
): readonly Values[] | undefined {
  if (reduction?.op === 'tuple') {
    if (typeof form === 'number' || form.length !== reduction.items.length) return undefined
    const values: Values[] = []
    for (const [i, item] of reduction.items.entries()) {
      const own = valuesOf(form[i] as Form, columns, item)
      if (own === undefined) return undefined
      values.push(...own)
    }
    return values
  }
  const column = typeof form === 'number' ? columns[form] : undefined
  if (reduction === undefined) {
    return column?.type === 'constant' && column.value === null ? [] : undefined
  }
  if (column?.type === 'number') return [column.values]
  if (column?.type !== 'constant' || typeof column.value !== 'number') return undefined
  return [column.value]
}

/** Whether all are 32-bit integers; -0 counts as 0, as it does among keys. */
function areIntegers(values: Float64Array, rows: number): boolean {
  for (let i = 0; i < rows; i += 1) {
    const value = values[i] as number
    if ((value | 0) !== value) return false
  }
  return true
}
