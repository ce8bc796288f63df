import { giveMemory, takeMemory } from '../../columns/index.ts'
import { compareKeys } from '../../keys/index.ts'
import { compareEncodedKeys, keyWord, lengthAt, mostWords, type KeyKind } from '../records/index.ts'
import { radixSortAlong } from './radix-sort.ts'
import type { RecordPlaces } from './record-places.ts'
import type { RecordStore } from './record-store.ts'

/** Ranges shorter than this are sorted by comparing each with those before it. */
const SHORT_RANGE = 24
/** Words of a key after which it is compared. */
const DEEPEST = 32
/** The greatest word that prefixes are made. */
const GREATEST_WORD = 0xffff_0000

/**
 * The addresses of the records in order of their keys; those of equal keys in the order in which they came. The places give up theirs.
 */
export function orderOf(places: RecordPlaces, isAscending: boolean): Uint32Array<ArrayBuffer> {
  const { kind } = places
  const { addresses: order, prefixes } = places.takeAll()
  if (kind === undefined || kind === 'other') return orderByKeys(places, order, isAscending)
  // Prefixes are looked at once, before anything is sorted.
  const sort = new WordSort(places.store, order, kind, isAscending, prefixes.buffer)
  if (kind === 'latin' || kind === 'bytes') sort.byPrefixes(prefixes)
  else sort.byWords(0, order.length, 0)
  sort.release()
  giveMemory(prefixes.buffer)
  return order
}

function orderByKeys(
  places: RecordPlaces,
  addresses: Uint32Array<ArrayBuffer>,
  isAscending: boolean,
): Uint32Array<ArrayBuffer> {
  const keys = Array.from(addresses, (address) => places.keyAt(address))
  const numbers = Uint32Array.from(addresses, (_, i) => i)
  const sign = isAscending ? 1 : -1
  numbers.sort((a, b) => sign * compareKeys(keys[a], keys[b]) || a - b)
  return numbers.map((number) => addresses[number] as number)
}

/** Word by word of the keys, the first one first; ranges whose words are alike by the next. */
class WordSort {
  readonly #store: RecordStore
  readonly #order: Uint32Array
  readonly #words: Uint32Array<ArrayBuffer>
  readonly #spareOrder: Uint32Array
  readonly #spareWords: Uint32Array
  readonly #kind: KeyKind
  readonly #isAscending: boolean

  /** `spare` is memory of eight bytes for each record. */
  constructor(
    store: RecordStore,
    order: Uint32Array,
    kind: KeyKind,
    isAscending: boolean,
    spare: ArrayBuffer,
  ) {
    const { length } = order
    this.#store = store
    this.#order = order
    this.#words = new Uint32Array(takeMemory(4 * length), 0, length)
    this.#spareOrder = new Uint32Array(spare, 0, length)
    this.#spareWords = new Uint32Array(spare, 4 * length, length)
    this.#kind = kind
    this.#isAscending = isAscending
  }

  /**
   * All records, by the first bytes of their keys before anything else: a partition's are between its bounds, so that what these
   * have in common would be no help. They are stretched to fill a word, which most keys then have alone.
   */
  byPrefixes(prefixes: Float64Array): void {
    const words = this.#words
    let least = Infinity
    let greatest = -Infinity
    for (let i = 0; i < words.length; i += 1) {
      const prefix = prefixes[i] as number
      if (prefix < least) least = prefix
      if (prefix > greatest) greatest = prefix
    }
    const stretch = greatest > least ? GREATEST_WORD / (greatest - least) : 0
    for (let i = 0; i < words.length; i += 1) {
      const word = ((prefixes[i] as number) - least) * stretch
      words[i] = this.#isAscending ? word : GREATEST_WORD - Math.floor(word)
    }
    this.#inOrder(0, words.length, 0)
  }

  /** Nothing is sorted any more. */
  release(): void {
    giveMemory(this.#words.buffer)
  }

  /** A range, from word `depth` of its keys on. */
  byWords(from: number, to: number, depth: number): void {
    const order = this.#order
    const words = this.#words
    const store = this.#store
    for (let i = from; i < to; i += 1) {
      const address = order[i] as number
      const word = keyWord(this.#kind, store.blockOf(address), store.placeOf(address), depth)
      words[i] = this.#isAscending ? word : ~word
    }
    this.#inOrder(from, to, depth + 1)
  }

  /** By words that are there; those that are alike from word `depth` of their keys on. */
  #inOrder(from: number, to: number, depth: number): void {
    const words = this.#words
    if (to - from > 1) {
      radixSortAlong(words, this.#order, this.#spareWords, this.#spareOrder, from, to)
    }
    let start = from
    for (let i = from + 1; i <= to; i += 1) {
      if (i < to && words[i] === words[start]) continue
      if (i - start > 1) this.#sortAlike(start, i, depth)
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
    if (depth < DEEPEST) this.byWords(from, to, depth)
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
      const address = order[i] as number
      let at = i
      while (at > from && this.#compare(order[at - 1] as number, address, depth) > 0) {
        order[at] = order[at - 1] as number
        at -= 1
      }
      order[at] = address
    }
  }

  #compare(a: number, b: number, depth: number): number {
    const store = this.#store
    const order = compareEncodedKeys(
      this.#kind,
      store.blockOf(a),
      store.placeOf(a),
      store.blockOf(b),
      store.placeOf(b),
      depth,
    )
    return this.#isAscending ? order : -order
  }

  #length(address: number): number {
    return lengthAt(this.#store.blockOf(address), this.#store.placeOf(address))
  }
}
