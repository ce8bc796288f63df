import { rowTooLarge } from '../../errors.ts'
import type { BatchCodec } from './batch-codec.ts'
import type { ColumnValues } from './column-values.ts'
import { copyBytes, wordBytes, type WordBytes } from './copy-bytes.ts'
import { MOST_PAGE_BYTES } from './frames.ts'
import { takePageMemory } from './page-memory.ts'
import { hasKeys, isKeyAgain, mayHoldMore } from './record-values.ts'
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

/** Texts up to this length are written unit by unit: longer ones are worth a native call. */
const SHORT_TEXT = 63
/** Bytes up to this number have their number in their tag. */
const SHORT_BYTES_LENGTH = 15
/** What a value without a length of its own needs at most, with the head of what follows it. */
const SCALAR_BYTES = 16
const DEEPEST = 64
/** Bytes up to this number are copied one by one: more are worth a native call. */
const LOOPED_BYTES = 48
/** Of a tag and a length. */
const HEAD_BYTES = 5
const MAX_SHAPES = 255

const double = new Float64Array(1)
const octets = new Uint8Array(double.buffer)

/**
 * Records on their way to one place, each encoded as soon as it is added: a buffer that is written from its head on and
 * begun anew when it was taken. Primitives, arrays and plain objects are written in place; all else is the codec's.
 */
export class RecordPage {
  readonly #codec: BatchCodec
  readonly #headBytes: number
  #bytes: Buffer
  /** The same memory, once columns are added. */
  #memory: WordBytes | undefined
  #at: number
  #rows = 0
  /** Keys of the objects of this page, by number of their shape. */
  #shapes: (readonly string[])[] = []

