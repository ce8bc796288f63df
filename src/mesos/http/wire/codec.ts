import { readJson, type MessageValue } from './json-read.ts'
import { writeJson } from './json-write.ts'
import { protobufOf } from './protobuf.ts'
import type { MessageType } from './schema.ts'
import { schema } from './v1.ts'

/** What was read from a body, or why nothing was, in the words of Mesos. */
export type Decoded =
  | { readonly ok: true; readonly value: MessageValue }
  | { readonly ok: false; readonly problem: string }

/** One encoding of the v1 messages. */
export interface Codec {
  readonly mediaType: string
  encode(type: MessageType, value: MessageValue): Uint8Array
  decode(type: MessageType, bytes: Uint8Array): Decoded
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const protobuf = protobufOf(schema)

/** JSON as Mesos writes and reads it. */
export const jsonCodec: Codec = {
  mediaType: 'application/json',
  encode: (type, value) => encoder.encode(writeJson(type, value)),
  decode(type, bytes) {
    const read = readJson(type, decoder.decode(bytes))
    if (read.ok) return read
    const where = read.step === 'parse' ? 'parse body into JSON' : 'convert JSON into Call protobuf'
    return { ok: false, problem: `Failed to ${where}: ${read.problem}` }
  },
}

export const protobufCodec: Codec = {
  mediaType: 'application/x-protobuf',
  encode: (type, value) => protobuf.encode(type, value),
  decode(type, bytes) {
    const value = protobuf.decode(type, bytes)
    return value === undefined
      ? { ok: false, problem: 'Failed to parse body into Call protobuf' }
      : { ok: true, value }
  },
}
