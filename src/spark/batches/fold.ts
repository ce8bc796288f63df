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

const NOTHING: Batch<never> = []

/**
 * As {@link foldBatch}, batch after batch into one value. Its loop is compiled on its own, with `f` in it: V8 would otherwise
 * make it a part of the asynchronous loop over batches, where it runs a sixth slower. It does not look through `Reflect.apply`
 * with arguments that it does not see made.
 */
export class Folding<A, T> {
  value: A
  readonly #call: [A, Batch<T>, (value: A, item: T) => Later<A>, number]

  constructor(value: A, f: (value: A, item: T) => Later<A>) {
    this.value = value
    this.#call = [value, NOTHING, f, 0]
  }

  /** Folds the items from `from` on; what comes to be is there at once, or with the promise. */
  fold(batch: Batch<T>, from = 0): void | Promise<void> {
    const call = this.#call
    call[0] = this.value
    call[1] = batch
    call[3] = from
    const made = Reflect.apply(foldBatch<A, T>, undefined, call)
    call[1] = NOTHING
    if (!(made instanceof Promise)) this.value = made
    else {
      return made.then((value) => {
        this.value = value
      })
    }
  }
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
