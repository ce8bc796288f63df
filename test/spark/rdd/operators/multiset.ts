import fc from 'fast-check'

import { canonicalKey } from '../../../../src/spark/keys/index.ts'
import type { Pair } from '../../../../src/spark/shuffle/index.ts'

/** Rows in an order of their own, for results whose order is nobody's business. */
export function multiset(rows: readonly unknown[]): string[] {
  return rows.map(canonicalKey).sort()
}

/** Keys as users have them: also null, NaN, -0, tuples and objects. */
export const anyKey: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<unknown>(null, undefined, NaN, -0, '1', 'a', true, [1, 'a'], { a: 1 }, 2n),
)

export const anyRows: fc.Arbitrary<unknown[]> = fc.array(anyKey, { maxLength: 30 })

export const anyPairs: fc.Arbitrary<Pair<unknown, number>[]> = fc.array(
  fc.tuple(anyKey, fc.integer({ min: 0, max: 9 })),
  { maxLength: 30 },
)

/** Numbers of partitions: also more than there are rows. */
export const slices: fc.Arbitrary<number> = fc.integer({ min: 1, max: 6 })

/** The values of each key, by what equality of keys means. */
export function grouped<V>(pairs: readonly Pair<unknown, V>[]): Map<string, Pair<unknown, V[]>> {
  const groups = new Map<string, Pair<unknown, V[]>>()
  for (const [key, value] of pairs) {
    const text = canonicalKey(key)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [key, [value]])
    else group[1].push(value)
  }
  return groups
}
