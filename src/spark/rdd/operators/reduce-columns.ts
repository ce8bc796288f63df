import { inFront, type AnyBatch, type Batches } from '../../batches/index.ts'
import { ColumnBatch, ColumnCombiner } from '../../columns/index.ts'
import { HeldMemory, mergingOf, type Aggregator, type Pair } from '../../shuffle/index.ts'
import type { TaskContext } from '../task-context.ts'

/**
 * Pairs combined as columns as far as they come so and fit memory: either all of them, or what was combined before the first
 * batch that does not, with the rest behind it for `onRows` to combine.
 */
export async function reduceColumns(
  pairs: Batches<Pair>,
  aggregator: Aggregator,
  context: TaskContext,
  onRows: (pairs: Batches<Pair>) => Promise<Batches<Pair>>,
): Promise<Batches<Pair>> {
  const { nextAny } = pairs
  const merging = context.recognises && nextAny !== undefined ? mergingOf(aggregator) : undefined
  if (merging === undefined || nextAny === undefined) return onRows(pairs)
  const combiner = new ColumnCombiner(merging, 'reduce')
  // Nothing is spilled here: what does not fit goes to `onRows`, which can.
  const memory = new HeldMemory(context.memory, 'tables of columns', () => Promise.resolve(0))
  let front: Iterable<AnyBatch<Pair>>
  try {
    for (;;) {
      context.throwIfCancelled()
      const batch = await nextAny()
      if (batch === undefined) {
        await pairs.close()
        return inFront(combiner.drain())
      }
      const isTaken = batch instanceof ColumnBatch && combiner.add(batch)
      if (isTaken && (await memory.reach(combiner.bytes))) continue
      const combined = combiner.drain() as Iterable<AnyBatch<Pair>>
      front = isTaken ? combined : followed(combined, batch)
      break
    }
  } catch (error) {
    // Blocks that are on their way come to an end before the task does.
    await pairs.close()
    throw error
  }
  memory.shrink(0)
  return onRows(inFront(front, pairs))
}

function* followed<T>(batches: Iterable<AnyBatch<T>>, last: AnyBatch<T>): Iterable<AnyBatch<T>> {
  yield* batches
  yield last
}
