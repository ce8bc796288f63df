import { readJson, type MessageValue } from './json-read.ts'
import { writeJson } from './json-write.ts'
import { protobufOf } from './protobuf.ts'
import type { MessageType } from './schema.ts'
import { schema } from './v1.ts'

/** What was read from a body, or why nothing was, in the words of Mesos: of most of its APIs, and of the terse ones. */
export type Decoded =
  | { readonly ok: true; readonly value: MessageValue }
  | { readonly ok: false; readonly problem: string; readonly terse: string }

/** One encoding of the v1 messages. */
export interface Codec {
  readonly mediaType: string
  encode(type: MessageType, value: MessageValue): Uint8Array
  decode(type: MessageType, bytes: Uint8Array): Decoded
}

const encoder = new TextEncoder()
/** A mark of the byte order is no JSON, to Mesos as to us. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const protobuf = protobufOf(schema)

/** JSON as Mesos writes and reads it. */
export const jsonCodec: Codec = {
  mediaType: 'application/json',
  encode: (type, value) => encoder.encode(writeJson(type, value)),
  decode(type, bytes) {
    const read = readJson(type, decoder.decode(bytes))
    if (read.ok) return read
    const { step, problem } = read
    if (step === 'convert') {
      const whole = `Failed to convert JSON into Call protobuf: ${problem}`
      return { ok: false, problem: whole, terse: problem }
    }
    const whole = `Failed to parse body into JSON: ${problem}`
    return { ok: false, problem: whole, terse: whole }
  },
}

export const protobufCodec: Codec = {
  mediaType: 'application/x-protobuf',
  encode: (type, value) => protobuf.encode(type, value),
  decode(type, bytes) {
    const value = protobuf.decode(type, bytes)
    return value === undefined
      ? {
          ok: false,
          problem: 'Failed to parse body into Call protobuf',
          terse: 'Failed to parse body into a protobuf object',
        }
      : { ok: true, value }
  },
}
