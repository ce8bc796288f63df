import { types } from 'node:util'
import type { ValueKind, ValueKinds } from '../value-kinds.ts'

const checks: readonly (readonly [ValueKind, (value: unknown) => boolean])[] = [
  // First: any other check on a proxy could run a trap of it.
  ['proxy', types.isProxy],
  ['array', (value) => Array.isArray(value)],
  ['map', types.isMap],
  ['set', types.isSet],
  ['date', types.isDate],
  ['regexp', types.isRegExp],
  ['error', types.isNativeError],
  ['view', (value) => ArrayBuffer.isView(value)],
  ['buffer', types.isArrayBuffer],
  ['shared buffer', types.isSharedArrayBuffer],
  ['promise', types.isPromise],
  ['weak map', types.isWeakMap],
  ['weak set', types.isWeakSet],
  ['generator', types.isGeneratorObject],
  ['iterator', (value) => types.isMapIterator(value) || types.isSetIterator(value)],
  ['module namespace', types.isModuleNamespaceObject],
  ['boxed primitive', types.isBoxedPrimitive],
  ['arguments', types.isArgumentsObject],
  ['external', types.isExternal],
  ['key', (value) => types.isKeyObject(value) || types.isCryptoKey(value)],
]

/** Kinds by V8's internal slots. */
export function nodeValueKinds(): ValueKinds {
  return {
    kindOf(value) {
      const prototype = types.isProxy(value) ? undefined : (Object.getPrototypeOf(value) as unknown)
      // Most captured objects are plain: they skip the table.
      if (prototype === Object.prototype && !types.isArgumentsObject(value)) return 'object'
      for (const [kind, check] of checks) if (check(value)) return kind
      return value instanceof WeakRef ? 'weak ref' : 'object'
    },
    sourceOf: (fn) => Function.prototype.toString.call(fn),
  }
}
