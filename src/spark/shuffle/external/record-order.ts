import { compareKeys } from '../../keys/index.ts'
import {
  commonKind,
  compareEncodedKeys,
  keyKindAt,
  keyWord,
  lengthAt,
  mostWords,
  type KeyKind,
  type RecordReader,
} from '../records/index.ts'
import { radixSort } from './radix-sort.ts'

/** Ranges shorter than this are sorted by comparing each with those before it. */
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
      if (kind !== this.kind)
        this.kind = this.kind === undefined ? kind : commonKind(kind, this.kind)
      reader.skip()
      reader.skip()
    }
  }

  readerOf(record: number): RecordReader {
    return this.readers[this.pageOf[record] as number] as RecordReader
  }

  keyOf(record: number): unknown {
    const reader = this.readerOf(record)
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
  const { kind } = places
  if (kind !== undefined && kind !== 'other') {
    new WordSort(places, order, kind, isAscending).sort(0, order.length, 0)
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
  readonly #kind: KeyKind
  readonly #isAscending: boolean

  constructor(places: RecordPlaces, order: Uint32Array, kind: KeyKind, isAscending: boolean) {
    this.#places = places
    this.#order = order
    this.#spare = new Uint32Array(order.length)
    this.#words = new Uint32Array(order.length)
    this.#kind = kind
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
    if (depth >= mostWords(this.#kind)) return
    if (to - from < SHORT_RANGE) {
      this.#insert(from, to, depth)
      return
    }
    if (this.#kind !== 'number' && this.#areEqual(from, to, depth)) return
    if (depth < DEEPEST) this.sort(from, to, depth)
    else this.#order.subarray(from, to).sort((a, b) => this.#compare(a, b, depth) || a - b)
  }

  /** Whether texts or bytes that are alike so far have come to their ends, all at one place. */
  #areEqual(from: number, to: number, depth: number): boolean {
    const length = this.#length(this.#order[from] as number)
    if (length > (this.#kind === 'text' ? 2 : 4) * depth) return false
    for (let i = from + 1; i < to; i += 1) {
      if (this.#length(this.#order[i] as number) !== length) return false
    }
    return true
  }

  #insert(from: number, to: number, depth: number): void {
    const order = this.#order
    for (let i = from + 1; i < to; i += 1) {
      const record = order[i] as number
      let at = i
      while (at > from && this.#compare(order[at - 1] as number, record, depth) > 0) {
        order[at] = order[at - 1] as number
        at -= 1
      }
      order[at] = record
    }
  }

  #compare(a: number, b: number, depth: number): number {
    const { readers, pageOf, at } = this.#places
    const order = compareEncodedKeys(
      this.#kind,
      (readers[pageOf[a] as number] as RecordReader).page,
      at[a] as number,
      (readers[pageOf[b] as number] as RecordReader).page,
      at[b] as number,
      depth,
    )
    return this.#isAscending ? order : -order
  }

  #word(record: number, depth: number): number {
    const { readers, pageOf, at } = this.#places
    const { page } = readers[pageOf[record] as number] as RecordReader
    return keyWord(this.#kind, page, at[record] as number, depth)
  }

  #length(record: number): number {
    const { readers, pageOf, at } = this.#places
    const { page } = readers[pageOf[record] as number] as RecordReader
    return lengthAt(page, at[record] as number)
  }
}
