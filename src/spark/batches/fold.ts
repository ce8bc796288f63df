import type { Batch } from './batches.ts'
import type { Later } from './transform.ts'

/**
 * Folds the items from `from` on into `value`, one after the other; waits only where `f` answers by a promise, so that a
 * function that answers at once costs none.
 */
export function foldBatch<A, T>(
  value: A,
  batch: Batch<T>,
  f: (value: A, item: T) => Later<A>,
  from = 0,
): Later<A> {
  for (let i = from; i < batch.length; i += 1) {
    const next = f(value, batch[i] as T)
    if (next instanceof Promise) return foldLater(next, batch, f, i + 1)
    value = next
  }
  return value
}

async function foldLater<A, T>(
  first: Promise<A>,
  batch: Batch<T>,
  f: (value: A, item: T) => Later<A>,
  from: number,
): Promise<A> {
  let value = await first
  for (let i = from; i < batch.length; i += 1) value = await f(value, batch[i] as T)
  return value
}
