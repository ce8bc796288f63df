import type { ValueKind } from '../../platform/index.ts'
import type { CapturePass } from './capture-pass.ts'
import { configurable, writable, type Extra, type GraphNode, type Slot } from './graph.ts'
import { captureInstance } from './instance-capture.ts'
import { extraOf, extrasOf, flagsOf, flagsUnder, integrityOf, ownData } from './own-properties.ts'
import { encodePrimitive } from './slots.ts'
import { describeCulprit, type Trail } from './trail.ts'

/** The row of an object that is no function. @throws the code when it can't travel */
export function captureValue(pass: CapturePass, value: object, trail: Trail): GraphNode {
  const kind = pass.tools.kinds.kindOf(value)
  const refused = unmovable[kind]
  if (refused !== undefined) {
    const [what, wayOut] = refused
    throw pass.refusal('TROUPE_CLOSURE_VALUE', trail, {
      what: `${describeCulprit(trail)} is ${what}, which belongs to this process`,
      wayOut,
    })
  }
  const prototype = Object.getPrototypeOf(value) as object | null
  const codec = prototype === null ? undefined : pass.settings.codecs.of(prototype)
  if (codec !== undefined) return captureCoded(pass, value, codec, trail)
  switch (kind) {
    case 'array':
      if (isStandard(pass, prototype, 'Array')) return captureArray(pass, value as unknown[], trail)
      break
    case 'map':
      if (isStandard(pass, prototype, 'Map')) {
        return captureMap(pass, value as Map<unknown, unknown>, trail)
      }
      break
    case 'set':
      if (isStandard(pass, prototype, 'Set')) return captureSet(pass, value as Set<unknown>, trail)
      break
    case 'date':
      if (!isStandard(pass, prototype, 'Date')) break
      return ['date', pass.slot((value as Date).getTime(), trail), extrasOf(pass, value, trail)]
    case 'regexp': {
      if (!isStandard(pass, prototype, 'RegExp')) break
      const { source, flags, lastIndex } = value as RegExp
      return ['regexp', pass.slot(source, trail), flags, lastIndex]
    }
    case 'error':
      if (prototype !== null && isStandard(pass, prototype, ...errorTypes)) {
        return captureError(pass, value as Error, trail)
      }
      break
    case 'buffer': {
      if (!isStandard(pass, prototype, 'ArrayBuffer')) break
      return captureBuffer(value as ArrayBuffer)
    }
    case 'view':
      return captureView(pass, value as ArrayBufferView, prototype, trail)
    case 'object':
      if (prototype === null || isStandard(pass, prototype, 'Object')) {
        return captureObject(pass, value, prototype !== null, trail)
      }
      break
    default:
  }
  return captureInstance(pass, value, prototype, trail)
}

/** What the other process can't have, and what to do instead. */
const unmovable: Partial<Record<ValueKind, readonly [what: string, wayOut: string]>> = {
  promise: ['a promise', 'Await it first and capture its result'],
  proxy: ['a Proxy', 'Capture the object behind it, or a plain copy'],
  'weak map': ['a WeakMap', 'Capture a Map, or make it inside the function'],
  'weak set': ['a WeakSet', 'Capture a Set, or make it inside the function'],
  'weak ref': ['a WeakRef', 'Capture what it refers to'],
  generator: ['a running generator', 'Capture the generator function, or the array of its values'],
  iterator: ['a running iterator', 'Capture the collection, or the array of its values'],
  'shared buffer': ['a SharedArrayBuffer', 'Broadcast the bytes, or capture a copy of them'],
  'boxed primitive': ['a boxed primitive', 'Capture the primitive itself'],
  arguments: ['an arguments object', 'Capture [...arguments]'],
  external: ['an external handle', 'Open it inside the function'],
  key: ['a cryptographic key', 'Export the key and import it inside the function'],
}

const errorTypes = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
] as const

/** Whether `prototype` is that of a built-in class of one of these names, of this context or another. */
function isStandard(
  pass: CapturePass,
  prototype: object | null,
  ...names: readonly string[]
): boolean {
  if (prototype === null) return false
  if (prototype === Object.prototype || prototype === Array.prototype) {
    return names[0] === (prototype === Object.prototype ? 'Object' : 'Array')
  }
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return (
    typeof type === 'function' &&
    names.includes(type.name) &&
    type.prototype === prototype &&
    pass.tools.kinds.sourceOf(type).includes('[native code]')
  )
}

function captureCoded(
  pass: CapturePass,
  value: object,
  { name, encode, decode }: NonNullable<ReturnType<CapturePass['settings']['codecs']['of']>>,
  trail: Trail,
): GraphNode {
  let data: unknown
  try {
    data = encode(value)
  } catch (cause) {
    throw pass.refusal('TROUPE_CLOSURE_CODEC_FAILED', trail, {
      what: `The codec ${JSON.stringify(name)} could not encode ${describeCulprit(trail)}`,
      wayOut: 'Its encode must take every instance of the class',
      cause,
    })
  }
  return [
    'coded',
    name,
    pass.slot(decode, trail, { kind: 'part', name: `decode of the codec ${JSON.stringify(name)}` }),
    pass.slot(data, trail, { kind: 'part', name: `data of the codec ${JSON.stringify(name)}` }),
  ]
}

