/**
 * Keys by value: equality, order and hash of the keys of pairs.
 *
 * Two keys are equal when they have the same type and value: 1 is not "1", null is a key like others and is
 * not undefined, NaN equals itself, -0 is 0, Dates and bytes are equal by content, arrays (tuples) and plain
 * objects by their items and fields, whatever the order of the fields. Functions, symbols, class instances,
 * Map and Set are refused as keys.
 *
 * Guarantees: {@link hashKey} is a written function that is the same in every process and version, so that
 * a partition is the same wherever it is computed; {@link compareKeys} is a total order that agrees with
 * equality.
 */
export { canonicalKey } from './canonical-key.ts'
export { compareKeys } from './compare-keys.ts'
export { hashAsciiKey, hashKey, placesOfNumbers } from './hash-key.ts'
export { KeyMap } from './key-map.ts'
export type { KeyEntry } from './key-map.ts'
export { KeyTable } from './key-table.ts'
export { secondHash } from './second-hash.ts'
