/**
 * The codec: what crosses a thread or the network, as CBOR.
 *
 * Carried: plain objects and arrays, strings, numbers, booleans, null, undefined, `bigint`, `Map`, `Set`, `Date`, `RegExp`,
 * `Uint8Array` and the other typed arrays, errors, and refs (on links). Refused with `TROUPE_CODEC_UNENCODABLE`:
 * functions, symbols, cycles, instances of other classes and a key `__proto__`, naming the place in the value. Not kept:
 * symbol keys, holes in arrays (arrive as undefined), properties of arrays, shared identity.
 *
 * Guarantees: bytes that do not decode throw `TROUPE_CODEC_UNDECODABLE` and nothing else; decoded byte arrays are
 * views of the bytes given. Bytes from outside this process are looked through first ({@link ConnectionDecoder}), so that
 * few of them can't ask for much memory or time: what a frame comes to is at most 256 MiB or 16 times its size. Errors arrive with name, code, message, data, causes and both stacks: as the
 * language's own class where it is one, as a {@link RemoteError} otherwise.
 *
 * Reading is cbor-x's. Writing is our own, of the same form: where objects of few shapes come again and again it takes
 * two thirds of the package's time, and any keys and strings are safe.
 *
 * Words: a {@link ConnectionEncoder} and its {@link ConnectionDecoder} belong to one connection, since keys of objects
 * travel once; {@link encodeAlone} makes bytes that can be read by themselves.
 */
export { ConnectionDecoder, ConnectionEncoder, decodeAlone, encodeAlone } from './cbor.ts'
export type { RefCodec } from './cbor.ts'
export { CodecError, RemoteError } from './errors.ts'
export { OVER_A_LINK } from './error-record.ts'
export { plainCopy } from './plain-copy.ts'
export { findCulprit } from './travellers.ts'
export type { Culprit } from './travellers.ts'