function captureObject(
  pass: CapturePass,
  value: object,
  hasPrototype: boolean,
  trail: Trail,
): GraphNode {
  const keys: string[] = []
  const values: Slot[] = []
  const extras: Extra[] = []
  const integrity = integrityOf(value)
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = ownData(pass, value, key, trail)
    if (isPlainKey(key) && flagsOf(descriptor) === flagsUnder[integrity]) {
      keys.push(key)
      values.push(
        inPlace(descriptor.value) ?? pass.slot(descriptor.value, trail, { kind: 'property', key }),
      )
    } else extras.push(extraOf(pass, key, descriptor, trail))
  }
  return ['object', hasPrototype, pass.shape(keys), values, extras, integrity]
}

function captureArray(pass: CapturePass, value: readonly unknown[], trail: Trail): GraphNode {
  const integrity = integrityOf(value)
  const keys = Reflect.ownKeys(value)
  // Indices come first, in order; then `length`, which every array is born with; then the rest.
  const count = keys.lastIndexOf('length')
  const extras = keys
    .slice(count + 1)
    .map((key) => extraOf(pass, key, ownData(pass, value, key, trail), trail))
  const item = (index: number): Slot => {
    const held: unknown = ownData(pass, value, String(index), trail).value
    return inPlace(held) ?? pass.slot(held, trail, { kind: 'property', key: index })
  }
  if (count * 4 < value.length) {
    const items = keys.slice(0, count).map((key) => [Number(key), item(Number(key))] as const)
    return ['sparse', value.length, items, extras, integrity]
  }
  const items = Array.from({ length: value.length }, (_, index): Slot =>
    count === value.length || Object.hasOwn(value, index) ? item(index) : ['hole'],
  )
  return ['array', items, extras, integrity]
}

function captureMap(pass: CapturePass, value: Map<unknown, unknown>, trail: Trail): GraphNode {
  const entries: Slot[] = []
  for (const [key, held] of Map.prototype.entries.call(value) as MapIterator<[unknown, unknown]>) {
    entries.push(pass.slot(key, trail, { kind: 'entry', text: ' (a key)' }))
    const text = typeof key === 'object' ? ' (a value)' : `.get(${printed(key)})`
    entries.push(inPlace(held) ?? pass.slot(held, trail, { kind: 'entry', text }))
  }
  return ['map', entries, extrasOf(pass, value, trail)]
}

function captureSet(pass: CapturePass, value: Set<unknown>, trail: Trail): GraphNode {
  const items: Slot[] = []
  for (const item of Set.prototype.values.call(value) as SetIterator<unknown>) {
    items.push(pass.slot(item, trail, { kind: 'entry', text: ' (an item)' }))
  }
  return ['set', items, extrasOf(pass, value, trail)]
}

function captureError(pass: CapturePass, value: Error, trail: Trail): GraphNode {
  // Some releases keep the stack behind an accessor, and make its text only when it is read.
  const stack: Extra = ['stack', pass.slot(value.stack, trail), writable | configurable]
  const rest = extrasOf(pass, value, trail, (key) => key === 'stack')
  const type = errorTypes.find((name) =>
    isStandard(pass, Object.getPrototypeOf(value) as object, name),
  )
  return ['error', type ?? 'Error', [stack, ...rest]]
}

function captureBuffer(value: ArrayBuffer): GraphNode {
  const { resizable, maxByteLength } = value as unknown as ResizableBuffer
  return ['buffer', new Uint8Array(value), resizable ? maxByteLength : null]
}

/** Not in the compiler's library yet. */
interface ResizableBuffer {
  readonly resizable: boolean
  readonly maxByteLength: number
}

/**
 * A view shares its buffer with the other views of it. Node's small Buffers are cut from a pool that holds
 * other people's bytes: those travel alone.
 */
function captureView(
  pass: CapturePass,
  value: ArrayBufferView,
  prototype: object | null,
  trail: Trail,
): GraphNode {
  const { buffer, byteOffset, byteLength } = value
  const isBuffer = prototype === Buffer.prototype
  if (isBuffer && byteLength !== buffer.byteLength) {
    return ['bytes', new Uint8Array(buffer, byteOffset, byteLength)]
  }
  const type = isBuffer ? 'Buffer' : viewType(value)
  if (!isBuffer && !isStandard(pass, prototype, type)) {
    return captureInstance(pass, value, prototype, trail)
  }
  const length = value instanceof DataView ? byteLength : (value as Uint8Array).length
  const slot = pass.slot(buffer, trail, { kind: 'property', key: 'buffer' })
  return ['view', type, slot, byteOffset, length]
}

const typeTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)

/** By the internal slot: not fooled by a subclass or a property. */
function viewType(value: ArrayBufferView): string {
  return (typeTag?.get?.call(value) as string | undefined) ?? 'DataView'
}

/** Most values: not worth a step of the trail. */
function inPlace(value: unknown): Slot | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return encodePrimitive(value)
    default:
      return undefined
  }
}

function isPlainKey(key: PropertyKey): key is string {
  return typeof key === 'string' && key !== '__proto__' && typeof encodePrimitive(key) === 'string'
}

function printed(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : String(key)
}
