import { CodecError } from './errors.ts'
import { writeInstance } from './instances.ts'
import { cutFrame, giveBack, growScratch, takeScratch } from './scratch.ts'
import { PASSING_ID, Shapes } from './shapes.ts'
import type { Shape } from './shapes.ts'

/** How refs are written on one connection. */
export interface RefWriter {
  isRef(value: object): boolean
  /** A plain value for a ref. */
  encodeRef(ref: object): unknown
}

/** Strings up to this length are written character by character: longer ones are worth a native call. */
const SHORT_TEXT = 63
/** What a value without a length of its own needs at most, with the head of what follows it. */
const SCALAR_BYTES = 32
const EMPTY: Buffer = Buffer.alloc(0)
/** The most bytes of one value: what counts bytes in 31 bits can go on counting. */
export const MOST_VALUE_BYTES: number = 0x7fff_0000

const TAG = 0xc0
/** Of an object whose number and keys are ahead of its values. */
const RECORD_WITH_KEYS = 0xdfff
/** And up: of an object whose keys are known by its number. */
const RECORD = 0xe000
/** Of a map with keys of any kind. @see the registry of CBOR tags */
const MAP_TAG = 259
/** Ours: a string that is no well-formed Unicode, as UTF-16LE. */
export const ILL_FORMED_TAG = 1005

/**
 * Writes values as CBOR with the records of cbor-x, whose decoder reads them: the keys of objects travel once on a
 * connection, then a number stands for them. A plain object is expected to look like the one that stood at the same
 * place before: a walk over its keys tells whether it does, and another one writes its values.
 * @see RFC 8949, https://github.com/kriszyp/cbor-records
 */
export class RecordWriter {
  readonly #shapes: Shapes = new Shapes()
  readonly #refs: RefWriter
  readonly #hasRecords: boolean
  #bytes: Buffer = EMPTY
  #at = 0
  #limit = 0
  #mostBytes = MOST_VALUE_BYTES
  #last: Shape | undefined = undefined

  /** Without records, objects are CBOR's maps, and each value can be read by itself. */
  constructor(refs: RefWriter, hasRecords: boolean = true) {
    this.#refs = refs
    this.#hasRecords = hasRecords
  }

  /** Numbers for shapes have run out: what follows is better written by a new writer, for a new reader. */
  get isWorn(): boolean {
    return this.#shapes.isFull
  }

