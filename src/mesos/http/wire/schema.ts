import { MesosError } from '../../errors.ts'

/** What a field holds: a scalar of protobuf, or the name of a message or an enum. */
export type ScalarType = 'string' | 'bytes' | 'bool' | 'double' | WholeType
type WholeType = 'int32' | 'int64' | 'uint32' | 'uint64'

/**
 * A field as `number`, how often it stands, type and, behind `=`, the value that it has when it is absent: `1! string`
 * (required), `7 string` (optional), `12* string` (repeated; absent when empty, unless `= []`), `12+ string` (repeated;
 * there, even when empty), `13% Value.Scalar` (a map from names), `4 double = 0.0`.
 */
type FieldText = string

/** The messages of a protocol as data: message → field → what it is. Messages within messages are named `Outer.Inner`. */
export type MessageTable = Readonly<Record<string, Readonly<Record<string, FieldText>>>>

/** Enum → value → number. */
export type EnumTable = Readonly<Record<string, Readonly<Record<string, number>>>>

export type Occurrence = 'required' | 'optional' | 'repeated' | 'map'

export interface Field {
  readonly name: string
  readonly number: number
  readonly occurrence: Occurrence
  /** An empty list stands for none. */
  readonly isKept: boolean
  readonly kind:
    | { readonly type: 'scalar'; readonly scalar: ScalarType }
    | { readonly type: 'message'; readonly message: MessageType }
    | { readonly type: 'enum'; readonly name: string; readonly values: ReadonlyMap<string, number> }
  /** What JSON shows when the field is absent. */
  readonly absent: string | undefined
}

export interface MessageType {
  readonly name: string
  /** In the order of their numbers. */
  readonly fields: readonly Field[]
  readonly byName: ReadonlyMap<string, Field>
}

const OCCURRENCES: Readonly<Record<string, Occurrence>> = {
  '!': 'required',
  '*': 'repeated',
  '+': 'repeated',
  '%': 'map',
}

const SCALARS: ReadonlySet<string> = new Set<ScalarType>([
  'string',
  'bytes',
  'bool',
  'double',
  'int32',
  'int64',
  'uint32',
  'uint64',
])

/** Messages and enums, resolved; made once from tables that the house has written itself. */
export class Schema {
  readonly messages: ReadonlyMap<string, MessageType>
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, number>>

  constructor(messages: MessageTable, enums: EnumTable) {
    this.enums = new Map(
      Object.entries(enums).map(([name, values]) => [name, new Map(Object.entries(values))]),
    )
    const made = new Map(
      Object.keys(messages).map((name) => [
        name,
        { name, fields: [] as Field[], byName: new Map<string, Field>() },
      ]),
    )
    for (const [name, fields] of Object.entries(messages)) {
      const message = made.get(name)
      if (message === undefined) continue
      for (const [field, text] of Object.entries(fields)) {
        const read = this.#field(field, text, name, made)
        message.fields.push(read)
        message.byName.set(field, read)
      }
      message.fields.sort((a, b) => a.number - b.number)
    }
    this.messages = made
  }

  /** The message of that name. @throws TROUPE_MESOS_MESSAGE_UNKNOWN */
  message(name: string): MessageType {
    const message = this.messages.get(name)
    if (message === undefined) throw unknown(`there is no message ${name}`)
    return message
  }

  #field(
    name: string,
    text: FieldText,
    within: string,
    made: ReadonlyMap<string, MessageType>,
  ): Field {
    const parts = /^(\d+)([!*+%]?) ([\w.]+)(?: = (.+))?$/.exec(text)
    const [, number = '', sign = '', type = '', absent] = parts ?? []
    const occurrence = OCCURRENCES[sign] ?? 'optional'
    const kind = this.#kind(type, within, made)
    if (parts === null || kind === undefined) {
      throw unknown(`field ${name} of ${within} can't be read: ${text}`)
    }
    return { name, number: Number(number), occurrence, isKept: sign === '+', kind, absent }
  }

  /** A name is looked for within the message itself, then within those around it, then at the top. */
  #kind(
    type: string,
    within: string,
    made: ReadonlyMap<string, MessageType>,
  ): Field['kind'] | undefined {
    if (SCALARS.has(type)) return { type: 'scalar', scalar: type as ScalarType }
    const scopes = within.split('.')
    for (let depth = scopes.length; depth >= 0; depth -= 1) {
      const name = [...scopes.slice(0, depth), type].join('.')
      const message = made.get(name)
      if (message !== undefined) return { type: 'message', message }
      const values = this.enums.get(name)
      if (values !== undefined) return { type: 'enum', name, values }
    }
    return undefined
  }
}

function unknown(why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_MESSAGE_UNKNOWN',
    `The tables of v1 messages lack something: ${why}. Add it to src/mesos/http/wire/messages.`,
    { data: { why } },
  )
}
