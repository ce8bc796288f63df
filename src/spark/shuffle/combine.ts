import type { KeyTable } from '../keys/index.ts'
import type { Batch } from '../batches/index.ts'
import type { Aggregator, Pair } from './aggregator.ts'

/** Adds a batch of pairs to a table of combiners. */
export type Combine<K, V, C> = (batch: Batch<Pair<K, V>>, into: KeyTable<K, C>) => void

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
      if (number < 0) into.values.push(create(pair[1]))
      else into.values[number] = merge(into.values[number], pair[1])
    }
  }
}

function appended(values: unknown, value: unknown): unknown {
  ;(values as unknown[]).push(value)
  return values
}
