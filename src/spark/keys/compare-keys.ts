import { canonicalKey } from './canonical-key.ts'

/**
 * A total order over keys that agrees with their equality.
 *
 * Kinds come in the order null and undefined, booleans, numbers and bigints (by value, NaN last), strings
 * (by UTF-16 code unit), Dates, arrays (item by item, then the shorter first), bytes (likewise), everything else
 * by {@link canonicalKey}.
 *
 * @returns negative, 0 or positive
 * @throws TROUPE_SPARK_KEY_UNSUPPORTED
 */
export function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b)
  const rank = rankOf(a)
  const difference = rank - rankOf(b)
  if (difference !== 0) return difference
  if (a === b) return 0
  if (typeof a === 'bigint' || typeof b === 'bigint') return compareMixed(a, b)
  if (a instanceof Date && b instanceof Date) return compareNumbers(a.getTime(), b.getTime())
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b)
  if (typeof a === 'boolean') return a ? 1 : -1
  const left = canonicalKey(a)
  const right = canonicalKey(b)
  return left < right ? -1 : left > right ? 1 : 0
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

/** A bigint beside a number or bigint. A number and a bigint of one value differ; the number is first. */
function compareMixed(a: unknown, b: unknown): number {
  if (Number.isNaN(a)) return 1
  if (Number.isNaN(b)) return -1
  const left = a as number | bigint
  const right = b as number | bigint
  if (left < right) return -1
  if (left > right) return 1
  return typeof left === typeof right ? 0 : typeof left === 'number' ? -1 : 1
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    const order = compareKeys(a[i], b[i])
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Byte by byte, then the shorter first. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    const order = (a[i] as number) - (b[i] as number)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function rankOf(key: unknown): number {
  switch (typeof key) {
    case 'undefined':
      return 0
    case 'boolean':
      return 2
    case 'number':
    case 'bigint':
      return 3
    case 'string':
      return 4
    default:
      if (key === null) return 1
      if (key instanceof Date) return 5
      if (Array.isArray(key)) return 6
      return key instanceof Uint8Array ? 7 : 8
  }
}
