/**
 * The wire form of the v1 API: its messages as data, in JSON and in protobuf, and the records of its streams.
 *
 * {@link messageType} names a message; a {@link Codec} turns it into bytes and back. In between it is plain data as in `protocol/`:
 * fields by their names, enums by name, bytes as `Uint8Array`. The tables of `messages/` say field by field what number and
 * type each has; they are facts of the wire form, written for this house.
 *
 * Guarantees: what is read has every required field, of its type; unknown fields are let go; texts of refusals
 * are those of Mesos. Both codecs give the same value for the same message.
 *
 * Words: *record* — one message of a stream, with its length before it (RecordIO).
 */
export { jsonCodec, protobufCodec } from './codec.ts'
export type { Codec, Decoded } from './codec.ts'
export type { MessageValue } from './json-read.ts'
export { parseJson as readJsonText } from './json-syntax.ts'
export { encodeRecord, RecordReader } from './record-io.ts'
export type { MessageType } from './schema.ts'
export { messageType } from './v1.ts'
