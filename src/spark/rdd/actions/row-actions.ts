import type { Batches } from '../../batches/index.ts'
import { boundKey, requirePairs, type KeySample, type Pair } from '../../shuffle/index.ts'
import type { TaskContext } from '../task-context.ts'

/** All rows. */
export async function collect(rows: Batches<unknown>, context: TaskContext): Promise<unknown[]> {
  const collected: unknown[] = []
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    for (const row of batch) collected.push(row)
  })
  return collected
}

/** The number of rows. */
export async function count(rows: Batches<unknown>, context: TaskContext): Promise<number> {
  let total = 0
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    total += batch.length
  })
  return total
}

/** The first `n` rows; does not pull further. */
export async function take(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly n: number },
): Promise<unknown[]> {
  const taken: unknown[] = []
  if (props.n === 0) {
    await rows.close()
    return taken
  }
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    for (const row of batch) if (taken.length < props.n) taken.push(row)
    return taken.length < props.n
  })
  return taken
}

/** The rows merged: an array of one value, or of none for a partition without rows. */
export async function reduce(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly f: (left: unknown, right: unknown) => unknown },
): Promise<unknown[]> {
  const { f } = props
  const merged: unknown[] = []
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    if (batch.length === 0) return
    const rest = merged.length === 0 ? 1 : 0
    let value = rest === 1 ? batch[0] : merged[0]
    for (let i = rest; i < batch.length; i += 1) value = f(value, batch[i])
    merged[0] = value
  })
  return merged
}

/** Calls `f` with every row, one after the other. */
export async function foreach(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly f: (row: unknown) => unknown },
): Promise<void> {
  const { f } = props
  await rows.forEachBatch(async (batch) => {
    context.throwIfCancelled()
    for (const row of batch) {
      const answer = f(row)
      if (answer instanceof Promise) await answer
    }
  })
}

/** Keys drawn evenly from a partition (a reservoir of `size`), with the number of its rows. */
export async function sampleKeys(
  rows: Batches<Pair>,
  context: TaskContext,
  props: { readonly size: number },
): Promise<KeySample> {
  const keys: unknown[] = []
  let total = 0
  let random = 0x9e3779b9 ^ Math.imul(context.partitionId + 1, 0x85ebca6b)
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    requirePairs(batch, 'sortByKey')
    for (const [key] of batch) {
      total += 1
      if (keys.length < props.size) {
        keys.push(boundKey(key))
        continue
      }
      // xorshift32, seeded by the partition: a rerun draws the same keys.
      random ^= random << 13
      random ^= random >>> 17
      random ^= random << 5
      const at = (random >>> 0) % total
      if (at < props.size) keys[at] = boundKey(key)
    }
  })
  return { keys, rows: total }
}
