import { compareKeys } from '../../keys/index.ts'
import {
  keyKindAt,
  latinLength,
  latinWord,
  numberWord,
  type KeyKind,
  type RecordReader,
} from '../records/index.ts'
import { radixSort } from './radix-sort.ts'

/** Ranges shorter than this are sorted by comparing. */
const SHORT_RANGE = 24
/** Words of a key after which it is compared. */
const DEEPEST = 32

/** Where records lie: which page, and where in it. Grows. */
export class RecordPlaces {
  readonly readers: RecordReader[] = []
  pageOf: Uint32Array = new Uint32Array(1024)
  at: Uint32Array = new Uint32Array(1024)
  length = 0
  kind: KeyKind | undefined

  /** Takes the records of a page: goes over them once, and makes none. */
  addPage(reader: RecordReader): void {
    const page = this.readers.push(reader) - 1
    const bytes = reader.page
    while (reader.hasMore) {
      const { at } = reader
      if (this.length === this.at.length) this.#grow()
      this.pageOf[this.length] = page
      this.at[this.length] = at
      this.length += 1
      const kind = keyKindAt(bytes, at)
      if (kind !== this.kind) this.kind = this.kind === undefined ? kind : 'other'
      reader.skip()
      reader.skip()
    }
  }

  keyOf(record: number): unknown {
    const reader = this.readers[this.pageOf[record] as number] as RecordReader
    reader.seek(this.at[record] as number)
    return reader.read()
  }

  #grow(): void {
    const pageOf = new Uint32Array(2 * this.length)
    pageOf.set(this.pageOf)
    this.pageOf = pageOf
    const at = new Uint32Array(2 * this.length)
    at.set(this.at)
    this.at = at
  }
}

/** The records in order of their keys; those of equal keys in the order in which they came. */
export function orderOf(places: RecordPlaces, isAscending: boolean): Uint32Array {
  const order = new Uint32Array(places.length)
  for (let i = 0; i < order.length; i += 1) order[i] = i
  if (places.kind === 'latin' || places.kind === 'number') {
    new WordSort(places, order, places.kind, isAscending).sort(0, order.length, 0)
    return order
  }
  const keys: unknown[] = []
  for (let i = 0; i < order.length; i += 1) keys.push(places.keyOf(i))
  const sign = isAscending ? 1 : -1
  return order.sort((a, b) => sign * compareKeys(keys[a], keys[b]) || a - b)
}

/** Word by word of the keys, the first one first; ranges whose words are alike by the next. */
class WordSort {
  readonly #places: RecordPlaces
  readonly #order: Uint32Array
  readonly #spare: Uint32Array
  readonly #words: Uint32Array
  readonly #isLatin: boolean
  readonly #isAscending: boolean

  constructor(places: RecordPlaces, order: Uint32Array, kind: KeyKind, isAscending: boolean) {
    this.#places = places
    this.#order = order
    this.#spare = new Uint32Array(order.length)
    this.#words = new Uint32Array(order.length)
    this.#isLatin = kind === 'latin'
    this.#isAscending = isAscending
  }

  sort(from: number, to: number, depth: number): void {
    const order = this.#order
    const words = this.#words
    for (let i = from; i < to; i += 1) {
      const record = order[i] as number
      const word = this.#word(record, depth)
      words[record] = this.#isAscending ? word : ~word
    }
    if (to - from > 1) {
      const sorted = radixSort(order, this.#spare, words, from, to)
      if (sorted !== order) order.set(sorted.subarray(from, to), from)
    }
    let start = from
    for (let i = from + 1; i <= to; i += 1) {
      const word = words[order[start] as number]
      if (i < to && words[order[i] as number] === word) continue
      if (i - start > 1) this.#sortAlike(start, i, depth + 1)
      start = i
    }
  }

  /** Records whose words before `depth` are alike. */
  #sortAlike(from: number, to: number, depth: number): void {
    if (!this.#isLatin) {
      if (depth < 2) this.sort(from, to, depth)
      return
    }
    let longest = 0
    let shortest = Infinity
    for (let i = from; i < to; i += 1) {
      const length = this.#length(this.#order[i] as number)
      if (length > longest) longest = length
      if (length < shortest) shortest = length
    }
    if (longest <= 4 * depth && longest === shortest) return // equal
    if (to - from >= SHORT_RANGE && longest > 4 * depth && depth < DEEPEST)
      this.sort(from, to, depth)
    else this.#compareRange(from, to)
  }

  #compareRange(from: number, to: number): void {
    const keys = new Map<number, string>()
    for (let i = from; i < to; i += 1) {
      const record = this.#order[i] as number
      keys.set(record, this.#places.keyOf(record) as string)
    }
    const sign = this.#isAscending ? 1 : -1
    this.#order
      .subarray(from, to)
      .sort((a, b) => sign * compareKeys(keys.get(a), keys.get(b)) || a - b)
  }

  #word(record: number, depth: number): number {
    const { readers, pageOf, at } = this.#places
    const { page } = readers[pageOf[record] as number] as RecordReader
    return this.#isLatin
      ? latinWord(page, at[record] as number, depth)
      : numberWord(page, at[record] as number, depth)
  }

  #length(record: number): number {
    const { readers, pageOf, at } = this.#places
    const { page } = readers[pageOf[record] as number] as RecordReader
    return latinLength(page, at[record] as number)
  }
}
