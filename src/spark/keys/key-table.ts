import { canonicalKey } from './canonical-key.ts'
import { IntegerIndex } from './integer-index.ts'
import { LatinTextIndex, NOT_LATIN } from './latin-text-index.ts'
import { LongTextIndex } from './long-text-index.ts'
import { NOT_SHORT, ShortTextIndex } from './short-text-index.ts'

/**
 * A table by keys as the engine compares them, for the innermost loops: every key has a number, from 0 in order of
 * appearance, and `keys` and `values` are plain arrays by that number. Whoever adds a key pushes its value.
 *
 *     const number = table.numberOf(key)
 *     if (number < 0) table.values.push(first)
 *     else table.values[number] = merged
 */
export class KeyTable<K = unknown, V = unknown> {
  readonly keys: K[] = []
  readonly values: V[] = []
  readonly #integers = new IntegerIndex()
  readonly #shortTexts = new ShortTextIndex()
  readonly #latinTexts = new LatinTextIndex()
  readonly #longTexts = new LongTextIndex()
  /** Other primitives; a Map's equality is that of keys. */
  readonly #primitives = new Map<unknown, number>()
  /** canonical text → number */
  readonly #composites = new Map<string, number>()

  get size(): number {
    return this.keys.length
  }

  /**
   * The number of `key`; `~number`, which is less than 0, when it is new: then its value is to be pushed before the next call.
   *
   * @throws TROUPE_SPARK_KEY_UNSUPPORTED
   */
  numberOf(key: K): number {
    const next = this.keys.length
    let number: number
    if (typeof key === 'number') {
      const integer = key | 0
      if (integer === key) {
        number = this.#integers.numberOf(integer, next)
        // Of the two zeros, 0 is the key.
        if (number < 0) this.keys.push(integer as K)
        return number
      }
      number = this.#numberIn(this.#primitives, key, next)
    } else if (typeof key === 'string') {
      number = this.#shortTexts.numberOf(key, next)
      if (number === NOT_SHORT) return this.#numberOfLong(key, next)
    } else if (isPrimitive(key)) number = this.#numberIn(this.#primitives, key, next)
    else number = this.#numberIn(this.#composites, canonicalKey(key), next)
    if (number < 0) this.keys.push(key)
    return number
  }

  /** The number of `key`, or -1 when it is not there. @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  find(key: K): number {
    if (typeof key === 'number') {
      const integer = key | 0
      if (integer === key) return this.#integers.numberOf(integer, -1)
      return this.#primitives.get(key) ?? -1
    }
    if (typeof key === 'string') {
      let number = this.#shortTexts.numberOf(key, -1)
      if (number === NOT_SHORT) number = this.#latinTexts.numberOf(key, -1)
      return number === NOT_LATIN ? this.#longTexts.numberOf(key, this.keys, -1) : number
    }
    if (isPrimitive(key)) return this.#primitives.get(key) ?? -1
    return this.#composites.get(canonicalKey(key)) ?? -1
  }

  #numberOfLong(key: K & string, next: number): number {
    let number = this.#latinTexts.numberOf(key, next)
    if (number === NOT_LATIN) {
      number = this.#longTexts.numberOf(key, this.keys, next)
      if (number < 0) this.keys.push(detached(key) as K & string)
    } else if (number < 0) this.keys.push(this.#latinTexts.ownText(key.length) as K & string)
    return number
  }

  #numberIn<T>(numbers: Map<T, number>, key: T, next: number): number {
    const number = numbers.get(key)
    if (number !== undefined) return number
    numbers.set(key, next)
    return ~next
  }
}

function isPrimitive(key: unknown): boolean {
  switch (typeof key) {
    case 'object':
      return key === null
    case 'function':
    case 'symbol':
      return false
    default:
      return true
  }
}

/**
 * A string of 13 or more units that was cut out of a text holds on to the whole text; a kept key must
 * not. Joining and cutting makes a text of its own.
 */
function detached(key: string): string {
  return key.length < 13 ? key : ` ${key}`.slice(1)
}
