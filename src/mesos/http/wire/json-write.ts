import type { MessageValue } from './json-read.ts'
import type { Field, MessageType } from './schema.ts'

/**
 * A message as JSON text, as Mesos writes it: fields in the order of their numbers, bytes in base64, doubles always with a fraction,
 * empty lists left out, absent fields and empty lists with their default where they have one.
 */
export function writeJson(type: MessageType, value: MessageValue): string {
  const parts: string[] = []
  for (const field of type.fields) {
    const given = value[field.name]
    if (given === undefined || given === null) {
      if (field.absent !== undefined) parts.push(`"${field.name}":${field.absent}`)
    } else if (field.occurrence === 'map') {
      const entries = Object.entries(given as Readonly<Record<string, unknown>>)
      const texts = entries.map(([key, one]) => `${JSON.stringify(key)}:${valueText(field, one)}`)
      if (texts.length > 0) parts.push(`"${field.name}":{${texts.join(',')}}`)
    } else if (field.occurrence !== 'repeated') {
      parts.push(`"${field.name}":${valueText(field, given)}`)
    } else {
      const list = given as readonly unknown[]
      const isShown = list.length > 0 || field.absent !== undefined
      if (!isShown) continue
      parts.push(`"${field.name}":[${list.map((one) => valueText(field, one)).join(',')}]`)
    }
  }
  return `{${parts.join(',')}}`
}

function valueText({ kind }: Field, value: unknown): string {
  if (kind.type === 'message') return writeJson(kind.message, value as MessageValue)
  if (kind.type === 'enum') return JSON.stringify(value)
  if (value instanceof Uint8Array) return JSON.stringify(base64(value))
  if (kind.scalar === 'double' && typeof value === 'number') return fractionText(value)
  return JSON.stringify(value)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function fractionText(value: number): string {
  const text = JSON.stringify(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}