  /**
   * Fresh bytes: `headBytes` for the caller to fill in, then the value. What is returned must be read, in order, by one
   * reader. Throws what can't be encoded, and TROUPE_CODEC_TOO_LARGE for more than `mostBytes`: go on with a new writer then.
   */
  encode(value: unknown, headBytes: number, mostBytes: number = MOST_VALUE_BYTES): Uint8Array {
    const bytes = this.#bytes
    const at = this.#at
    const limit = this.#limit
    const most = this.#mostBytes
    this.#mostBytes = mostBytes
    this.#use(takeScratch(headBytes + SCALAR_BYTES))
    this.#at = headBytes
    try {
      this.#last = this.write(value, this.#last)
      if (this.#at > mostBytes) throw tooLarge(mostBytes)
      return cutFrame(this.#bytes, this.#at)
    } catch (error) {
      giveBack(this.#bytes)
      throw error
    } finally {
      // A getter of the value may have sent a message over this very link.
      this.#bytes = bytes
      this.#at = at
      this.#limit = limit
      this.#mostBytes = most
    }
  }

  /** Writes any value; `guess` is the shape it may have. Returns the shape to guess next time. */
  write(value: unknown, guess: Shape | undefined): Shape | undefined {
    if (this.#at > this.#limit) this.#grow(SCALAR_BYTES)
    switch (typeof value) {
      case 'string':
        this.#text(value)
        return guess
      case 'number':
        this.#number(value)
        return guess
      case 'object':
        if (value === null) break
        if (value.constructor === Object) return this.record(value, guess)
        if (value.constructor === Array) return this.#array(value, guess)
        writeInstance(this, value, this.#refs)
        return guess
      case 'boolean':
        this.#bytes[this.#at++] = value ? 0xf5 : 0xf4
        return guess
      case 'undefined':
        this.#bytes[this.#at++] = 0xf7
        return guess
      case 'bigint':
        this.#bigint(value)
        return guess
      default:
        throw new CodecError('TROUPE_CODEC_UNENCODABLE', `a ${typeof value} can’t travel`)
    }
    this.#bytes[this.#at++] = 0xf6
    return guess
  }

  #number(value: number): void {
    const bytes = this.#bytes
    let at = this.#at
    if (value >>> 0 === value && (value !== 0 || Object.is(value, 0))) {
      if (value < 24) {
        bytes[at++] = value
      } else if (value < 0x100) {
        bytes[at++] = 0x18
        bytes[at++] = value
      } else if (value < 0x10000) {
        bytes[at++] = 0x19
        bytes[at++] = value >> 8
        bytes[at++] = value
      } else {
        bytes[at++] = 0x1a
        bytes[at++] = value >>> 24
        bytes[at++] = value >>> 16
        bytes[at++] = value >>> 8
        bytes[at++] = value
      }
      this.#at = at
    } else if (value >> 0 === value && value < 0) {
      this.head(0x20, ~value)
    } else {
      doubles[0] = value
      bytes[at++] = 0xfb
      for (let i = 7; i >= 0; i--) bytes[at++] = octets[i] as number
      this.#at = at
    }
  }

  /** The head of a value: its major type in the upper three bits, and a length, count, number or tag. */
  head(major: number, n: number): void {
    if (this.#at > this.#limit) this.#grow(SCALAR_BYTES)
    const bytes = this.#bytes
    let at = this.#at
    if (n < 24) {
      bytes[at++] = major | n
    } else if (n < 0x100) {
      bytes[at++] = major | 24
      bytes[at++] = n
    } else if (n < 0x10000) {
      bytes[at++] = major | 25
      bytes[at++] = n >> 8
      bytes[at++] = n
    } else {
      bytes[at++] = major | 26
      at = bytes.writeUInt32BE(n, at)
    }
    this.#at = at
  }

  tag(tag: number): void {
    this.head(TAG, tag)
  }

  bytes(value: Uint8Array): void {
    const size = value.byteLength
    this.head(0x40, size)
    if (this.#at + size > this.#limit) {
      if (this.#at + size > this.#mostBytes) throw tooLarge(this.#mostBytes)
      this.#grow(size)
    }
    this.#bytes.set(value, this.#at)
    this.#at += size
  }

  #text(text: string): void {
    const { length } = text
    if (length > SHORT_TEXT) {
      this.#longText(text)
      return
    }
    if (this.#at + length > this.#limit) this.#grow(length + SCALAR_BYTES)
    const bytes = this.#bytes
    let at = this.#at
    if (length < 24) bytes[at++] = 0x60 | length
    else {
      bytes[at++] = 0x78
      bytes[at++] = length
    }
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x80) {
        this.#longText(text)
        return
      }
      bytes[at++] = code
    }
    this.#at = at
  }

  #longText(text: string): void {
    if (!isWellFormed(text)) {
      this.tag(ILL_FORMED_TAG)
      this.bytes(Buffer.from(text, 'utf16le'))
      return
    }
    const mostBytes = text.length * 3
    if (this.#at + mostBytes > this.#limit) this.#grow(mostBytes + SCALAR_BYTES)
    const bytes = this.#bytes
    const at = this.#at
    // The head has room for the most that it can be: CBOR's numbers may be longer than they must.
    const headBytes = mostBytes < 0x10000 ? 3 : 5
    const size = bytes.write(text, at + headBytes, mostBytes)
    bytes[at] = headBytes === 3 ? 0x79 : 0x7a
    if (headBytes === 3) bytes.writeUInt16BE(size, at + 1)
    else bytes.writeUInt32BE(size, at + 1)
    this.#at = at + headBytes + size
  }

  #bigint(value: bigint): void {
    const negative = value < 0n
    const magnitude = negative ? -1n - value : value
    if (magnitude <= 0xffff_ffff_ffff_ffffn) {
      this.#bytes[this.#at] = negative ? 0x3b : 0x1b
      this.#at = this.#bytes.writeBigUInt64BE(magnitude, this.#at + 1)
      return
    }
    this.tag(negative ? 3 : 2)
    const digits = magnitude.toString(16)
    this.bytes(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'))
  }

  #array(items: readonly unknown[], guess: Shape | undefined): Shape | undefined {
    const { length } = items
    this.head(0x80, length)
    let last = guess
    for (let i = 0; i < length; i++) last = this.write(items[i], last)
    return last
  }

  list(items: readonly unknown[]): void {
    this.#array(items, undefined)
  }

  map(entries: ReadonlyMap<unknown, unknown>): void {
    // Where objects are maps, these must be told from them.
    if (!this.#hasRecords) this.tag(MAP_TAG)
    this.head(0xa0, entries.size)
    let last: Shape | undefined
    for (const [key, value] of entries) {
      this.write(key, undefined)
      last = this.write(value, last)
    }
  }

  /** An object by its own enumerable keys. */
  record(object: object, guess: Shape | undefined): Shape | undefined {
    if (guess === undefined || guess.id < 0 || !hasKeys(object, guess.keys)) {
      return this.#newRecord(object)
    }
    const { inner } = guess
    this.#recordHead(guess.id, inner.length)
    let i = 0
    // Not over `guess.keys`: engines know where the values are while they walk over an object's own keys.
    for (const key in object) {
      const shape = inner[i]
      const seen = this.write((object as Record<string, unknown>)[key], shape)
      if (seen !== shape) inner[i] = seen
      i++
    }
    return guess
  }

  #recordHead(id: number, length: number): void {
    if (this.#at > this.#limit) this.#grow(SCALAR_BYTES)
    const bytes = this.#bytes
    let at = this.#at
    bytes[at++] = 0xd9
    bytes[at++] = (RECORD + id) >> 8
    bytes[at++] = id
    if (length < 24) {
      bytes[at++] = 0x80 | length
      this.#at = at
    } else {
      this.#at = at
      this.head(0x80, length)
    }
  }

  /** An object whose shape is not the one that was expected. */
  #newRecord(object: object): Shape | undefined {
    const keys = Object.keys(object)
    if (keys.includes('__proto__')) {
      throw new CodecError('TROUPE_CODEC_UNENCODABLE', 'a key __proto__ can’t travel')
    }
    if (!this.#hasRecords) return this.#plain(object, keys)
    const shape = this.#shapes.find(keys)
    if (shape !== undefined && shape.id >= 0) this.#recordHead(shape.id, keys.length)
    else {
      const id = shape !== undefined && this.#shapes.name(shape) ? shape.id : PASSING_ID
      this.tag(RECORD_WITH_KEYS)
      this.head(0x80, keys.length + 2)
      this.head(0, RECORD + id)
      this.list(keys)
    }
    for (let i = 0; i < keys.length; i++) {
      const seen = this.write(
        (object as Record<string, unknown>)[keys[i] as string],
        shape?.inner[i],
      )
      if (shape !== undefined) shape.inner[i] = seen
    }
    return shape
  }

  #plain(object: object, keys: readonly string[]): undefined {
    this.head(0xa0, keys.length)
    for (const key of keys) {
      this.write(key, undefined)
      this.write((object as Record<string, unknown>)[key], undefined)
    }
  }

  #use(scratch: Buffer): void {
    this.#bytes = scratch
    this.#limit = scratch.length - SCALAR_BYTES
  }

  #grow(neededBytes: number): void {
    if (this.#at > this.#mostBytes) throw tooLarge(this.#mostBytes)
    this.#use(growScratch(this.#bytes, this.#at, neededBytes + SCALAR_BYTES))
  }
}

function tooLarge(mostBytes: number): CodecError {
  return new CodecError(
    'TROUPE_CODEC_TOO_LARGE',
    `a value takes more than ${mostBytes} bytes; send it in parts`,
    { data: { mostBytes } },
  )
}

/** Part of the language since 2024, and of every Node that is supported. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}

function hasKeys(object: object, keys: readonly string[]): boolean {
  let i = 0
  for (const key in object) if (key !== keys[i++]) return false
  return i === keys.length
}

const doubles: Float64Array = new Float64Array(1)
/** The bytes of the double, lowest first: all machines that Node runs on write them so. */
const octets: Uint8Array = new Uint8Array(doubles.buffer)
