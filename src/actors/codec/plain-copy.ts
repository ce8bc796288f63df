const DEEPEST = 6
const WIDEST = 256
const LONGEST_TEXT = 16_384

/**
 * A copy of anything that is sure to travel: plain values stay as they are, anything else becomes a word about
 * it, deep and wide structures are cut. For the data of errors, where a loss of detail beats a loss of all.
 */
export function plainCopy(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return value
    case 'function':
      return `[function ${value.name}]`
    case 'symbol':
      return value.toString()
    case 'object':
      return value === null ? null : copyObject(value, depth)
  }
}

function copyObject(value: object, depth: number): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (depth >= DEEPEST) return '…'
  if (Array.isArray(value)) {
    return value.slice(0, WIDEST).map((item: unknown) => plainCopy(item, depth + 1))
  }
  if (value instanceof Uint8Array) return new Uint8Array(value.subarray(0, LONGEST_TEXT))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return describeInstance(value)
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value).slice(0, WIDEST)) {
    copy[key] = plainCopy(item, depth + 1)
  }
  return copy
}

function describeInstance(value: object): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString()
  const { path } = value as { path?: unknown }
  if (typeof path === 'string') return path
  const name = (value.constructor as { name?: unknown } | undefined)?.name
  return `[${typeof name === 'string' ? name : 'object'}]`
}
