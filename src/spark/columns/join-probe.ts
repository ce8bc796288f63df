import { CodedTexts } from './coded-texts.ts'
import { ColumnBatch, type Column, type Form } from './column-batch.ts'
import { pairForm, type JoinTable } from './join-table.ts'
import { gathered } from './kernels.ts'

/** Rows of a batch that is made of a few rows that have many beside them. */
const MOST_ROWS = 32_768
const NOTHING: Column = { type: 'constant', value: undefined }

/** What becomes of keys that one side of a join has not. */
export type JoinType = 'inner' | 'left' | 'right' | 'full'

/** Joins batches of pairs, which come one after the other, with the rows of a table. */
export class JoinProbe {
  readonly #table: JoinTable
  readonly #keepsLeft: boolean
  /** By number of key, 1 when a row on the left has it; only where the others are kept. */
  readonly met: Uint8Array | undefined
  #left: ColumnBatch | undefined
  #numbers: Int32Array = new Int32Array(0)
  /** The next row on the left, and the row on the right that is to be beside it. */
  #row = 0
  #beside = -1
  #rest = 0

  constructor(table: JoinTable, type: JoinType) {
    this.#table = table
    this.#keepsLeft = type === 'left' || type === 'full'
    this.met = type === 'right' || type === 'full' ? new Uint8Array(table.size) : undefined
  }

  /** Takes a batch, of which {@link JoinProbe.next} gives the joined rows; false for rows that are no pairs with a key column. */
  open(left: ColumnBatch): boolean {
    const form = pairForm(left)
    if (form === undefined) return false
    this.#left = withoutNegativeZero(left, form.key)
    this.#numbers = this.#table.find(left.columns[form.key] as Column, left.int32(left.rows))
    this.#row = 0
    this.#beside = -1
    return true
  }

  /** The next joined rows; undefined when there are no more of this batch. */
  next(): ColumnBatch | undefined {
    const left = this.#left
    if (left === undefined) return undefined
    if (this.#row < left.rows) {
      const joined =
        this.#row === 0 && this.#table.next === undefined ? this.#single(left) : this.#several(left)
      if (joined !== undefined) return joined
    }
    this.#left = undefined
    return this.#keepsLeft ? this.#unmet(left) : undefined
  }

