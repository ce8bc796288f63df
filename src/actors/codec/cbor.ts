/** CBOR by cbor-x. The only file that knows the package. */
import { Decoder, Encoder, addExtension } from 'cbor-x'
import { errorFromRecord, errorRecord } from './error-record.ts'
import { CodecError } from './errors.ts'
import { OddKeys, Pairs, mayHaveOddKeys, objectOfPairs, withoutOddKeys } from './odd-keys.ts'
import { isCarried } from './travellers.ts'

/** How refs travel on one connection; refs are told from other instances by `isRef`. */
export interface RefCodec {
  isRef(value: object): boolean
  /** A plain value for a ref. */
  encodeRef(ref: object): unknown
  /** The ref for such a value, which may be anything. Throws if it is none. */
  decodeRef(wire: unknown): unknown
}

/** Tags of our own, from the range that is free for all. */
const REF_TAG = 1001
const ERROR_TAG = 1002
/** Milliseconds since 1970: the standard's seconds lose some far from now. */
const DATE_TAG = 1003
/** An object as keys and values in turn. */
const PAIRS_TAG = 1004

/** The ref codec of the call at work: the package's extensions are one for all encoders of a thread. */
let refs: RefCodec | undefined

/** Stands for every instance that the package must not write as it likes. */
class Instance {
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && !isCarried(value)
  }
}

const instances = {
  Class: Instance as unknown as new () => object,
  getTag(value: object): number {
    if (value instanceof Date) return DATE_TAG
    if (value instanceof Pairs) return PAIRS_TAG
    if (value instanceof Error) return ERROR_TAG
    if (refs?.isRef(value) === true) return REF_TAG
    throw new CodecError(
      'TROUPE_CODEC_UNENCODABLE',
      'an instance of a class can’t travel: send plain data',
    )
  },
  encode(value: object, encode: (value: unknown) => void): void {
    if (value instanceof Date) encode(value.getTime())
    else if (value instanceof Pairs) encode(value.list)
    else encode(value instanceof Error ? errorRecord(value) : refs?.encodeRef(value))
  },
}
addExtension(instances as unknown as Parameters<typeof addExtension>[0])

function onTag(tag: number, decode: (wire: unknown) => unknown): void {
  addExtension({ tag, decode } as unknown as Parameters<typeof addExtension>[0])
}
onTag(ERROR_TAG, (wire) => {
  const error = errorFromRecord(wire)
  if (error === undefined) throw undecodable('an error record of the wrong shape')
  return error
})
onTag(DATE_TAG, (wire) => {
  if (typeof wire !== 'number') throw undecodable('a date that is no number')
  return new Date(wire)
})
onTag(PAIRS_TAG, (wire) => {
  const object = objectOfPairs(wire)
  if (object === undefined) throw undecodable('pairs that are none')
  return object
})
onTag(REF_TAG, (wire) => {
  if (refs === undefined) throw undecodable('a ref outside a link')
  return refs.decodeRef(wire)
})

function undecodable(what: string, cause?: unknown): CodecError {
  return new CodecError(
    'TROUPE_CODEC_UNDECODABLE',
    `the bytes are not what they should be: ${what}`,
    cause === undefined ? {} : { cause },
  )
}

/** The package's buffer, and where in it the value stands. */
interface Written extends Uint8Array {
  readonly start: number
  readonly end: number
}

interface BufferedEncoder {
  useBuffer(buffer: Uint8Array): void
  encode(value: unknown, mode: number): Written
}

/**
 * The package's modes `REUSE_BUFFER_MODE`, to give out its own buffer, and `RESET_BUFFER_MODE`, to begin at the same
 * place with the next value.
 */
const IN_PLACE = 512 | 1024

/** Frames up to this size lie in Node's pool: an allocation of their own takes longer than to encode them. */
const POOLED_BYTES = 1024
/** Frames up to this size are copied out of the scratch buffer; larger ones take it along. */
const COPIED_BYTES = 64 * 1024
const SMALLEST_SCRATCH_BYTES = 256 * 1024
const LARGEST_SCRATCH_BYTES = 2 * 1024 * 1024

/** Every encode of this thread writes here first: the package has one output buffer anyway. */
let scratch: Uint8Array<ArrayBuffer> = newScratch(SMALLEST_SCRATCH_BYTES)
/** The part of it behind a head, as long as the package has it for its buffer. */
let room: Uint8Array | undefined
let roomHeadBytes = 0

function newScratch(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(sizeBytes).buffer)
}

