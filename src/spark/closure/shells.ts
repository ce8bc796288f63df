import { ClosureError } from './errors.ts'
import type { GraphNode, Slot } from './graph.ts'
import { numbersOf } from './number-arrays.ts'
import { decodePrimitive } from './slots.ts'
import { makeStandard } from './standard-instances.ts'

const views: Readonly<
  Record<string, new (buffer: ArrayBuffer, byteOffset: number, length: number) => object>
> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
}

const errors: Readonly<Record<string, new (...args: never) => Error>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError,
}

/**
 * A row's value without what it refers to, which is filled in later; whole for those that refer to nothing.
 *
 * @param buffer of a view
 * @throws TROUPE_CLOSURE_GRAPH_INVALID for a row this version does not know
 */
export function makeShell(node: GraphNode, buffer: unknown): object {
  switch (node[0]) {
    case 'object':
      return node[1] ? {} : (Object.create(null) as object)
    case 'array':
      return arrayShell(node[1])
    case 'sparse':
      return new Array<unknown>(node[1])
    case 'map':
      return new Map()
    case 'set':
      return new Set()
    case 'date':
      return new Date(decodePrimitive(node[1])?.value as number)
    case 'regexp': {
      const pattern = new RegExp(decodePrimitive(node[1])?.value as string, node[2])
      pattern.lastIndex = node[3]
      return pattern
    }
    case 'error':
      return Reflect.construct(known(errors, node[1]), [[]]) as Error
    case 'buffer':
      return copyOf(node[1], node[2])
    case 'bytes':
      return Buffer.from(node[1])
    case 'view': {
      const [, type, , byteOffset, length] = node
      if (type === 'Buffer') return Buffer.from(buffer as ArrayBuffer, byteOffset, length)
      return new (known(views, type))(buffer as ArrayBuffer, byteOffset, length)
    }
    case 'standard': {
      const made = makeStandard(node[1], node[2])
      if (made !== undefined) return made
      throw unknown(node[1])
    }
    default:
      throw unknown(String((node as readonly unknown[])[0]))
  }
}

/** Grows as it is filled: the engine keeps arrays without holes faster. One of numbers is whole at once. */
function arrayShell(items: readonly Slot[]): unknown[] {
  const numbers: number[] = []
  for (const slot of items) {
    const value = decodePrimitive(slot)?.value
    if (typeof value !== 'number') return []
    numbers.push(value)
  }
  return numbersOf(numbers)
}

function copyOf(bytes: Uint8Array, maxByteLength: number | null): ArrayBuffer {
  const buffer: ArrayBuffer =
    maxByteLength === null
      ? new ArrayBuffer(bytes.byteLength)
      : (Reflect.construct(ArrayBuffer, [bytes.byteLength, { maxByteLength }]) as ArrayBuffer)
  new Uint8Array(buffer).set(bytes)
  return buffer
}

function known<Item>(table: Readonly<Record<string, Item>>, name: string): Item {
  const item = Object.hasOwn(table, name) ? table[name] : undefined
  if (item === undefined) throw unknown(name)
  return item
}

function unknown(kind: string): ClosureError {
  return new ClosureError(
    'TROUPE_CLOSURE_GRAPH_INVALID',
    `The closure holds a value of the kind ${kind}, which this version of Troupe does not know; both sides need the same version`,
    { data: { kind } },
  )
}
