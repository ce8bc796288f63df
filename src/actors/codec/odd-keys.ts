/**
 * The package keeps its own notes about shapes under this name, among the keys of objects: an object that has such a
 * key makes it write later objects with wrong keys, without a word. Objects with the key travel as lists of pairs.
 */
const ODD_KEY = '__keys__'
const needle = Buffer.from(ODD_KEY)

/** What was encoded may have an object with the odd key: it must not be sent, nor the encoder used again. */
export class OddKeys {
  readonly reason: string = `an object may have the key ${ODD_KEY}`
}

/** Whether the odd key's name stands anywhere in what was written. */
export function mayHaveOddKeys(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength).includes(
    needle,
  )
}

/** An object as a list of keys and values in turn. */
export class Pairs {
  readonly list: readonly unknown[]

  constructor(list: readonly unknown[]) {
    this.list = list
  }
}

/** A copy of `value` in which each object with the odd key is a {@link Pairs}; other instances stay what they are. */
export function withoutOddKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutOddKeys)
  if (value instanceof Map) {
    const entries = [...(value as Map<unknown, unknown>)]
    return new Map(entries.map(([key, item]) => [withoutOddKeys(key), withoutOddKeys(item)]))
  }
  if (value instanceof Set) return new Set([...(value as Set<unknown>)].map(withoutOddKeys))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, withoutOddKeys(item)] as const)
  return Object.hasOwn(value, ODD_KEY) ? new Pairs(entries.flat()) : Object.fromEntries(entries)
}

/** The object that a list of keys and values stands for; undefined if it is no such list. */
export function objectOfPairs(list: unknown): object | undefined {
  if (!Array.isArray(list) || (list.length & 1) !== 0) return undefined
  const entries: [string, unknown][] = []
  for (let i = 0; i < list.length; i += 2) {
    const key: unknown = list[i]
    if (typeof key !== 'string' || key === '__proto__') return undefined
    entries.push([key, list[i + 1]])
  }
  return Object.fromEntries(entries)
}
