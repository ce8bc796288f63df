import type { Merge } from './expression.ts'

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