  /** `headBytes` are left free for whoever takes the page; `firstBytes` is what it has room for at first. */
  constructor(codec: BatchCodec, headBytes: number, firstBytes: number) {
    this.#codec = codec
    this.#headBytes = headBytes
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(firstBytes, headBytes + SCALAR_BYTES))
    this.#at = headBytes
  }

  /** Bytes written, with the head. */
  get lengthBytes(): number {
    return this.#at
  }

  /** Bytes of memory that it holds. */
  get capacityBytes(): number {
    return this.#bytes.length
  }

  get rows(): number {
    return this.#rows
  }

  /** @throws TROUPE_SPARK_ROW_UNENCODABLE, TROUPE_SPARK_ROW_TOO_LARGE */
  add(key: unknown, value: unknown): void {
    if (this.#rows === 0 && (mayHoldMore(key) || mayHoldMore(value))) {
      // Rows are alike: the codec looks through the first of each page for what would be lost on the way.
      this.#codec.encode([[key], [value]])
    }
    try {
      this.#write(key, 0)
      if (isKeyAgain(key, value)) this.#bytes[this.#at++] = KEY_AGAIN
      else this.#write(value, 0)
    } catch (error) {
      // The whole row tells the place of the culprit.
      this.#codec.encode([[key], [value]])
      throw error
    }
    this.#rows += 1
  }

  /** A record of column values, as {@link RecordPage.add} would write it. */
  addColumns(keys: ColumnValues, values: ColumnValues, row: number): void {
    this.#columnValue(keys, row)
    if (keys.isSameAt(values, row)) this.#bytes[this.#at++] = KEY_AGAIN
    else this.#columnValue(values, row)
    this.#rows += 1
  }

  /** A record as it lies in another page that has no shapes. */
  addRaw(page: Uint8Array, from: number, to: number): void {
    if (this.#at + (to - from) > this.#bytes.length) this.#grow(to - from)
    this.#bytes.set(page.subarray(from, to), this.#at)
    this.#at += to - from
    this.#rows += 1
  }

  /** A four-byte number ahead of a record. */
  addHash(hash: number): void {
    if (this.#at + 4 > this.#bytes.length) this.#grow(4)
    this.#at = this.#bytes.writeUInt32LE(hash, this.#at)
  }

  /** The page with its head, a view that is good until {@link RecordPage.clear}. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.#at = this.#headBytes
    this.#rows = 0
    if (this.#shapes.length > 0) this.#shapes = []
  }

  /** The page with its head, which is the caller's; goes on in memory of its own, of `nextBytes`. */
  take(nextBytes: number): Buffer {
    const taken = this.#bytes.subarray(0, this.#at)
    this.#bytes = takePageMemory(Math.max(nextBytes, this.#headBytes + SCALAR_BYTES))
    this.#memory = undefined
    this.clear()
    return taken
  }

  #write(value: unknown, depth: number): void {
    if (this.#at + SCALAR_BYTES > this.#bytes.length) this.#grow(SCALAR_BYTES)
    switch (typeof value) {
      case 'string':
        this.#text(value)
        return
      case 'number':
        this.#number(value)
        return
      case 'boolean':
        this.#bytes[this.#at++] = value ? TRUE : FALSE
        return
      case 'undefined':
        this.#bytes[this.#at++] = UNDEFINED
        return
      case 'object':
        if (value === null) this.#bytes[this.#at++] = NULL
        else if (depth > DEEPEST) this.#encoded(value)
        else if (Array.isArray(value)) this.#array(value, depth)
        else this.#instance(value, depth)
        return
      default:
        this.#encoded(value)
    }
  }

  #columnValue(values: ColumnValues, row: number): void {
    if (!values.isSliced) {
      this.#write(values.valueAt(row), 0)
      return
    }
    const start = values.starts[row] as number
    const length = (values.ends[row] as number) - start
    if (this.#at + length + SCALAR_BYTES > this.#bytes.length) this.#grow(length + SCALAR_BYTES)
    if (length <= values.longestShort) this.#bytes[this.#at++] = values.shortTag | length
    else this.#head(values.tag, length)
    const memory = (this.#memory ??= wordBytes(this.#bytes.buffer))
    copyBytes(values.memory, values.base + start, length, memory, this.#at)
    this.#at += length
  }

  #instance(value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) this.#object(value, depth)
    else if (prototype === Uint8Array.prototype) this.#octets(BYTES, value as Uint8Array)
    else if (prototype === Buffer.prototype) this.#octets(BUFFER, value as Uint8Array)
    else this.#encoded(value)
  }

  #octets(tag: number, value: Uint8Array): void {
    const { length } = value
    if (this.#at + length + SCALAR_BYTES > this.#bytes.length) this.#grow(length + SCALAR_BYTES)
    if (tag === BYTES && length <= SHORT_BYTES_LENGTH)
      this.#bytes[this.#at++] = SHORT_BYTES | length
    else this.#head(tag, length)
    const bytes = this.#bytes
    const at = this.#at
    if (length > LOOPED_BYTES) bytes.set(value, at)
    else for (let i = 0; i < length; i += 1) bytes[at + i] = value[i] as number
    this.#at = at + length
  }

  #number(value: number): void {
    const bytes = this.#bytes
    let at = this.#at
    const integer = value | 0
    if (integer === value && (integer !== 0 || Object.is(value, 0))) {
      if (integer >= 0 && integer < 0x80) bytes[at++] = integer
      else if (integer >= -0x8000 && integer < 0x8000) {
        bytes[at] = INT_16
        bytes[at + 1] = integer
        bytes[at + 2] = integer >> 8
        at += 3
      } else {
        bytes[at] = INT_32
        bytes[at + 1] = integer
        bytes[at + 2] = integer >> 8
        bytes[at + 3] = integer >> 16
        bytes[at + 4] = integer >> 24
        at += 5
      }
    } else {
      double[0] = value
      bytes[at++] = DOUBLE
      for (let i = 0; i < 8; i += 1) bytes[at++] = octets[i] as number
    }
    this.#at = at
  }

  #text(text: string): void {
    const { length } = text
    if (length > SHORT_TEXT) {
      this.#longText(text)
      return
    }
    if (this.#at + length + SCALAR_BYTES > this.#bytes.length) this.#grow(length + SCALAR_BYTES)
    const bytes = this.#bytes
    let at = this.#at
    bytes[at++] = SHORT_LATIN_TEXT | length
    for (let i = 0; i < length; i += 1) {
      const unit = text.charCodeAt(i)
      if (unit > 0xff) {
        this.#wideText(text)
        return
      }
      bytes[at++] = unit
    }
    this.#at = at
  }

  #longText(text: string): void {
    const { length } = text
    if (this.#at + length + SCALAR_BYTES > this.#bytes.length) this.#grow(length + SCALAR_BYTES)
    const at = this.#at
    // UTF-8 of anything but ASCII takes more bytes than units; what is cut off fills the room but for three bytes.
    const written = this.#bytes.write(text, at + HEAD_BYTES, length + 4)
    if (written !== length) {
      this.#otherLongText(text)
      return
    }
    this.#head(LATIN_TEXT, length)
    this.#at += length
  }

  #otherLongText(text: string): void {
    for (let i = 0; i < text.length; i += 1) {
      if (text.charCodeAt(i) <= 0xff) continue
      this.#wideText(text)
      return
    }
    this.#head(LATIN_TEXT, text.length)
    this.#at += this.#bytes.write(text, this.#at, text.length, 'latin1')
  }

  #wideText(text: string): void {
    const sizeBytes = 2 * text.length
    if (this.#at + sizeBytes + SCALAR_BYTES > this.#bytes.length)
      this.#grow(sizeBytes + SCALAR_BYTES)
    this.#head(WIDE_TEXT, text.length)
    this.#at += this.#bytes.write(text, this.#at, sizeBytes, 'utf16le')
  }

  #array(items: readonly unknown[], depth: number): void {
    const { length } = items
    if (
      Object.getPrototypeOf(items) !== Array.prototype ||
      (items as { readonly index?: unknown }).index !== undefined
    ) {
      this.#encoded(items)
      return
    }
    if (length < 16) this.#bytes[this.#at++] = SHORT_ARRAY | length
    else this.#head(ARRAY, length)
    for (let i = 0; i < length; i += 1) this.#write(items[i], depth + 1)
  }

  #object(object: object, depth: number): void {
    const number = this.#shapeOf(object)
    if (number < 0) {
      this.#encoded(object)
      return
    }
    for (const key in object) this.#write((object as Record<string, unknown>)[key], depth + 1)
  }

  /** Writes the head of an object; -1 when its keys can't be told from here. */
  #shapeOf(object: object): number {
    const shapes = this.#shapes
    for (let number = 0; number < shapes.length; number += 1) {
      if (!hasKeys(object, shapes[number] as readonly string[])) continue
      this.#bytes[this.#at++] = OBJECT
      this.#bytes[this.#at++] = number
      return number
    }
    const keys = Object.keys(object)
    if (shapes.length >= MAX_SHAPES || keys.length > 0xff || keys.includes('__proto__')) return -1
    shapes.push(keys)
    this.#bytes[this.#at++] = NEW_OBJECT
    this.#bytes[this.#at++] = keys.length
    for (const key of keys) {
      if (this.#at + SCALAR_BYTES > this.#bytes.length) this.#grow(SCALAR_BYTES)
      this.#text(key)
    }
    return shapes.length - 1
  }

  #encoded(value: unknown): void {
    const encoded = this.#codec.encode(value)
    if (this.#at + encoded.length + SCALAR_BYTES > this.#bytes.length) {
      this.#grow(encoded.length + SCALAR_BYTES)
    }
    this.#head(ENCODED, encoded.length)
    this.#bytes.set(encoded, this.#at)
    this.#at += encoded.length
  }

  #head(tag: number, length: number): void {
    const bytes = this.#bytes
    const at = this.#at
    bytes[at] = tag
    bytes[at + 1] = length
    bytes[at + 2] = length >> 8
    bytes[at + 3] = length >> 16
    bytes[at + 4] = length >>> 24
    this.#at = at + HEAD_BYTES
  }

  #grow(neededBytes: number): void {
    const old = this.#bytes
    const wantedBytes = this.#at + neededBytes + SCALAR_BYTES
    if (wantedBytes > MOST_PAGE_BYTES) throw rowTooLarge()
    const size = Math.max(Math.min(2 * old.length, MOST_PAGE_BYTES), wantedBytes)
    this.#bytes = takePageMemory(size)
    this.#memory = undefined
    old.copy(this.#bytes, 0, 0, this.#at)
  }
}
