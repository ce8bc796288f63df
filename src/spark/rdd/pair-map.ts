import { KeyMap } from '../keys/index.ts'

/**
 * A map by keys as the engine compares them, by value: `map.get([1, 'a'])` finds what any such tuple has. Otherwise it is
 * used as a Map is. What actions on pairs answer.
 */
export class PairMap<K, V> implements ReadonlyMap<K, V> {
  readonly #map = new KeyMap<K, V>()

  /** Of several pairs with one key, the last counts. @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  constructor(pairs: Iterable<readonly [K, V]> = []) {
    for (const [key, value] of pairs) this.set(key, value)
  }

  /** The pairs of all columns; values of one key are merged. */
  static async merged<K, V>(
    columns: readonly { readonly keys: readonly K[]; readonly values: readonly V[] }[],
    merge: (left: V, right: V) => V | Promise<V>,
  ): Promise<PairMap<K, V>> {
    const made = new PairMap<K, V>()
    for (const { keys, values } of columns) {
      for (let i = 0; i < keys.length; i += 1) {
        const key = keys[i] as K
        const value = values[i] as V
        const entry = made.#map.get(key)
        const together = entry === undefined ? value : merge(entry.value, value)
        made.set(key, together instanceof Promise ? await together : together)
      }
    }
    return made
  }

  get size(): number {
    return this.#map.size
  }

  get(key: K): V | undefined {
    return this.#map.get(key)?.value
  }

  has(key: K): boolean {
    return this.#map.get(key) !== undefined
  }

  forEach(f: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const { key, value } of this.#map.entries()) f(value, key, this)
  }

  *entries(): MapIterator<[K, V]> {
    for (const { key, value } of this.#map.entries()) yield [key, value]
  }

  *keys(): MapIterator<K> {
    for (const { key } of this.#map.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const { value } of this.#map.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }

  /** Sets the value of a key. @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  set(key: K, value: V): void {
    const entry = this.#map.get(key)
    if (entry === undefined) this.#map.add(key, value)
    else entry.value = value
  }
}
