import type { Fold, Projection, Reduction } from './expression.ts'
import { belowPairs, projectionKernel, type Kernel } from './kernels.ts'
import { identityOf, mergesOf, type Merging } from './merge.ts'

/** What a combiner begins with, as plain data: a number, or an array of such. */
export type Zero = number | readonly Zero[]

/**
 * How values are folded into combiners that begin with `zero`, and combiners merged. Undefined where these do not go together, or
 * where it would matter how often the zero is folded in: a sum may be begun more than once.
 */
export function mergingFromZero(fold: Fold, reduction: Reduction, zero: Zero): Merging | undefined {
  const starts = isMergedBy(fold, reduction) ? startsOf(zero, reduction) : undefined
  return starts && { reduction, starts, prepare: prepareOf(fold) }
}

/** How values are folded into combiners of which the first is `created` of a value. */
export function mergingFromFirst(
  fold: Fold,
  reduction: Reduction,
  created: Projection,
): Merging | undefined {
  if (!isMergedBy(fold, reduction) || !isSame(belowPairs(created), takenBy(fold))) return undefined
  return { reduction, starts: mergesOf(reduction).map(identityOf), prepare: prepareOf(fold) }
}

/** Whether combiners are merged place by place as values are. */
function isMergedBy(fold: Fold, reduction: Reduction): boolean {
  if (fold.op === 'merge') return reduction.op === 'merge' && reduction.merge === fold.merge
  if (reduction.op === 'merge' || reduction.items.length !== fold.items.length) return false
  return fold.items.every((item, i) => isMergedBy(item, reduction.items[i] as Reduction))
}

function startsOf(zero: Zero, reduction: Reduction): readonly number[] | undefined {
  if (reduction.op === 'merge') {
    if (typeof zero !== 'number') return undefined
    return reduction.merge !== 'sum' || zero === 0 ? [zero] : undefined
  }
  if (typeof zero === 'number' || zero.length !== reduction.items.length) return undefined
  const starts: number[] = []
  for (const [i, item] of reduction.items.entries()) {
    const own = startsOf(zero[i] as Zero, item)
    if (own === undefined) return undefined
    starts.push(...own)
  }
  return starts
}

/** What is taken of a pair, place by place. */
function takenBy(fold: Fold): Projection {
  return fold.op === 'merge' ? fold.of : { op: 'tuple', items: fold.items.map(takenBy) }
}

/** Nothing, where a value is merged as it is. */
function prepareOf(fold: Fold): Kernel | undefined {
  const taken = takenBy(fold)
  if (taken.op === 'row' && taken.path.length === 1) return undefined
  return projectionKernel({ op: 'tuple', items: [{ op: 'row', path: [0] }, taken] })
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other)
  }
  const fields = Object.entries(one)
  return (
    fields.length === Object.keys(other).length &&
    fields.every(([name, value]) => isSame(value, (other as Record<string, unknown>)[name]))
  )
}
