import protobuf from 'protobufjs/light.js'
import { missingFields, type MessageValue } from './json-read.ts'
import type { Field, MessageType, Schema } from './schema.ts'

/** Protobuf for the messages of a schema. */
export interface Protobuf {
  encode(type: MessageType, value: MessageValue): Uint8Array
  /** Undefined when the bytes are not such a message, or lack a required field. */
  decode(type: MessageType, bytes: Uint8Array): MessageValue | undefined
}

/** The one place that knows the package: its types are made from the schema's tables. */
export function protobufOf(schema: Schema): Protobuf {
  const root = new protobuf.Root()
  for (const [name, values] of schema.enums) {
    root.add(new protobuf.Enum(flat(name), Object.fromEntries(values)))
  }
  for (const { name, fields } of schema.messages.values()) {
    const type = new protobuf.Type(flat(name))
    for (const field of fields) {
      type.add(fieldOf(field))
    }
    root.add(type)
  }
  root.resolveAll()
  return {
    encode(type, value) {
      const known = root.lookupType(flat(type.name))
      return known.encode(known.fromObject(value)).finish()
    },
    decode(type, bytes) {
      const known = root.lookupType(flat(type.name))
      let read: MessageValue
      try {
        read = known.toObject(known.decode(bytes), { longs: Number, enums: String })
      } catch (error) {
        // Whatever is wrong with the bytes shows as one of these.
        if (error instanceof Error) return undefined
        throw error
      }
      const value = settle(type, read)
      return missingFields(type, value).length === 0 ? value : undefined
    },
  }
}

function fieldOf(field: Field): protobuf.FieldBase {
  const { name, number, occurrence } = field
  if (occurrence === 'map') return new protobuf.MapField(name, number, 'string', typeOf(field))
  // As in proto2.
  const options = { packed: false }
  return new protobuf.Field(name, number, typeOf(field), occurrence, undefined, options)
}

/** Names of messages are no part of the wire form. */
function flat(name: string): string {
  return name.replaceAll('.', '_')
}

function typeOf({ kind }: Field): string {
  if (kind.type === 'scalar') return kind.scalar
  return flat(kind.type === 'message' ? kind.message.name : kind.name)
}

/** Empty lists where they stand for none, unknown values of enums taken away, bytes as plain `Uint8Array`. */
function settle(type: MessageType, value: MessageValue): MessageValue {
  const settled: Record<string, unknown> = {}
  for (const field of type.fields) {
    const given = value[field.name]
    if (given === undefined) {
      if (field.isKept) settled[field.name] = []
    } else if (field.occurrence === 'repeated') {
      settled[field.name] = (given as readonly unknown[])
        .map((one) => settleOne(field, one))
        .filter((one) => one !== undefined)
    } else if (field.occurrence === 'map') {
      const entries = Object.entries(given as Readonly<Record<string, unknown>>)
      if (entries.length === 0) continue
      settled[field.name] = Object.fromEntries(
        entries.map(([key, one]) => [key, settleOne(field, one)]),
      )
    } else {
      const one = settleOne(field, given)
      if (one !== undefined) settled[field.name] = one
    }
  }
  return settled
}

function settleOne({ kind }: Field, value: unknown): unknown {
  if (kind.type === 'message') return settle(kind.message, value as MessageValue)
  if (kind.type === 'enum') return typeof value === 'string' ? value : undefined
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}
