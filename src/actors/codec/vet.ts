import { CodecError } from './errors.ts'
import { ILL_FORMED_TAG } from './record-writer.ts'

/** Values nested deeper are refused; what an encoder of ours takes ends at 1,000 and gets a few levels of a batch. */
const DEEPEST = 1_100
/** What a frame may come to once it is decoded, in bytes, and how many times its own size if that is more. */
const MOST_DECODED_BYTES = 256 * 1024 * 1024
const MOST_GROWTH = 16
/** Shapes of one frame that may come so often that the decoder compiles a reader for them. */
const MOST_COMPILED = 4_096
/** An object of one shape is read so often before a reader is compiled for it. */
const READS_UNTIL_COMPILED = 3

/** Roughly what values take on the heap, in bytes, beyond the slot in which they stand. */
const SLOT_BYTES = 8
const ARRAY_BYTES = 16
const OBJECT_BYTES = 56
const COLLECTION_BYTES = 200
const VIEW_BYTES = 120

const RECORD = 0xe000
const RECORD_WITH_KEYS = 0xdfff
/** The bytes of a tag that stands for a record with a small number. */
const TAG_OF_TWO_BYTES = 0xd9
const RECORD_HIGH = 0xe0
/** Numbers beyond it are tags of another meaning to the decoder. */
const RECORDS = 0x1ff9

const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5

const OWN_TAGS_FROM = 1_001
const OWN_TAGS_TO = 1_015

/** What must follow a tag of the typed arrays, sets, maps, big integers: the others are none that we write. */
const contentOfTag: ReadonlyMap<number, number> = new Map([
  [2, BYTES],
  [3, BYTES],
  [27, ARRAY],
  ...[64, 68, 69, 70, 71, 72, 77, 78, 79, 85, 86].map((tag) => [tag, BYTES] as const),
  [258, ARRAY],
  [259, MAP],
])

/**
 * Looks through bytes before they are decoded, in one pass and without making anything of them: whether they are the
 * CBOR that our encoders write. The decoder knows far more than that (values that refer to others, packed tables,
 * bundles of strings), by which a few bytes can ask for gigabytes, or for work without an end.
 *
 * One belongs to one connection, since the keys of objects travel once. What it lets through decodes in time that is
 * linear in its size, into at most 256 MiB or 16 times its size.
 */
export class Vet {
  /** Number of a shape → how many keys it has; undefined for bytes that may hold no records. */
  readonly #keys: number[] | undefined
  /** Number of a shape, if small → the byte that heads its values, once its reads need no count any more; else 0. */
  readonly #heads: Uint8Array = new Uint8Array(256)
  /** How often each was read since it was named. */
  readonly #reads: number[] = []
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #end = 0
  #major = 0
  #costBytes = 0
  #compiled = 0

  constructor(hasRecords: boolean) {
    this.#keys = hasRecords ? [] : undefined
  }

  /** @throws TROUPE_CODEC_UNDECODABLE */
  check(bytes: Uint8Array, from: number): void {
    this.#bytes = bytes
    this.#at = from
    this.#end = bytes.byteLength
    this.#costBytes = 0
    this.#compiled = 0
    this.#value()
    this.#bytes = nothing
    if (this.#at !== this.#end) throw unfit('there is more behind the value', this.#at)
    const size = bytes.byteLength - from
    if (this.#costBytes > MOST_DECODED_BYTES && this.#costBytes > size * MOST_GROWTH) {
      throw unfit(
        `${String(size)} bytes that decode to about ${String(this.#costBytes)} in memory`,
        from,
      )
    }
  }

  /** One value with all that is in it. `left` counts the items to come, of the innermost level that is open. */
  #value(): void {
    const bytes = this.#bytes
    const end = this.#end
    const known = this.#heads
    let at = this.#at
    let left = 1
    let depth = 0
    for (;;) {
      // Most of a frame is small numbers, short texts and known records: they are gone over right here.
      const first = bytes[at] as number
      const width = at < end ? (widths[first] as number) : 0
      let items = 0
      if (width > 0) at += width
      else if (first === TAG_OF_TWO_BYTES && at + 3 < end && bytes[at + 1] === RECORD_HIGH) {
        const number = bytes[at + 2] as number
        const head = known[number] as number
        if (head !== 0 && head === bytes[at + 3]) {
          items = head & 0x1f
          at += 4
          this.#costBytes += OBJECT_BYTES + items * SLOT_BYTES
        } else items = -1
      } else items = -1
      if (items < 0) {
        this.#at = at
        items = this.#item()
        at = this.#at
      }
      if (at > end) throw unfit('its end is missing', end)
      left--
      if (items > 0) {
        if (depth >= DEEPEST) throw unfit(`nesting deeper than ${String(DEEPEST)}`, at)
        open[depth++] = left
        left = items
      } else {
        while (left === 0) {
          if (depth === 0) {
            this.#at = at
            return
          }
          left = open[--depth] as number
        }
      }
    }
  }

