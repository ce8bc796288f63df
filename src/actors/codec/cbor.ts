/** CBOR, read by cbor-x. The only file that knows the package. */
import { Decoder, addExtension } from 'cbor-x'
import { errorFromRecord } from './error-record.ts'
import { CodecError } from './errors.ts'
import { DATE_TAG, ERROR_TAG, REF_TAG } from './instances.ts'
import { ILL_FORMED_TAG, RecordWriter } from './record-writer.ts'
import type { RefWriter } from './record-writer.ts'
import { Vet } from './vet.ts'

/** How refs travel on one connection; refs are told from other instances by `isRef`. */
export interface RefCodec extends RefWriter {
  /** The ref for such a value, which may be anything. Throws if it is none. */
  decodeRef(wire: unknown): unknown
}

/** The ref codec of the decode at work: the package's extensions are one for all decoders of a thread. */
let refs: RefCodec | undefined

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
onTag(ILL_FORMED_TAG, (wire) => {
  if (!(wire instanceof Uint8Array)) throw undecodable('a string that is no bytes')
  return Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength).toString('utf16le')
})
onTag(REF_TAG, (wire) => {
  if (refs === undefined) throw undecodable('a ref outside a link')
  return refs.decodeRef(wire)
})

/** Big integers: the package takes time that grows with the square of their length. */
onTag(2, bigIntOf)
onTag(3, (wire) => -1n - bigIntOf(wire))

function bigIntOf(wire: unknown): bigint {
  if (!(wire instanceof Uint8Array)) throw undecodable('a big integer that is no bytes')
  const { buffer, byteOffset, byteLength } = wire
  if (byteLength === 0) return 0n
  return BigInt(`0x${Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('hex')}`)
}

function undecodable(what: string, cause?: unknown): CodecError {
  return new CodecError(
    'TROUPE_CODEC_UNDECODABLE',
    `the bytes are not what they should be: ${what}`,
    cause === undefined ? {} : { cause },
  )
}

/**
 * The sending half of one connection. Keys of objects travel once, so what it writes must all arrive, in
 * order, at one {@link ConnectionDecoder}; after an encode that threw, start with a new pair.
 */
export class ConnectionEncoder extends RecordWriter {}

/** The receiving half of one connection. */
export class ConnectionDecoder {
  readonly #decoder: Decoder = new Decoder({ sequential: true, structures: [] })
  readonly #refs: RefCodec
  readonly #vet: Vet | undefined

  /** `isTrusted` for bytes that this very process has written: they are decoded without being looked through. */
  constructor(codec: RefCodec, isTrusted: boolean = false) {
    this.#refs = codec
    this.#vet = isTrusted ? undefined : new Vet(true)
  }

  /**
   * The value in `bytes` behind the head, which it takes over: byte arrays in the value are views of them.
   * @throws TROUPE_CODEC_UNDECODABLE
   */
  decode(bytes: Uint8Array, headBytes = 0): unknown {
    this.#vet?.check(bytes, headBytes)
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

const noRefs: RefWriter = { isRef: () => false, encodeRef: () => undefined }
const loneWriter = new RecordWriter(noRefs, false)
const loneDecoder = new Decoder({ useRecords: false, mapsAsObjects: true })
const loneVet = new Vet(false)

/**
 * A value by itself, as standard CBOR maps and arrays; no refs. Throws what can't be encoded.
 *
 * @throws TROUPE_CODEC_TOO_LARGE for more than `mostBytes`, which is 2 GiB without 64 KiB unless said otherwise
 */
export function encodeAlone(value: unknown, headBytes = 0, mostBytes?: number): Uint8Array {
  // A copy: it may be kept for long or handed over to another thread, and must not drag a larger buffer along.
  return new Uint8Array(loneWriter.encode(value, headBytes, mostBytes))
}

/** @throws TROUPE_CODEC_UNDECODABLE */
export function decodeAlone(bytes: Uint8Array): unknown {
  loneVet.check(bytes, 0)
  return decodeFrom(loneDecoder, bytes, 0, undefined)
}
