import { SparkError } from '../../errors.ts'
import type { Pair } from '../aggregator.ts'
import type { BatchCodec } from './batch-codec.ts'
import {
  ARRAY,
  BUFFER,
  BYTES,
  DOUBLE,
  ENCODED,
  FALSE,
  INT_16,
  INT_32,
  KEY_AGAIN,
  LATIN_TEXT,
  NEW_OBJECT,
  NULL,
  OBJECT,
  SHORT_ARRAY,
  SHORT_BYTES,
  SHORT_LATIN_TEXT,
  TRUE,
  UNDEFINED,
  WIDE_TEXT,
} from './tags.ts'

/** Texts up to this length are cut out of the page's: V8 copies these, so that they don't hold on to it. */
const COPIED_TEXT = 12
/** Bytes up to this number have memory of their own, which V8 takes from its heap. */
const SMALL_BYTES = 64
/** Bytes up to this number share memory, which is cheaper than to have some each. */
const SHARED_BYTES = 2048
/** What they share. */
const POOL_BYTES = 16 << 10
/** Deeper than any value is written. */
const DEEPEST = 100

/** What `toString('latin1')` comes to, without its look at the arguments. */
type LatinBytes = Buffer & { latin1Slice(start: number, end: number): string }

const double = new Float64Array(1)
const octets = new Uint8Array(double.buffer)

/** Reads the records of one page, what stands behind its head. */
export class RecordReader {
  readonly #codec: BatchCodec
  readonly #isScattered: boolean
  #bytes: LatinBytes = Buffer.alloc(0) as LatinBytes
  #at = 0
  #end = 0
  /** The whole page as Latin-1, made when the first text is met. */
  #text: string | undefined
  #shapes: (readonly string[])[] = []
  /** How far the page was read in order: shapes behind it are known. */
  #known = 0
  /** The last key that was read. */
  #key: unknown
  /** Where bytes that are read are copied to, and how far it is full. */
  #pool: Uint8Array = new Uint8Array(0)
  #pooled = 0

  /** `scattered` where records are sought one by one: the page is not made a text as a whole then. */
  constructor(codec: BatchCodec, order: 'in-order' | 'scattered' = 'in-order') {
    this.#codec = codec
    this.#isScattered = order === 'scattered'
  }

  /** The bytes to read from now on. */
  open(page: Uint8Array): void {
    this.#bytes = Buffer.from(page.buffer, page.byteOffset, page.byteLength) as LatinBytes
    this.#at = 0
    this.#end = page.length
    this.#text = undefined
    this.#shapes = []
    this.#known = 0
  }

  /** Where it stands in the page. */
  get at(): number {
    return this.#at
  }

  /** Goes to a record that was read or skipped before. */
  seek(at: number): void {
    this.#known = Math.max(this.#known, this.#at)
    this.#at = at
  }

  get page(): Uint8Array {
    return this.#bytes
  }

  /** Whether a record of the page needs what another has said before. */
  get hasShapes(): boolean {
    return this.#shapes.length > 0
  }

  get hasMore(): boolean {
    return this.#at < this.#end
  }

  /** @throws TROUPE_SPARK_BLOCK_CORRUPT for bytes that no {@link RecordPage} has written */
  read(): unknown {
    return this.#bytes[this.#at] === KEY_AGAIN ? this.#keyAgain() : (this.#key = this.#value(0))
  }

  /** @see RecordPage.addHash */
  readHash(): number {
    return this.#count()
  }

  /** Goes behind the next value without making it. @throws TROUPE_SPARK_BLOCK_CORRUPT */
  skip(): void {
    const bytes = this.#bytes
    for (let left = 1; left > 0; left -= 1) {
      const tag = bytes[this.#step(1)] as number
      if (tag < 0x80) continue
      if (tag >= SHORT_LATIN_TEXT) this.#step(tag & 0x3f)
      else if (tag >> 4 === SHORT_ARRAY >> 4) left += tag & 0xf
      else if (tag >> 4 === SHORT_BYTES >> 4) this.#step(tag & 0xf)
      else if (tag === INT_16) this.#step(2)
      else if (tag === INT_32) this.#step(4)
      else if (tag === DOUBLE) this.#step(8)
      else if (tag === LATIN_TEXT || tag === BYTES) this.#step(this.#count())
      else if (tag === ENCODED || tag === BUFFER) this.#step(this.#count())
      else if (tag === WIDE_TEXT) this.#step(2 * this.#count())
      else if (tag === ARRAY) left += this.#count()
      else if (tag === NEW_OBJECT) left += this.#newShape().length
      else if (tag === OBJECT) left += this.#knownShape().length
      else if (tag > FALSE && tag !== KEY_AGAIN) throw corrupt(`the tag ${tag}`)
    }
  }

  /** All the pairs that are left. @throws TROUPE_SPARK_BLOCK_CORRUPT */
  readPairs(): Pair[] {
    const pairs: Pair[] = []
    while (this.#at < this.#end) {
      const key = this.read()
      pairs.push([key, this.read()])
    }
    return pairs
  }

  #keyAgain(): unknown {
    this.#step(1)
    return this.#key
  }

