import {
  plainMerging,
  type ColumnCombiner,
  type Merging,
} from '../../../src/spark/columns/index.ts'

/** The merging of numbers by a known function. */
export function merging(merge: 'sum' | 'min' | 'max'): Merging {
  return plainMerging({ op: 'merge', merge })
}

/** All that a combiner holds, as rows; each batch has at most `most`. */
export function drained(combiner: ColumnCombiner, most?: number): unknown[] {
  const rows: unknown[] = []
  for (const batch of combiner.drain(most)) rows.push(...batch.slice(0, batch.rows))
  return rows
}
