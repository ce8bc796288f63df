import type { Slot } from './graph.ts'

/** What has no identity and travels in place. Symbols only when other processes have the same one. */
export type Primitive = null | undefined | boolean | number | string | bigint | symbol

/** `value` in place; undefined for a symbol that only this process has. */
export function encodePrimitive(value: Primitive): Slot | undefined {
  switch (typeof value) {
    case 'undefined':
      return ['undefined']
    case 'number':
      return encodeNumber(value)
    case 'string':
      return loneSurrogate.test(value) ? ['text', codeUnits(value)] : value
    case 'bigint':
      return ['bigint', value.toString()]
    case 'symbol':
      return encodeSymbol(value)
    default:
      return value
  }
}

const loneSurrogate = /\p{Surrogate}/u

function encodeNumber(value: number): Slot {
  if (Object.is(value, -0)) return ['number', '-0']
  if (Number.isFinite(value)) return value
  if (Number.isNaN(value)) return ['number', 'NaN']
  return ['number', value > 0 ? 'Infinity' : '-Infinity']
}

function codeUnits(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
}

function encodeSymbol(value: symbol): Slot | undefined {
  const key = Symbol.keyFor(value)
  if (key !== undefined) return ['key', key]
  const name = value.description?.replace(/^Symbol\./, '') ?? ''
  return wellKnown(name) === value ? ['symbol', name] : undefined
}

/** The symbol that `Symbol` holds under this name, such as `iterator`. */
export function wellKnown(name: string): symbol | undefined {
  const value: unknown = Object.hasOwn(Symbol, name) ? Reflect.get(Symbol, name) : undefined
  return typeof value === 'symbol' ? value : undefined
}

const numbers = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }

/** What {@link encodePrimitive} wrote; undefined when the slot is of another kind. */
export function decodePrimitive(slot: Slot): { readonly value: Primitive } | undefined {
  if (typeof slot !== 'object' || slot === null) return { value: slot }
  switch (slot[0]) {
    case 'undefined':
    case 'hole':
      return { value: undefined }
    case 'number':
      return { value: numbers[slot[1]] }
    case 'bigint':
      return { value: BigInt(slot[1]) }
    case 'text':
      return { value: decodeText(slot[1]) }
    case 'symbol':
      return { value: wellKnown(slot[1]) }
    case 'key':
      return { value: Symbol.for(slot[1]) }
    default:
      return undefined
  }
}

function decodeText(units: readonly number[]): string {
  let text = ''
  for (const unit of units) text += String.fromCharCode(unit)
  return text
}