  #value(depth: number): unknown {
    const bytes = this.#bytes
    const tag = bytes[this.#at++]
    if (tag === undefined || this.#at > this.#end) throw corrupt('its end is missing')
    if (tag < 0x80) return tag
    if (tag >= SHORT_LATIN_TEXT) return this.#latin(tag & 0x3f)
    switch (tag) {
      case NULL:
        return null
      case UNDEFINED:
        return undefined
      case TRUE:
        return true
      case FALSE:
        return false
      case INT_16: {
        const at = this.#step(2)
        return (((bytes[at] as number) | ((bytes[at + 1] as number) << 8)) << 16) >> 16
      }
      case INT_32: {
        const at = this.#step(4)
        return (
          (bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24)
        )
      }
      case DOUBLE: {
        const at = this.#step(8)
        for (let i = 0; i < 8; i += 1) octets[i] = bytes[at + i] as number
        return double[0]
      }
      case LATIN_TEXT:
        return this.#latin(this.#count())
      case WIDE_TEXT: {
        const sizeBytes = 2 * this.#count()
        const at = this.#step(sizeBytes)
        return bytes.toString('utf16le', at, at + sizeBytes)
      }
      case ARRAY:
        return this.#array(this.#count(), depth)
      case NEW_OBJECT:
        return this.#object(this.#newShape(), depth)
      case OBJECT:
        return this.#object(this.#knownShape(), depth)
      case BYTES:
        return this.#octets(this.#count())
      case BUFFER: {
        const { buffer, byteOffset, length } = this.#octets(this.#count())
        return Buffer.from(buffer, byteOffset, length)
      }
      case ENCODED: {
        const sizeBytes = this.#count()
        const at = this.#step(sizeBytes)
        return this.#codec.decode(bytes.subarray(at, at + sizeBytes))
      }
    }
    if (tag >> 4 === SHORT_ARRAY >> 4) return this.#array(tag & 0xf, depth)
    if (tag >> 4 === SHORT_BYTES >> 4) return this.#octets(tag & 0xf)
    throw corrupt(`the tag ${tag}`)
  }

  #latin(length: number): string {
    const at = this.#step(length)
    if (length > COPIED_TEXT || this.#isScattered) return this.#bytes.latin1Slice(at, at + length)
    this.#text ??= this.#bytes.latin1Slice(0, this.#end)
    return this.#text.substring(at, at + length)
  }

  #octets(length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes
    const at = this.#step(length)
    if (length <= SMALL_BYTES) {
      const small = new Uint8Array(length)
      for (let i = 0; i < length; i += 1) small[i] = bytes[at + i] as number
      return small
    }
    if (length > SHARED_BYTES) return new Uint8Array(bytes.subarray(at, at + length))
    if (this.#pooled + length > this.#pool.length) {
      this.#pool = new Uint8Array(POOL_BYTES)
      this.#pooled = 0
    }
    const pool = this.#pool as Uint8Array<ArrayBuffer>
    const copy = new Uint8Array(pool.buffer, this.#pooled, length)
    copy.set(bytes.subarray(at, at + length))
    this.#pooled += length
    return copy
  }

  #array(length: number, depth: number): unknown[] {
    if (length > this.#end - this.#at || depth > DEEPEST) throw corrupt('more items than bytes')
    const tag = this.#bytes[this.#at] as number
    if (length > 0 && isNumber(tag)) return this.#numbers(length, depth)
    const items: unknown[] = []
    for (let i = 0; i < length; i += 1) items.push(this.#value(depth + 1))
    return items
  }

  /** An array that begins with a number: made in a place of its own, so that V8 does not box its numbers. */
  #numbers(length: number, depth: number): unknown[] {
    const numbers: number[] = []
    while (numbers.length < length && isNumber(this.#bytes[this.#at] as number)) {
      numbers.push(this.#value(depth + 1) as number)
    }
    if (numbers.length === length) return numbers
    const items: unknown[] = [...numbers]
    while (items.length < length) items.push(this.#value(depth + 1))
    return items
  }

  #knownShape(): readonly string[] {
    const shape = this.#shapes[this.#bytes[this.#step(1)] as number]
    if (shape === undefined) throw corrupt('an object of no shape')
    return shape
  }

  #newShape(): readonly string[] {
    const isNew = this.#at > this.#known
    const count = this.#bytes[this.#step(1)] as number
    const shape: string[] = []
    for (let i = 0; i < count; i += 1) {
      const key = this.#value(DEEPEST)
      if (typeof key !== 'string' || key === '__proto__') throw corrupt('a key that is none')
      shape.push(key)
    }
    if (isNew) this.#shapes.push(shape)
    return shape
  }

  #object(shape: readonly string[], depth: number): object {
    if (depth > DEEPEST) throw corrupt('nesting that is too deep')
    const object: Record<string, unknown> = {}
    for (let i = 0; i < shape.length; i += 1) object[shape[i] as string] = this.#value(depth + 1)
    return object
  }

  #count(): number {
    const at = this.#step(4)
    return this.#bytes.readUInt32LE(at)
  }

  /** Goes ahead by `lengthBytes`, and answers where it was. */
  #step(lengthBytes: number): number {
    const at = this.#at
    if (at + lengthBytes > this.#end) throw corrupt('its end is missing')
    this.#at = at + lengthBytes
    return at
  }
}

function isNumber(tag: number): boolean {
  return tag < 0x80 || tag === DOUBLE || tag === INT_16 || tag === INT_32
}

function corrupt(what: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_BLOCK_CORRUPT',
    `A page of a shuffle block can't be read (${what}); the map output is to be recomputed`,
    { data: { what } },
  )
}
