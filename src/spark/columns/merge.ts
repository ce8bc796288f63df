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
