import type { KeyTable } from '../keys/index.ts'
import type { Batch } from '../batches/index.ts'
import type { Aggregator, Pair } from './aggregator.ts'

/**
 * Adds a batch of pairs to a table of combiners. A promise means that a function of the user's is async: the table is
 * to be left alone until it settles.
 */
export type Combine<K, V, C> = (
  batch: Batch<Pair<K, V>>,
  into: KeyTable<K, C>,
) => void | Promise<void>

/** Combines values that were not combined before. */
export function combineValues(aggregator: Aggregator): Combine<unknown, unknown, unknown> {
  switch (aggregator.type) {
    case 'reduce':
      return fold((value) => value, aggregator.merge)
    case 'combine':
      return fold(aggregator.createCombiner, aggregator.mergeValue)
    case 'group':
      return fold((value) => [value], appended)
  }
}

/** Combines what map tasks have combined, or their values where they have not. */
export function combineMapOutput(aggregator: Aggregator): Combine<unknown, unknown, unknown> {
  if (aggregator.type !== 'combine' || !aggregator.isMapSide) return combineValues(aggregator)
  return fold((combiner) => combiner, aggregator.mergeCombiners)
}

function fold(
  create: (value: unknown) => unknown,
  merge: (combiner: unknown, value: unknown) => unknown,
): Combine<unknown, unknown, unknown> {
  return (batch, into) => {
    for (let i = 0; i < batch.length; i += 1) {
      const pair = batch[i] as Pair
      const number = into.numberOf(pair[0])
      if (number < 0) {
        const combiner = create(pair[1])
        into.values.push(combiner)
        if (combiner instanceof Promise) return foldLater(batch, i, into, create, merge)
      } else {
        const combiner = merge(into.values[number], pair[1])
        into.values[number] = combiner
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

function appended(values: unknown, value: unknown): unknown {
  ;(values as unknown[]).push(value)
  return values
}
