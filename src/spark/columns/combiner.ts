import { ColumnBatch, type Column } from './column-batch.ts'
import type { Merge } from './expression.ts'
import { IntegerTable } from './integer-table.ts'
import { TextTable } from './text-table.ts'

/** Which side of a shuffle combines: the two must not meet keys in the order of the other's table. */
export type CombineSide = 'map' | 'reduce'

const SEEDS: Readonly<Record<CombineSide, number>> = { map: -2128831035, reduce: 0x5bd1e995 }

/** Combines pairs of a text or an integer and a number, batch by batch. */
export class ColumnCombiner {
  readonly #merge: Merge
  readonly #seed: number
  #texts: TextTable | undefined
  #integers: IntegerTable | undefined
  #isAscii = true

  constructor(merge: Merge, side: CombineSide) {
    this.#merge = merge
    this.#seed = SEEDS[side]
  }

  /** Keys held. */
  get size(): number {
    return (this.#texts?.size ?? 0) + (this.#integers?.size ?? 0)
  }

  /** Bytes of the tables. */
  get bytes(): number {
    return (this.#texts?.bytes ?? 0) + (this.#integers?.bytes ?? 0)
  }

  /** Takes a batch of pairs, or answers false when its keys or values are of other kinds. */
  add(batch: ColumnBatch): boolean {
    const pair = pairOf(batch)
    if (pair === undefined) return false
    const { keys, values } = pair
    if (keys.type === 'text') {
      this.#isAscii &&= keys.isAscii
      this.#texts ??= new TextTable(this.#merge, this.#seed)
      this.#texts.addAll(keys, values, batch.rows)
      return true
    }
    if (keys.type !== 'number' || !areIntegers(keys.values)) return false
    this.#integers ??= new IntegerTable(this.#merge, this.#seed)
    this.#integers.addAll(keys.values, values, batch.rows)
    return true
  }

  /** Takes out what was combined: a batch for each kind of key. */
  drain(): ColumnBatch[] {
    const batches: ColumnBatch[] = []
    if (this.#texts !== undefined) {
      const { bytes, starts, ends, values } = this.#texts.entries()
      const keys = { type: 'text', bytes, starts, ends, isAscii: this.#isAscii } as const
      batches.push(pairs(keys, values))
    }
    if (this.#integers !== undefined) {
      const { keys, values } = this.#integers.entries()
      batches.push(pairs({ type: 'number', values: keys }, values))
    }
    this.#texts = undefined
    this.#integers = undefined
    this.#isAscii = true
    return batches
  }
}

function pairs(keys: Column, values: Float64Array): ColumnBatch {
  return new ColumnBatch(values.length, [keys, { type: 'number', values }], [0, 1])
}

/** The key and the value column of pairs of which the value is a number. */
function pairOf({
  form,
  columns,
}: ColumnBatch): { readonly keys: Column; readonly values: Float64Array | number } | undefined {
  if (typeof form === 'number' || form.length !== 2) return undefined
  const [key, value] = form
  if (typeof key !== 'number' || typeof value !== 'number') return undefined
  const keys = columns[key]
  const values = columns[value]
  if (keys === undefined || values === undefined) return undefined
  if (values.type === 'number') return { keys, values: values.values }
  if (values.type === 'constant' && typeof values.value === 'number') {
    return { keys, values: values.value }
  }
  return undefined
}

/** Whether all are 32-bit integers; -0 counts as 0, as it does among keys. */
function areIntegers(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number
    if ((value | 0) !== value) return false
  }
  return true
}
