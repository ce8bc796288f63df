import type { Zero } from '../columns/index.ts'

/**
 * How the values of one key become one: by merging values of a kind, or by way of a combiner.
 *
 * `isMapSide` says whether map tasks combine before they write. Functions may not keep what they are given
 * elsewhere; `mergeValue` and `mergeCombiners` may change and return their first argument.
 */
export type Aggregator<V = unknown, C = unknown> =
  | { readonly type: 'reduce'; readonly merge: (left: V, right: V) => V }
  | {
      readonly type: 'combine'
      readonly createCombiner: (value: V) => C
      readonly mergeValue: (combiner: C, value: V) => C
      readonly mergeCombiners: (left: C, right: C) => C
      readonly isMapSide: boolean
      /** What `createCombiner` has `mergeValue` fold a first value into, where that is so, and it is numbers. */
      readonly zero?: Zero
    }
  /** The pairs of one key are all alike. */
  | { readonly type: 'distinct' }
  /** All values of a key in an array, in order of map partition; never map-side. */
  | { readonly type: 'group' }

/** A row with a key. */
export type Pair<K = unknown, V = unknown> = readonly [K, V]

/** Whether map tasks combine before they write. */
export function combinesMapSide(aggregator: Aggregator | undefined): boolean {
  if (aggregator === undefined || aggregator.type === 'group') return false
  return aggregator.type !== 'combine' || aggregator.isMapSide
}
