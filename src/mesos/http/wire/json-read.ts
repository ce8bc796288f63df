import { parseJson } from './json-syntax.ts'
import type { Field, MessageType } from './schema.ts'

/** A message in the house's own form: plain data, bytes as `Uint8Array`, enums by name. */
export type MessageValue = Readonly<Record<string, unknown>>

/** What was read, or what is wrong with it. */
export type Reading<T = MessageValue> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** In which of the two steps JSON text has failed to become a message. */
export type JsonReading =
  | { readonly ok: true; readonly value: MessageValue }
  | { readonly ok: false; readonly step: 'parse' | 'convert'; readonly problem: string }

/**
 * Reads a message from JSON as Mesos does: unknown fields are ignored, `null` is absent, an unknown name of an optional enum
 * leaves it absent. The texts of what is wrong are those of Mesos.
 * @see 3rdparty/stout/include/stout/protobuf.hpp of Apache Mesos
 */
export function readJson(type: MessageType, text: string): JsonReading {
  const parsed = parseJson(text)
  if (!parsed.ok) return { ok: false, step: 'parse', problem: parsed.problem }
  if (!isObject(parsed.value)) {
    return { ok: false, step: 'convert', problem: 'Expecting a JSON object' }
  }
  const read = readMessage(type, parsed.value)
  return read.ok ? read : { ok: false, step: 'convert', problem: read.problem }
}

function readMessage(type: MessageType, value: Readonly<Record<string, unknown>>): Reading {
  const reader = new Reader()
  const message = reader.message(type, value)
  if (reader.problem !== undefined) return { ok: false, problem: reader.problem }
  const missing = missingFields(type, message)
  return missing.length === 0
    ? { ok: true, value: message }
    : { ok: false, problem: `Missing required fields: ${missing.join(', ')}` }
}

/** The required fields that are absent, by their paths: of a message itself first, then of those within it. */
export function missingFields(type: MessageType, value: MessageValue, path = ''): string[] {
  const own = type.fields
    .filter(({ occurrence, name }) => occurrence === 'required' && value[name] === undefined)
    .map(({ name }) => `${path}${name}`)
  const within = type.fields.flatMap(({ name, kind, occurrence }) => {
    const field = value[name]
    if (kind.type !== 'message' || field === undefined) return []
    if (occurrence === 'map') {
      const values = Object.values(field as Readonly<Record<string, MessageValue>>)
      return values.flatMap((one, at) =>
        missingFields(kind.message, one, `${path}${name}[${at}].value.`),
      )
    }
    if (occurrence !== 'repeated') {
      return missingFields(kind.message, field as MessageValue, `${path}${name}.`)
    }
    return (field as readonly MessageValue[]).flatMap((one, at) =>
      missingFields(kind.message, one, `${path}${name}[${at}].`),
    )
  })
  return [...own, ...within]
}

class Reader {
  /** The first. */
  problem: string | undefined

  message(type: MessageType, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const message: Record<string, unknown> = {}
    for (const field of type.fields) if (field.isKept) message[field.name] = []
    for (const name of Object.keys(value).sort()) {
      const field = type.byName.get(name)
      const given = value[name]
      if (field === undefined || given === null || given === undefined) continue
      if (field.occurrence === 'repeated') {
        const list = this.#list(field, given)
        if (list.length > 0 || field.isKept) message[name] = list
      } else {
        const isMap = field.occurrence === 'map'
        const read = isMap ? this.#map(field, given) : this.#value(field, given)
        if (read !== undefined) message[name] = read
      }
      if (this.problem !== undefined) break
    }
    return message
  }

  #list(field: Field, given: unknown): readonly unknown[] {
    const list: unknown[] = []
    // One alone stands for a list of one, and a list within a list for what is in it.
    const ones = flattened(given)
    for (const one of ones) {
      const read = one === null ? undefined : this.#value(field, one)
      if (this.problem !== undefined) return []
      if (read !== undefined) list.push(read)
    }
    return list
  }

  #map(field: Field, given: unknown): Readonly<Record<string, unknown>> | undefined {
    if (Array.isArray(given) && given.length === 0) return undefined
    if (!isObject(given)) {
      return this.#fail(`Not expecting a JSON ${jsonName(given)} for field '${field.name}'`)
    }
    const entries = Object.entries(given)
      .map(([key, one]) => [key, this.#value(entryOf(field), one)] as const)
      .filter(([, one]) => one !== undefined)
    return entries.length === 0 ? undefined : Object.fromEntries(entries)
  }

  #value(field: Field, given: unknown): unknown {
    const { kind, name } = field
    switch (kind.type) {
      case 'message':
        if (isObject(given)) return this.message(kind.message, given)
        break
      case 'enum':
        if (typeof given !== 'string') break
        if (kind.values.has(given)) return given
        if (field.occurrence === 'required') this.#fail(`Failed to find enum for '${given}'`)
        return undefined
      case 'scalar':
        return this.#scalar(name, kind.scalar, given)
    }
    return this.#fail(`Not expecting a JSON ${jsonName(given)} for field '${name}'`)
  }

  #scalar(name: string, scalar: string, given: unknown): unknown {
    if (scalar === 'string') {
      if (typeof given === 'string') return given
    } else if (scalar === 'bytes') {
      if (typeof given === 'string') return this.#bytes(name, given)
    } else if (scalar === 'bool') {
      const flag = typeof given === 'string' ? this.#inText(name, 'boolean', given) : given
      if (typeof flag === 'boolean') return flag
      if (this.problem !== undefined) return undefined
    } else {
      const number = typeof given === 'string' ? this.#inText(name, 'number', given) : given
      if (typeof number === 'number') return scalar === 'double' ? number : Math.trunc(number)
      if (this.problem !== undefined) return undefined
    }
    return this.#fail(`Not expecting a JSON ${jsonName(given)} for field '${name}'`)
  }

  /** Numbers and flags may come as text that is JSON again. */
  #inText(name: string, expected: 'number' | 'boolean', text: string): unknown {
    const read = parseJson(text)
    if (read.ok && typeof read.value === expected) return read.value
    const why = read.ok ? 'Unexpected JSON type parsed' : read.problem
    return this.#fail(`Failed to parse '${text}' as a JSON ${expected} for field '${name}': ${why}`)
  }

  #bytes(name: string, given: string): Uint8Array | undefined {
    const text = given.replace(/\s/g, '')
    const [strange] = /[^A-Za-z0-9+/=]/.exec(text) ?? []
    if (strange !== undefined) {
      const why = `Invalid character '${strange}'`
      return this.#fail(`Failed to base64 decode bytes field '${name}': ${why}`)
    }
    const bytes = Buffer.from(text, 'base64')
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #fail(problem: string): undefined {
    this.problem ??= problem
    return undefined
  }
}

/** A map is a list of entries to Mesos: what it says of a value names that. */
function entryOf(field: Field): Field {
  return { ...field, name: 'value', occurrence: 'optional' }
}

/** By no recursion: lists may be nested as deeply as text is long. */
function flattened(given: unknown): readonly unknown[] {
  const flat: unknown[] = []
  const rest = [given]
  while (rest.length > 0) {
    const one = rest.pop()
    if (!Array.isArray(one)) flat.push(one)
    else for (let i = one.length - 1; i >= 0; i--) rest.push(one[i])
  }
  return flat
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function jsonName(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value
}
