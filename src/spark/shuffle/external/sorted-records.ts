import type { ReadFile } from '../../../platform/index.ts'
import { giveMemory } from '../../columns/index.ts'
import { compareKeys } from '../../keys/index.ts'
import type { Pair } from '../aggregator.ts'
import { NO_BYTES, compareEncodedKeys, type KeyKind, type WordBytes } from '../records/index.ts'
import { CursorHeap } from './cursor-heap.ts'
import { orderOf } from './record-order.ts'
import type { RecordPlaces } from './record-places.ts'
import { RunPages, type Run } from './run-file.ts'
import type { SpillSpace } from './spill-space.ts'

/** Records in order, one after the other; none is made until it is asked for. */
export interface SortedRecords {
  /** Goes to the next record; false at the end. */
  next(): boolean | Promise<boolean>
  /** What the record lies in. */
  page: Uint8Array
  /** The same, with the words that it is made of, if they are known. */
  memory: WordBytes
  /** Where in it the record begins. */
  at: number
  /** Makes the record. */
  pair(): Pair
  key(): unknown
}

/** Records that are looked at ahead. */
const AHEAD = 256
/** A cache has lines so long. */
const LINE_BYTES = 64

/** The records of pages in memory. */
export class PlacedRecords implements SortedRecords {
  readonly #places: RecordPlaces
  #order: Uint32Array<ArrayBuffer>
  #next = 0
  /** Before which record others are to be looked at ahead. */
  #aheadAt = 0
  #address = 0
  page: Uint8Array = NO_BYTES.bytes
  memory: WordBytes = NO_BYTES
  at = 0
  /** What was seen ahead: of no use, but that it was read. */
  seen = 0

  constructor(places: RecordPlaces, isAscending: boolean) {
    this.#places = places
    this.#order = orderOf(places, isAscending)
  }

  next(): boolean {
    const next = this.#next
    if (next >= this.#order.length) return false
    if (next === this.#aheadAt) this.#lookAhead()
    const address = this.#order[next] as number
    this.#next = next + 1
    this.#address = address
    const { store } = this.#places
    this.memory = store.memoryOf(address)
    this.page = this.memory.bytes
    this.at = store.placeOf(address)
    return true
  }

  pair(): Pair {
    return this.#places.pairAt(this.#address)
  }

  key(): unknown {
    return this.#places.keyAt(this.#address)
  }

  /** Where the record ends, if it can be moved as it lies. */
  end(): number | undefined {
    return this.#places.hasShapes ? undefined : this.#places.endOf(this.#address)
  }

  /** It has no more records, and their places are forgotten. */
  release(): void {
    giveMemory(this.#order.buffer)
    this.#order = new Uint32Array(0)
  }

  /**
   * Brings the next records near: they lie anywhere, and memory takes its time for each. Reads that do not wait for one another wait
   * together, so this makes what follows several times as fast.
   */
  #lookAhead(): void {
    const { store } = this.#places
    const order = this.#order
    const end = Math.min(this.#next + AHEAD, order.length)
    let seen = 0
    for (let i = this.#next; i < end; i += 1) {
      const address = order[i] as number
      const block = store.blockOf(address)
      const at = store.placeOf(address)
      const behind = at + LINE_BYTES
      seen = (seen + (block[at] as number)) | 0
      if (behind < block.length) seen = (seen + (block[behind] as number)) | 0
    }
    this.seen = seen
    this.#aheadAt = end
  }
}

/** The records of a run. */
export class RunRecords implements SortedRecords {
  readonly #pages: RunPages
  page: Uint8Array = NO_BYTES.bytes
  memory: WordBytes = NO_BYTES
  at = 0
  #end = 0

  constructor(space: SpillSpace, { path, offsets }: Run, file: ReadFile) {
    const range = [offsets[0] as number, offsets[1] as number] as const
    this.#pages = new RunPages(space, path, file, range)
  }

  next(): boolean | Promise<boolean> {
    const { reader } = this.#pages
    // Reading the record may have left the reader anywhere in it.
    if (reader.page.length > 0) reader.seek(this.#end)
    const moved = this.#pages.nextRecord()
    if (typeof moved !== 'boolean') return moved.then((isThere) => isThere && this.#stand())
    return moved && this.#stand()
  }

  pair(): Pair {
    const { reader } = this.#pages
    const key = this.key()
    return [key, reader.read()]
  }

  key(): unknown {
    const { reader } = this.#pages
    reader.seek(this.at)
    return reader.read()
  }

  #stand(): boolean {
    const { reader } = this.#pages
    if (this.page !== reader.page) this.memory = { bytes: reader.page, words: NO_BYTES.words }
    this.page = reader.page
    this.at = reader.at
    reader.skip()
    reader.skip()
    this.#end = reader.at
    return true
  }
}

interface Source {
  readonly records: SortedRecords
  /** Runs come in the order in which they were written. */
  readonly index: number
  /** The key, once it was made. */
  key: unknown
  hasKey: boolean
}

/** Several sources in one order; of equal keys those of the first source come first. */
export class MergedRecords implements SortedRecords {
  readonly #heap: CursorHeap<Source>
  #top: Source | undefined
  page: Uint8Array = NO_BYTES.bytes
  memory: WordBytes = NO_BYTES
  at = 0

  /** Every source stands before its first record. */
  static async of(
    sources: readonly SortedRecords[],
    kind: KeyKind,
    isAscending: boolean,
  ): Promise<MergedRecords> {
    const merged = new MergedRecords(kind, isAscending)
    for (const [index, records] of sources.entries()) {
      if (await records.next()) merged.#heap.push({ records, index, key: undefined, hasKey: false })
    }
    return merged
  }

  private constructor(kind: KeyKind, isAscending: boolean) {
    const sign = isAscending ? 1 : -1
    const compare =
      kind === 'other'
        ? (a: Source, b: Source) => compareKeys(keyOf(a), keyOf(b))
        : ({ records: a }: Source, { records: b }: Source) =>
            compareEncodedKeys(kind, a.page, a.at, b.page, b.at)
    this.#heap = new CursorHeap<Source>((a, b) => {
      const order = sign * compare(a, b)
      return order < 0 || (order === 0 && a.index < b.index)
    })
  }

  next(): boolean | Promise<boolean> {
    const top = this.#top
    if (top === undefined) return this.#stand()
    const moved = top.records.next()
    if (typeof moved !== 'boolean') return moved.then((isThere) => this.#moved(top, isThere))
    return this.#moved(top, moved)
  }

  #moved(top: Source, isThere: boolean): boolean {
    top.hasKey = false
    if (isThere) this.#heap.topMoved()
    else this.#heap.removeTop()
    return this.#stand()
  }

  #stand(): boolean {
    const top = this.#heap.top
    this.#top = top
    if (top === undefined) return false
    this.page = top.records.page
    this.memory = top.records.memory
    this.at = top.records.at
    return true
  }

  pair(): Pair {
    return (this.#top as Source).records.pair()
  }

  key(): unknown {
    return keyOf(this.#top as Source)
  }
}

function keyOf(source: Source): unknown {
  if (source.hasKey) return source.key
  source.key = source.records.key()
  source.hasKey = true
  return source.key
}
