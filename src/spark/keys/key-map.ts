import { canonicalKey } from './canonical-key.ts'

/** One key and what is kept for it; `value` may be replaced in place. */
export interface KeyEntry<K, V> {
  readonly key: K
  value: V
}

/**
 * A map by keys as the engine compares them: by value. Primitives go straight to a native Map, whose
 * equality is the same (NaN equals itself, -0 is 0); all else goes by its canonical text. Iterates in order
 * of first insertion within the two kinds, primitives first.
 */
export class KeyMap<K, V> {
  readonly #primitives = new Map<K, KeyEntry<K, V>>()
  readonly #composites = new Map<string, KeyEntry<K, V>>()

  get size(): number {
    return this.#primitives.size + this.#composites.size
  }

  /** @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  get(key: K): KeyEntry<K, V> | undefined {
    return isPrimitive(key) ? this.#primitives.get(key) : this.#composites.get(canonicalKey(key))
  }

  /**
   * The key must not be there yet.
   * @throws TROUPE_SPARK_KEY_UNSUPPORTED
   */
  add(key: K, value: V): void {
    if (typeof key === 'string') {
      const kept = detached(key) as K & string
      this.#primitives.set(kept, { key: kept, value })
    } else if (isPrimitive(key)) {
      const kept = (key === 0 ? 0 : key) as K
      this.#primitives.set(kept, { key: kept, value })
    } else {
      this.#composites.set(canonicalKey(key), { key, value })
    }
  }

  clear(): void {
    this.#primitives.clear()
    this.#composites.clear()
  }

  *entries(): IterableIterator<KeyEntry<K, V>> {
    yield* this.#primitives.values()
    yield* this.#composites.values()
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