  /** The rows of the table that nothing on the left was beside, where these are kept. */
  *rest(): IterableIterator<ColumnBatch> {
    const { met } = this
    if (met === undefined) return
    const { first, next, rows, form } = this.#table
    let places: number[] = []
    for (; this.#rest < first.length; this.#rest += 1) {
      if (met[this.#rest] === 1) continue
      for (let row = first[this.#rest] as number; row >= 0; row = next?.[row] ?? -1) {
        places.push(row)
        if (places.length < MOST_ROWS) continue
        yield besideNothing(rows, form.key, form.value, Int32Array.from(places), 'right')
        places = []
      }
    }
    if (places.length > 0) {
      yield besideNothing(rows, form.key, form.value, Int32Array.from(places), 'right')
    }
  }

  /** Every key has one row on the right. */
  #single(left: ColumnBatch): ColumnBatch | undefined {
    const { first } = this.#table
    const numbers = this.#numbers
    const { met } = this
    const lefts = left.int32(left.rows)
    const rights = left.int32(left.rows)
    let count = 0
    for (let i = 0; i < left.rows; i += 1) {
      const number = numbers[i] as number
      if (number < 0) continue
      if (met !== undefined) met[number] = 1
      lefts[count] = i
      rights[count] = first[number] as number
      count += 1
    }
    this.#row = left.rows
    return count === 0 ? undefined : this.#joined(left, lefts, rights, count, count === left.rows)
  }

  #several(left: ColumnBatch): ColumnBatch | undefined {
    const { first, next } = this.#table
    const numbers = this.#numbers
    const { met } = this
    const lefts = left.int32(MOST_ROWS)
    const rights = left.int32(MOST_ROWS)
    let count = 0
    while (this.#row < left.rows && count < MOST_ROWS) {
      const number = numbers[this.#row] as number
      if (number < 0) {
        this.#row += 1
        continue
      }
      if (met !== undefined) met[number] = 1
      if (this.#beside < 0) this.#beside = first[number] as number
      while (this.#beside >= 0 && count < MOST_ROWS) {
        lefts[count] = this.#row
        rights[count] = this.#beside
        count += 1
        this.#beside = next?.[this.#beside] ?? -1
      }
      if (this.#beside < 0) this.#row += 1
    }
    return count === 0 ? undefined : this.#joined(left, lefts, rights, count, false)
  }

  /** `isWhole`: every row has just one beside it, and the left side is as it was. */
  #joined(
    left: ColumnBatch,
    lefts: Int32Array,
    rights: Int32Array,
    count: number,
    isWhole: boolean,
  ): ColumnBatch {
    const form = left.form as readonly [Form, Form]
    const { rows, form: own } = this.#table
    const places = lefts.subarray(0, count)
    const columns = isWhole
      ? [...left.columns]
      : left.columns.map((each) => gathered(each, places, left))
    const beside = rights.subarray(0, count)
    const value = taken(own.value, rows.columns, columns, (each) =>
      each.type === 'text' ? new CodedTexts(each, beside, left) : gathered(each, beside, left),
    )
    return new ColumnBatch(count, columns, [form[0], [form[1], value]], left.scratch)
  }

  #unmet(left: ColumnBatch): ColumnBatch | undefined {
    const numbers = this.#numbers
    let count = 0
    for (let i = 0; i < left.rows; i += 1) if ((numbers[i] as number) < 0) count += 1
    if (count === 0) return undefined
    const places = new Int32Array(count)
    count = 0
    for (let i = 0; i < left.rows; i += 1) if ((numbers[i] as number) < 0) places[count++] = i
    const { key, value } = pairForm(left) as { readonly key: number; readonly value: Form }
    return besideNothing(left, key, value, places, 'left')
  }
}

/** Rows of one side, with undefined for the other. */
function besideNothing(
  batch: ColumnBatch,
  key: number,
  value: Form,
  places: Int32Array,
  side: 'left' | 'right',
): ColumnBatch {
  const columns: Column[] = [NOTHING]
  const take = (column: Column): Column => gathered(column, places, batch)
  const keyForm = taken(key, batch.columns, columns, take)
  const own = taken(value, batch.columns, columns, take)
  const form = [keyForm, side === 'left' ? [own, 0] : [0, own]]
  return new ColumnBatch(places.length, columns, form, batch.scratch)
}

/** The same form over columns that are made of those it had and added to `into`. */
function taken(
  form: Form,
  from: readonly Column[],
  into: Column[],
  make: (column: Column) => Column,
): Form {
  if (typeof form !== 'number') return form.map((part) => taken(part, from, into, make))
  into.push(make(from[form] as Column))
  return into.length - 1
}

/** Of the two zeros, 0 is the key. */
function withoutNegativeZero(batch: ColumnBatch, key: number): ColumnBatch {
  const keys = batch.columns[key]
  if (keys?.type === 'constant' && Object.is(keys.value, -0)) {
    return withKey(batch, key, { type: 'constant', value: 0 })
  }
  if (keys?.type !== 'number') return batch
  const { values } = keys
  for (let i = 0; i < batch.rows; i += 1) {
    if (values[i] === 0 && Object.is(values[i], -0)) {
      return withKey(batch, key, { type: 'number', values: values.map((value) => value + 0) })
    }
  }
  return batch
}

function withKey(batch: ColumnBatch, key: number, keys: Column): ColumnBatch {
  const columns = batch.columns.map((column, i) => (i === key ? keys : column))
  return new ColumnBatch(batch.rows, columns, batch.form, batch.scratch)
}
