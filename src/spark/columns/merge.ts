import type { Merge, Reduction } from './expression.ts'
import type { Kernel } from './kernels.ts'

/** How the values of each key become one. */
export interface Merging {
  /** Undefined where keys are all that is asked for, and values are null. */
  readonly reduction: Reduction | undefined
  /** What the first number of each place is merged with. */
  readonly starts: readonly number[]
  /** Makes pairs of what is merged out of pairs of key and value, where these are not the same. */
  readonly prepare: Kernel | undefined
}

/** How the numbers of one place become one, and what the first is merged with. */
export interface NumberMerge {
  readonly merge: Merge
  readonly start: number
}

/** Two numbers merged as the recognised function would. */
export function merged(merge: Merge, left: number, right: number): number {
  switch (merge) {
    case 'sum':
      return left + right
    case 'min':
      return Math.min(left, right)
    case 'max':
      return Math.max(left, right)
  }
}

/** What any number merged with is itself again, bit by bit. */
export function identityOf(merge: Merge): number {
  switch (merge) {
    case 'sum':
      return -0
    case 'min':
      return Number.POSITIVE_INFINITY
    case 'max':
      return Number.NEGATIVE_INFINITY
  }
}

/** How the numbers of each place are merged. */
export function mergesOf(reduction: Reduction): readonly Merge[] {
  return reduction.op === 'merge' ? [reduction.merge] : reduction.items.flatMap(mergesOf)
}

/** The merging of a reduction that takes values as they are. */
export function plainMerging(reduction: Reduction): Merging {
  const starts = mergesOf(reduction).map(identityOf)
  return { reduction, starts, prepare: undefined }
}

/** Keys are all that is asked for: values are null. */
export const KEYS_ONLY: Merging = { reduction: undefined, starts: [], prepare: undefined }

/** Merges a number for each row, or one for all, into those at `places`. */
export function mergeAll(
  merge: Merge,
  into: Float64Array,
  places: Int32Array,
  values: Float64Array | number,
  rows: number,
): void {
  if (merge !== 'sum') {
    for (let i = 0; i < rows; i += 1) {
      const place = places[i] as number
      const value = typeof values === 'number' ? values : (values[i] as number)
      into[place] = merged(merge, into[place] as number, value)
    }
  } else if (typeof values === 'number') {
    for (let i = 0; i < rows; i += 1) {
      const place = places[i] as number
      into[place] = (into[place] as number) + values
    }
  } else {
    for (let i = 0; i < rows; i += 1) {
      const place = places[i] as number
      into[place] = (into[place] as number) + (values[i] as number)
    }
  }
}