  /** Goes behind one item, or, if it has others in it, before the first; returns how many these are. */
  #item(): number {
    const length = this.#head()
    switch (this.#major) {
      case BYTES:
        this.#costBytes += VIEW_BYTES
        this.#skip(length)
        return 0
      case TEXT:
        this.#skip(length)
        return 0
      case ARRAY:
        return this.#items(length, ARRAY_BYTES)
      case MAP:
        return this.#items(length * 2, COLLECTION_BYTES)
      case 6:
        return this.#tagged(length)
      default:
        return 0
    }
  }

  #items(count: number, costBytes: number): number {
    if (count > this.#end - this.#at) throw unfit('more items than bytes', this.#at)
    this.#costBytes += costBytes + count * SLOT_BYTES
    return count
  }

  #tagged(tag: number): number {
    if (tag >= RECORD) return this.#record(tag - RECORD)
    if (tag === RECORD_WITH_KEYS) return this.#newRecord()
    if (tag >= OWN_TAGS_FROM && tag <= OWN_TAGS_TO) {
      this.#costBytes += OBJECT_BYTES
      return 1
    }
    const content = contentOfTag.get(tag)
    if (content === undefined) throw unfit(`the tag ${String(tag)}`, this.#at)
    const length = this.#head()
    if (this.#major !== content) throw unfit(`what follows the tag ${String(tag)}`, this.#at)
    if (content === MAP) return this.#items(length * 2, COLLECTION_BYTES)
    this.#costBytes += VIEW_BYTES
    if (content === BYTES) {
      this.#skip(length)
      return 0
    }
    if (tag === 27) this.#texts(length)
    return tag === 27 ? 0 : this.#items(length, COLLECTION_BYTES)
  }

  #record(number: number): number {
    const keys = this.#keys?.[number]
    if (keys === undefined) throw unfit(`a record of no shape (${String(number)})`, this.#at)
    const length = this.#head()
    if (this.#major !== ARRAY || length !== keys) throw unfit('a record of another shape', this.#at)
    const reads = ((this.#reads[number] as number) += 1)
    if (reads === READS_UNTIL_COMPILED && keys < 24 && number < 256)
      this.#heads[number] = 0x80 | keys
    if (reads === READS_UNTIL_COMPILED && ++this.#compiled > MOST_COMPILED) {
      throw unfit(`more than ${String(MOST_COMPILED)} shapes of objects`, this.#at)
    }
    return this.#items(length, OBJECT_BYTES)
  }

  #newRecord(): number {
    const shapes = this.#keys
    if (shapes === undefined) throw unfit('a record', this.#at)
    const length = this.#head()
    let isFit = this.#is(ARRAY)
    const number = this.#head() - RECORD
    isFit &&= this.#is(0)
    if (!isFit || !(number >= 0 && number < RECORDS)) {
      throw unfit('a shape without a number', this.#at)
    }
    const keys = this.#head()
    if (!this.#is(ARRAY) || keys !== length - 2) throw unfit('a shape without keys', this.#at)
    this.#texts(keys)
    shapes[number] = keys
    this.#reads[number] = 0
    this.#heads[number] = 0
    return this.#items(keys, OBJECT_BYTES)
  }

  #is(major: number): boolean {
    return this.#major === major
  }

  #texts(count: number): void {
    for (let i = 0; i < count; i++) {
      let length = this.#head()
      const isIllFormed = this.#is(6) && length === ILL_FORMED_TAG
      if (isIllFormed) length = this.#head()
      if (!this.#is(isIllFormed ? BYTES : TEXT)) throw unfit('no text where one belongs', this.#at)
      this.#skip(length)
    }
  }

  #skip(length: number): void {
    if (length > this.#end - this.#at) throw unfit('its end is missing', this.#at)
    this.#at += length
  }

  /** The kind of the next item goes to `#major`; returns its length, number, tag or count. */
  #head(): number {
    const bytes = this.#bytes
    const at = this.#at
    if (at >= this.#end) throw unfit('its end is missing', at)
    const first = bytes[at] as number
    const short = first & 0x1f
    const major = first >> 5
    this.#major = major
    if (short < 24) {
      this.#at = at + 1
      if (major === 7 && short < 20) throw unfit(`the simple value ${String(short)}`, at)
      return short
    }
    if (short > 27 || (major === 7 && short === 24)) throw unfit('an unknown kind of value', at)
    const width = 1 << (short - 24)
    if (width > this.#end - at - 1) throw unfit('its end is missing', at)
    this.#at = at + 1 + width
    let value = bytes[at + 1] as number
    for (let i = 2; i <= width; i++) value = value * 256 + (bytes[at + i] as number)
    return value
  }
}

/** Items to come on each level that is open; nothing is called while it is in use. */
const open: Float64Array = new Float64Array(DEEPEST)
/** First byte of an item → its whole width, if it says that and there is nothing else to look at; else 0. */
const widths: Uint8Array = Uint8Array.from({ length: 256 }, (_, first) => {
  const major = first >> 5
  const short = first & 0x1f
  if (major <= 1) return short < 24 ? 1 : short < 28 ? 1 + (1 << (short - 24)) : 0
  if (major === TEXT) return short < 24 ? 1 + short : 0
  if (major === 7) return short >= 20 && short < 24 ? 1 : short === 27 ? 9 : 0
  return 0
})
const nothing = new Uint8Array(0)

function unfit(what: string, at: number): CodecError {
  return new CodecError(
    'TROUPE_CODEC_UNDECODABLE',
    `the bytes are not what they should be: ${what}, at ${String(at)}`,
    { data: { what, at } },
  )
}
