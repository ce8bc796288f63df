import type { ReadFile } from '../../../platform/index.ts'
import { compareKeys } from '../../keys/index.ts'
import { compareEncodedKeys, type KeyKind, type RecordReader } from '../records/index.ts'
import { CursorHeap } from './cursor-heap.ts'
import { orderOf, type RecordPlaces } from './record-order.ts'
import { RunPages, type Run } from './run-file.ts'
import type { SpillSpace } from './spill-space.ts'

/** Records in order, one after the other; none is made until it is read. */
export interface SortedRecords {
  /** Goes to the next record; false at the end. */
  next(): boolean | Promise<boolean>
  /** Knows the page of the record, and makes it. */
  reader: RecordReader
  /** Where in it the record begins. */
  at: number
}

/** The records of pages in memory. */
export class PlacedRecords implements SortedRecords {
  readonly #places: RecordPlaces
  readonly #order: Uint32Array
  #next = 0
  reader!: RecordReader
  at = 0

  constructor(places: RecordPlaces, isAscending: boolean) {
    this.#places = places
    this.#order = orderOf(places, isAscending)
  }

  next(): boolean {
    if (this.#next >= this.#order.length) return false
    const record = this.#order[this.#next] as number
    this.#next += 1
    this.reader = this.#places.readerOf(record)
    this.at = this.#places.at[record] as number
    return true
  }
}

/** The records of a run. */
export class RunRecords implements SortedRecords {
  readonly #pages: RunPages
  readonly reader: RecordReader
  at = 0
  #end = 0

  constructor(space: SpillSpace, { path, offsets }: Run, file: ReadFile) {
    const range = [offsets[0] as number, offsets[1] as number] as const
    this.#pages = new RunPages(space, path, file, range)
    this.reader = this.#pages.reader
  }

  next(): boolean | Promise<boolean> {
    const { reader } = this
    // Reading the record may have left the reader anywhere in it.
    if (reader.page.length > 0) reader.seek(this.#end)
    const moved = this.#pages.nextRecord()
    if (typeof moved !== 'boolean') return moved.then((isThere) => isThere && this.#stand())
    return moved && this.#stand()
  }

  #stand(): boolean {
    const { reader } = this
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
  reader!: RecordReader
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
            compareEncodedKeys(kind, a.reader.page, a.at, b.reader.page, b.at)
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
    this.reader = top.records.reader
    this.at = top.records.at
    return true
  }
}

function keyOf(source: Source): unknown {
  if (source.hasKey) return source.key
  const { reader, at } = source.records
  reader.seek(at)
  source.key = reader.read()
  source.hasKey = true
  return source.key
}
