import type { KeyTable } from '../keys/index.ts'
import type { Batch } from '../batches/index.ts'
import type { Aggregator, Pair } from './aggregator.ts'

/** How pairs become one for each key. */
export interface Combining {
  /**
   * Adds a batch of pairs to a table of combiners. A promise means that a function of the user's is async: the table is
   * to be left alone until it settles.
   */
  readonly combine: (batch: Batch<Pair>, into: KeyTable) => void | Promise<void>
  /** Makes one of two combiners of a key, the earlier one first; a promise where the user's function is async. */
  readonly merge: (left: unknown, right: unknown) => unknown
}

/** Combines values that were not combined before. */
export function combineValues(aggregator: Aggregator): Combining {
  switch (aggregator.type) {
    case 'reduce':
      return { combine: fold((value) => value, aggregator.merge), merge: aggregator.merge }
    case 'combine': {
      const { createCombiner, mergeValue, mergeCombiners } = aggregator
      return { combine: fold(createCombiner, mergeValue), merge: mergeCombiners }
    }
    case 'distinct':
      return { combine: fold((value) => value, first), merge: first }
    case 'group':
      return { combine: fold((value) => [value], appended), merge: joined }
  }
}

/** Combines what map tasks have combined, or their values where they have not. */
export function combineMapOutput(aggregator: Aggregator): Combining {
  if (aggregator.type !== 'combine' || !aggregator.isMapSide) return combineValues(aggregator)
  const { mergeCombiners } = aggregator
  return { combine: fold((combiner) => combiner, mergeCombiners), merge: mergeCombiners }
}

function fold(
  create: (value: unknown) => unknown,
  merge: (combiner: unknown, value: unknown) => unknown,
): Combining['combine'] {
  return (batch, into) => {
    const { values } = into
    for (let i = 0; i < batch.length; i += 1) {
      const pair = batch[i] as Pair
      const number = into.numberOf(pair[0])
      if (number < 0) {
        const combiner = create(pair[1])
        values.push(combiner)
        if (combiner instanceof Promise) return foldLater(batch, i, into, create, merge)
      } else {
        const combiner = merge(values[number], pair[1])
        values[number] = combiner
        if (combiner instanceof Promise) return foldLater(batch, i, into, create, merge)
      }
    }
    return undefined
  }
}

/** Goes on where a function has answered row `at` by a promise, which is in the table: one row after the other. */
async function foldLater(
  batch: Batch<Pair>,
  at: number,
  into: KeyTable,
  create: (value: unknown) => unknown,
  merge: (combiner: unknown, value: unknown) => unknown,
): Promise<void> {
  const { values } = into
  const first = into.numberOf((batch[at] as Pair)[0])
  values[first] = await values[first]
  for (let i = at + 1; i < batch.length; i += 1) {
    const pair = batch[i] as Pair
    const number = into.numberOf(pair[0])
    if (number < 0) values.push(await create(pair[1]))
    else values[number] = await merge(values[number], pair[1])
  }
}

function first(one: unknown): unknown {
  return one
}

function appended(values: unknown, value: unknown): unknown {
  ;(values as unknown[]).push(value)
  return values
}

function joined(left: unknown, right: unknown): unknown {
  const values = left as unknown[]
  for (const value of right as readonly unknown[]) values.push(value)
  return values
}
