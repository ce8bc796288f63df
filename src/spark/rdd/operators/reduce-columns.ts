import { columnBatches, type AnyBatch, type Batches } from '../../batches/index.ts'
import { ColumnBatch, ColumnCombiner, recogniseMerge } from '../../columns/index.ts'
import type { Aggregator, Pair } from '../../shuffle/index.ts'
import type { TaskContext } from '../task-context.ts'

/**
 * Pairs combined as columns as far as they come so: either all of them, or what was combined before the first batch that
 * is none, with the rest behind it for `onRows` to combine.
 */
export async function reduceColumns(
  pairs: Batches<Pair>,
  aggregator: Aggregator,
  context: TaskContext,
  onRows: (pairs: Batches<Pair>) => Promise<Batches<Pair>>,
): Promise<Batches<Pair>> {
  const { nextAny } = pairs
  const merge =
    context.recognises && aggregator.type === 'reduce'
      ? recogniseMerge(aggregator.merge)
      : undefined
  if (merge === undefined || nextAny === undefined) return onRows(pairs)
  const combiner = new ColumnCombiner(merge, 'reduce')
  for (;;) {
    context.throwIfCancelled()
    const batch = await nextAny()
    if (batch === undefined) {
      await pairs.close()
      return listed(combiner.drain())
    }
    if (batch instanceof ColumnBatch && combiner.add(batch)) continue
    return onRows(inFront([...combiner.drain(), batch], pairs))
  }
}

function listed(batches: readonly AnyBatch<Pair>[]): Batches<Pair> {
  let at = 0
  return columnBatches(() => batches[at++])
}

function inFront(batches: readonly AnyBatch<Pair>[], rest: Batches<Pair>): Batches<Pair> {
  let at = 0
  const next = rest.nextAny ?? rest.next
  return columnBatches<Pair>(
    () => (at < batches.length ? batches[at++] : next()),
    () => rest.close(),
  )
}