function encodeInto(
  encoder: BufferedEncoder,
  value: unknown,
  headBytes: number,
  codec: RefCodec | undefined,
): Uint8Array {
  let given = room
  if (given === undefined || roomHeadBytes !== headBytes) {
    given = Buffer.from(scratch.buffer, headBytes)
    encoder.useBuffer(given)
  }
  // Whatever is thrown: what buffer the package has then is its own affair.
  room = undefined
  const outer = refs
  refs = codec
  let written: Written
  try {
    written = encoder.encode(value, IN_PLACE)
  } finally {
    refs = outer
  }
  if (written !== given) return outgrown(written, headBytes)
  const size = headBytes + written.end
  if (size > COPIED_BYTES) {
    const whole = scratch.subarray(0, size)
    scratch = newScratch(scratch.length)
    return whole
  }
  room = given
  roomHeadBytes = headBytes
  if (size > POOLED_BYTES) return scratch.slice(0, size)
  const frame = Buffer.allocUnsafe(size)
  frame.set(scratch.subarray(0, size))
  return frame
}

/** The package went on in a buffer of its own. */
function outgrown(written: Written, headBytes: number): Uint8Array {
  const { start, end } = written
  if (scratch.length < LARGEST_SCRATCH_BYTES) scratch = newScratch(scratch.length * 2)
  const whole = new Uint8Array(headBytes + end - start)
  whole.set(written.subarray(start, end), headBytes)
  return whole
}

/**
 * The sending half of one connection. Keys of objects travel once, so what it writes must all arrive, in
 * order, at one {@link ConnectionDecoder}; after an encode that threw, start with a new pair.
 */
export class ConnectionEncoder {
  /** The package's memory of shapes; `nextId` moves on with each new one. */
  readonly #structures: object[] & { nextId?: number } = []
  readonly #encoder: BufferedEncoder = new Encoder({
    sequential: true,
    structures: this.#structures,
    maxSharedStructures: 256,
  }) as unknown as BufferedEncoder
  readonly #refs: RefCodec
  #lastId: number | undefined

  constructor(codec: RefCodec) {
    this.#refs = codec
  }

  /**
   * Fresh bytes: `headBytes` for the caller to fill in, then the value. Throws what can't be encoded, and
   * {@link OddKeys} when a new pair must encode it carefully.
   */
  encode(value: unknown, headBytes: number): Uint8Array {
    const bytes = encodeInto(this.#encoder, value, headBytes, this.#refs)
    // Keys are written with the first object of a shape only: without a new one there is nothing to look for.
    const { nextId } = this.#structures
    if (nextId !== this.#lastId || bytes.byteLength > SURELY_LOOKED_AT_BYTES) {
      this.#lastId = nextId
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a signal to the caller, seen by nobody else
      if (mayHaveOddKeys(bytes)) throw new OddKeys()
    }
    return bytes
  }

  /** Slower, but for any keys. */
  encodeCarefully(value: unknown, headBytes: number): Uint8Array {
    return encodeInto(this.#encoder, withoutOddKeys(value), headBytes, this.#refs)
  }
}

/** Larger frames may have gone through all numbers of shapes, and come out where they began. */
const SURELY_LOOKED_AT_BYTES = 4_096

/** The receiving half of one connection. */
export class ConnectionDecoder {
  readonly #decoder: Decoder = new Decoder({ sequential: true, structures: [] })
  readonly #refs: RefCodec

  constructor(codec: RefCodec) {
    this.#refs = codec
  }

  /**
   * The value in `bytes` behind the head, which it takes over: byte arrays in the value are views of them.
   * @throws TROUPE_CODEC_UNDECODABLE
   */
  decode(bytes: Uint8Array, headBytes = 0): unknown {
    return decodeFrom(this.#decoder, bytes, headBytes, this.#refs)
  }
}

function decodeFrom(
  decoder: Decoder,
  bytes: Uint8Array,
  headBytes: number,
  codec: RefCodec | undefined,
): unknown {
  const outer = refs
  refs = codec
  try {
    return decoder.decode(
      Buffer.from(
        bytes.buffer as ArrayBuffer,
        bytes.byteOffset + headBytes,
        bytes.byteLength - headBytes,
      ),
    ) as unknown
  } catch (cause) {
    if (cause instanceof CodecError) throw cause
    throw undecodable(cause instanceof Error ? cause.message : 'unreadable', cause)
  } finally {
    refs = outer
  }
}

const loneEncoder = new Encoder({
  useRecords: false,
  mapsAsObjects: true,
}) as unknown as BufferedEncoder
const loneDecoder = new Decoder({ useRecords: false, mapsAsObjects: true })

/** A value by itself, as standard CBOR maps and arrays; no refs. Throws what can't be encoded. */
export function encodeAlone(value: unknown, headBytes = 0): Uint8Array {
  return encodeInto(loneEncoder, value, headBytes, undefined)
}

/** @throws TROUPE_CODEC_UNDECODABLE */
export function decodeAlone(bytes: Uint8Array): unknown {
  return decodeFrom(loneDecoder, bytes, 0, undefined)
}
