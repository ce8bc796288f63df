import { giveMemory, takeMemory } from '../../columns/index.ts'
import {
  RecordReader,
  commonKind,
  contentAt,
  keyKindAt,
  lengthAt,
  type BatchCodec,
  type KeyKind,
} from '../records/index.ts'
import type { Pair } from '../aggregator.ts'
import { RecordStore, SLOT_BITS } from './record-store.ts'

/** Records that there is room for at first: at least, and at most. */
const FEWEST_RECORDS = 1024
const MOST_RECORDS = 1 << 20

/** How many the last places had: others of the thread have about as many, and need not grow then. */
let expectedRecords = FEWEST_RECORDS

/** A page whose records need what others of it have said before. */
interface ShapedPage {
  readonly address: number
  readonly reader: RecordReader
}

/** Records in memory: copies of their pages, and where in these each of them is. Grows. */
export class RecordPlaces {
  readonly store: RecordStore = new RecordStore()
  /** Of each record. */
  addresses: Uint32Array<ArrayBuffer> = new Uint32Array(0)
  /** The first bytes of each key, as a number; of those that are Latin-1 or bytes only. */
  prefixes: Float64Array<ArrayBuffer> = new Float64Array(0)
  length = 0
  /** Of all keys. */
  kind: KeyKind | undefined
  readonly #codec: BatchCodec
  readonly #scanner: RecordReader
  readonly #shaped: ShapedPage[] = []
  /** Readers of the blocks of other pages, by slot. */
  readonly #readers: (RecordReader | undefined)[] = []

  constructor(codec: BatchCodec) {
    this.#codec = codec
    this.#scanner = new RecordReader(codec)
  }

  /** Whether some records can't be moved without their page. */
  get hasShapes(): boolean {
    return this.#shaped.length > 0
  }

  /** Copies a page: goes over its records once, and makes none. @throws TROUPE_SPARK_BLOCK_CORRUPT */
  addPage(page: Uint8Array): void {
    const address = this.store.put(page)
    const scanner = this.#scanner
    scanner.open(page)
    while (scanner.hasMore) {
      const { at } = scanner
      const { length } = this
      if (length === this.addresses.length) this.#grow()
      const kind = keyKindAt(page, at)
      if (kind !== this.kind)
        this.kind = this.kind === undefined ? kind : commonKind(kind, this.kind)
      this.addresses[length] = address + at
      this.prefixes[length] =
        kind === 'latin' || kind === 'bytes'
          ? prefixOf(page, contentAt(page, at), lengthAt(page, at))
          : 0
      this.length = length + 1
      scanner.skip()
      scanner.skip()
    }
    if (scanner.hasShapes) this.#addShaped(address, page.length)
  }

  /** Nothing is added any more: gives up addresses and prefixes, whose memory is the caller's. */
  takeAll(): {
    readonly addresses: Uint32Array<ArrayBuffer>
    readonly prefixes: Float64Array<ArrayBuffer>
  } {
    const { length } = this
    const addresses = this.addresses.subarray(0, length)
    const prefixes = this.prefixes.subarray(0, length)
    // A few more the next time.
    const expected = length + (length >> 4)
    expectedRecords = Math.min(Math.max(expected, FEWEST_RECORDS), MOST_RECORDS)
    this.addresses = new Uint32Array(0)
    this.prefixes = new Float64Array(0)
    return { addresses, prefixes }
  }

  /** Makes the record at an address. */
  pairAt(address: number): Pair {
    const reader = this.#readerAt(address)
    const key = reader.read()
    return [key, reader.read()]
  }

  keyAt(address: number): unknown {
    return this.#readerAt(address).read()
  }

  /** Where in its block the record ends. */
  endOf(address: number): number {
    const reader = this.#readerAt(address)
    reader.skip()
    reader.skip()
    return reader.at
  }

  #addShaped(address: number, lengthBytes: number): void {
    const at = this.store.placeOf(address)
    const reader = new RecordReader(this.#codec, 'scattered')
    reader.open(this.store.blockOf(address).subarray(at, at + lengthBytes))
    while (reader.hasMore) reader.skip()
    this.#shaped.push({ address, reader })
  }

  #readerAt(address: number): RecordReader {
    const page = this.#shapedBefore(address)
    if (page !== undefined && address - page.address < page.reader.page.length) {
      page.reader.seek(address - page.address)
      return page.reader
    }
    const slot = address >>> SLOT_BITS
    let reader = this.#readers[slot]
    if (reader === undefined) {
      while (this.#readers.length < slot) this.#readers.push(undefined)
      reader = new RecordReader(this.#codec, 'scattered')
      reader.open(this.store.blockOf(address))
      this.#readers[slot] = reader
    }
    reader.seek(this.store.placeOf(address))
    return reader
  }

  /** The last page with shapes that does not begin behind an address. */
  #shapedBefore(address: number): ShapedPage | undefined {
    const pages = this.#shaped
    let low = 0
    let high = pages.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((pages[middle] as ShapedPage).address <= address) low = middle + 1
      else high = middle
    }
    return pages[low - 1]
  }

  #grow(): void {
    const room = Math.max(expectedRecords, 2 * this.length)
    const addresses = new Uint32Array(takeMemory(4 * room), 0, room)
    addresses.set(this.addresses)
    giveMemory(this.addresses.buffer)
    this.addresses = addresses
    const prefixes = new Float64Array(takeMemory(8 * room), 0, room)
    prefixes.set(this.prefixes)
    giveMemory(this.prefixes.buffer)
    this.prefixes = prefixes
  }
}

/** The first six bytes, the first one highest; zero stands behind the end. */
function prefixOf(page: Uint8Array, from: number, length: number): number {
  if (length >= 6) {
    const high = ((page[from] as number) << 8) | (page[from + 1] as number)
    const low =
      (((page[from + 2] as number) << 24) |
        ((page[from + 3] as number) << 16) |
        ((page[from + 4] as number) << 8) |
        (page[from + 5] as number)) >>>
      0
    return high * 0x1_0000_0000 + low
  }
  let prefix = 0
  for (let i = 0; i < 6; i += 1)
    prefix = 256 * prefix + (i < length ? (page[from + i] as number) : 0)
  return prefix
}
