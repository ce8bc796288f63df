import { SparkError } from '../../errors.ts'
import type { Pair } from '../aggregator.ts'
import type { BatchCodec } from './batch-codec.ts'
import {
  ARRAY,
  DOUBLE,
  ENCODED,
  FALSE,
  INT_16,
  INT_32,
  LATIN_TEXT,
  NEW_OBJECT,
  NULL,
  OBJECT,
  SHORT_ARRAY,
  SHORT_LATIN_TEXT,
  TRUE,
  UNDEFINED,
  WIDE_TEXT,
} from './tags.ts'

/** Texts up to this length are cut out of the page's: V8 copies these, so that they don't hold on to it. */
const COPIED_TEXT = 12
/** Deeper than any value is written. */
const DEEPEST = 100

/** What `toString('latin1')` comes to, without its look at the arguments. */
type LatinBytes = Buffer & { latin1Slice(start: number, end: number): string }

const double = new Float64Array(1)
const octets = new Uint8Array(double.buffer)

/** Reads the records of one page, what stands behind its head. */
export class RecordReader {
  readonly #codec: BatchCodec
  #bytes: LatinBytes = Buffer.alloc(0) as LatinBytes
  #at = 0
  #end = 0
  /** The whole page as Latin-1, made when the first text is met. */
  #text: string | undefined
  #shapes: (readonly string[])[] = []

  constructor(codec: BatchCodec) {
    this.#codec = codec
  }

  /** The bytes to read from now on. */
  open(page: Uint8Array): void {
    this.#bytes = Buffer.from(page.buffer, page.byteOffset, page.byteLength) as LatinBytes
    this.#at = 0
    this.#end = page.length
    this.#text = undefined
    this.#shapes = []
  }

  get hasMore(): boolean {
    return this.#at < this.#end
  }

  /** @throws TROUPE_SPARK_BLOCK_CORRUPT for bytes that no {@link RecordPage} has written */
  read(): unknown {
    return this.#value(0)
  }

  /** @see RecordPage.addHash */
  readHash(): number {
    return this.#count()
  }

  /** All the pairs that are left. @throws TROUPE_SPARK_BLOCK_CORRUPT */
  readPairs(): Pair[] {
    const pairs: Pair[] = []
    while (this.#at < this.#end) {
      const key = this.#value(0)
      pairs.push([key, this.#value(0)])
    }
    return pairs
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
      case OBJECT: {
        const shape = this.#shapes[bytes[this.#step(1)] as number]
        if (shape === undefined) throw corrupt('an object of no shape')
        return this.#object(shape, depth)
      }
      case ENCODED: {
        const sizeBytes = this.#count()
        const at = this.#step(sizeBytes)
        return this.#codec.decode(bytes.subarray(at, at + sizeBytes))
      }
    }
    if (tag >> 4 === SHORT_ARRAY >> 4) return this.#array(tag & 0xf, depth)
    throw corrupt(`the tag ${tag}`)
  }

  #latin(length: number): string {
    const at = this.#step(length)
    if (length > COPIED_TEXT) return this.#bytes.latin1Slice(at, at + length)
    this.#text ??= this.#bytes.latin1Slice(0, this.#end)
    return this.#text.substring(at, at + length)
  }

  #array(length: number, depth: number): unknown[] {
    if (length > this.#end - this.#at || depth > DEEPEST) throw corrupt('more items than bytes')
    const items: unknown[] = []
    for (let i = 0; i < length; i += 1) items.push(this.#value(depth + 1))
    return items
  }

  #newShape(): readonly string[] {
    const count = this.#bytes[this.#step(1)] as number
    const shape: string[] = []
    for (let i = 0; i < count; i += 1) {
      const key = this.#value(DEEPEST)
      if (typeof key !== 'string' || key === '__proto__') throw corrupt('a key that is none')
      shape.push(key)
    }
    this.#shapes.push(shape)
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

function corrupt(what: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_BLOCK_CORRUPT',
    `A page of a shuffle block can't be read (${what}); the map output is to be recomputed`,
    { data: { what } },
  )
}
