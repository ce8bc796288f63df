import type { Zero } from '../columns/index.ts'
import { invalidArgument } from '../errors.ts'

/**
 * A zero for folding, as it is now: a copy, if it is an object.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for one that can't be copied for each key or partition
 */
export function zeroOf<C>(where: string, zero: C): C {
  if (typeof zero === 'function' || typeof zero === 'symbol') throw refused(where, typeof zero)
  if (typeof zero !== 'object' || zero === null) return zero
  const prototype: unknown = Object.getPrototypeOf(zero)
  const copy = cloned(where, zero)
  if (Object.getPrototypeOf(copy) === prototype || prototype === null) return copy
  throw refused(where, `an instance of ${zero.constructor.name}`)
}

/** A zero that is a number, or an array of such; undefined for all others. */
export function numbersOf(zero: unknown): Zero | undefined {
  if (typeof zero === 'number') return zero
  if (!Array.isArray(zero) || zero.length === 0) return undefined
  const items = zero.map(numbersOf)
  return items.every((item) => item !== undefined) ? items : undefined
}

function cloned<C>(where: string, zero: C): C {
  try {
    return structuredClone(zero)
  } catch {
    // Functions and the like inside.
    throw refused(where, 'a value that has functions in it')
  }
}

function refused(where: string, what: string): Error {
  return invalidArgument(
    `${where}: zero`,
    what,
    'what can be copied: plain data, Map, Set, Date, typed arrays; use combineByKey for other combiners',
  )
}
